/** Writing without a transaction to the cluster in memory. */
import { failed } from './kafkaErrors.js';
import type { Call, MemoryWorld } from './memoryClient.js';
import { batches, Outbox, topicsOf } from './outgoing.js';
import type { KafkaOutput, KafkaProducer } from './port.js';

export class MemoryProducer implements KafkaProducer {
  readonly #world: MemoryWorld;
  readonly #call: Call;
  readonly #outbox = new Outbox();
  #over = false;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(world: MemoryWorld, call: Call) {
    this.#world = world;
    this.#call = call;
  }

  get over(): boolean {
    return this.#over;
  }

  send(records: readonly KafkaOutput[]): Promise<readonly number[]> {
    const done = this.#queue.then(() => this.#send(records));
    this.#queue = done.catch(() => undefined);
    return done;
  }

  async #send(records: readonly KafkaOutput[]): Promise<readonly number[]> {
    const offsets: number[] = [];
    if (this.#over) throw failed('the producer is over: make a new one');
    const { broker, now } = this.#world;
    const topics = topicsOf({ records });
    const checked = this.#outbox.records({ records }, new Map(topics.map(topic => [topic, broker.logs(topic).length])));
    try {
      for (const batch of batches(checked)) offsets.push(...(await this.#call('send', topics.join(), () => broker.write(batch, now()))));
      return offsets;
    } catch (error) {
      this.#over = true;
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#queue;
    this.#over = true;
  }

  crash(): void {
    this.#over = true;
  }
}
