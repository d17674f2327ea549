/** A sink into Kafka as its operator declares it: how rows become records, and how they are delivered. */
import { TidemarkError } from '../errors.js';
import type { SinkContext, SinkDefinition, SinkWork } from '../job/defineSink.js';
import { type PaneRecordSpec, recordsOf } from '../kafka/paneRecord.js';
import type { KafkaClient, KafkaOutput } from '../kafka/port.js';
import { ProducerSink } from './producerSink.js';

export class KafkaRows<T> implements SinkDefinition<T> {
  readonly kind = 'toKafka';
  readonly name: string;
  readonly mode: 'sink-decides' | 'upsert';
  readonly client: KafkaClient;
  readonly room: number;
  readonly topic: string;
  /** The topic, if it is a table. */
  readonly table: string | undefined;
  readonly #spec: PaneRecordSpec<T>;

  constructor(client: KafkaClient, name: string, spec: PaneRecordSpec<T>, delivery: 'exactly-once' | 'at-least-once', room: number) {
    this.client = client;
    this.name = name;
    this.topic = spec.topic;
    this.table = spec.upsert ? spec.topic : undefined;
    this.mode = delivery === 'exactly-once' ? 'sink-decides' : 'upsert';
    this.room = room;
    this.#spec = spec;
  }

  /** Makes records of rows. `partitions`: as many as the topic has. */
  recordsIn(partitions: number | undefined): (value: T, diff: 1 | -1) => readonly KafkaOutput[] {
    const spec = { ...this.#spec, partitions };
    return (value, diff) => recordsOf(value, diff, spec);
  }

  create(context: SinkContext): SinkWork<T> {
    if (this.mode === 'upsert') return new ProducerSink(this, context);
    throw new TidemarkError(
      'BAD_OPTION',
      `toKafka "${this.name}": exactly once goes from Kafka to Kafka, where positions and rows are one transaction. Read by fromKafka; or write delivery: 'at-least-once'.`,
    );
  }
}
