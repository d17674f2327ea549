/** Rows into Kafka at least once: they go out as they come, and a checkpoint waits until those before it are there. */

import type { SinkContext, SinkWork } from '../job/defineSink.js';
import { quietly } from '../job/quietly.js';
import type { KafkaOutput, KafkaProducer } from '../kafka/port.js';
import type { KafkaRows } from './kafkaRows.js';

/** So many records are sent at once. */
const BATCH = 5000;

export class ProducerSink<T> implements SinkWork<T> {
  readonly name: string;
  readonly mode = 'upsert';
  readonly #rows: KafkaRows<T>;
  readonly #context: SinkContext;
  #records: (value: T, diff: 1 | -1) => readonly KafkaOutput[];
  #producer: KafkaProducer | undefined;
  #queue: KafkaOutput[] = [];
  #sending = 0;
  #sender: Promise<void> | undefined;
  #failure: unknown;
  #closed = false;

  constructor(rows: KafkaRows<T>, context: SinkContext) {
    this.name = rows.name;
    this.#rows = rows;
    this.#context = context;
    this.#records = rows.recordsIn(undefined);
  }

  get room(): number {
    return this.#rows.room - this.#queue.length - this.#sending;
  }

  write(value: T, diff: 1 | -1): void {
    this.#queue.push(...this.#records(value, diff));
    this.#sender ??= Promise.resolve().then(() => this.#send());
  }

  async #send(): Promise<void> {
    try {
      while (this.#queue.length > 0) {
        const records = this.#queue.splice(0, BATCH);
        this.#sending = records.length;
        await (this.#producer as KafkaProducer).send(records);
        this.#sending = 0;
        this.#context.relieve();
      }
      this.#sender = undefined;
    } catch (error) {
      this.#failure = error;
      this.#context.fail(error);
    }
  }

  /** Nobody is kept off: rows of an older owner may come in between, as they may after a crash. */
  async fence(): Promise<void> {
    const { client, topic } = this.#rows;
    this.#records = this.#rows.recordsIn((await client.partitions([topic])).get(topic));
    this.#producer = await client.producer();
    // The job has ended meanwhile.
    if (this.#closed) await this.#producer.close();
  }

  async lastCommitted(): Promise<number> {
    return 0;
  }

  rotate(): undefined {}

  async prepare(): Promise<void> {
    await this.#sender;
    if (this.#failure !== undefined) throw this.#failure;
  }

  async commit(): Promise<void> {}

  async abort(): Promise<void> {}

  async close(): Promise<void> {
    this.#closed = true;
    await quietly(() => this.#producer?.close());
  }
}
