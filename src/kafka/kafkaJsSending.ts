/** How records are sent through a producer of kafkajs, in a transaction or without one: cut into batches, one after the other, each held against its answer. */
import type { Kafka, Message, Producer, ProducerConfig, RecordMetadata } from 'kafkajs';
import { batches, Outbox, type Outgoing } from './outgoing.js';
import { idOf } from './places.js';
import type { KafkaClient, KafkaOutput, TopicPartition } from './port.js';

/** Of a call of kafkajs: often and soon at first, since a broker finishes a transaction in some milliseconds. */
export const RETRY = { initialRetryTime: 20, maxRetryTime: 1000, retries: 10 };

/** What who writes asks of its client. */
export type Cluster = Pick<KafkaClient, 'partitions' | 'committed'> & {
  /** Something has failed: for a while brokers may tell of the past. */
  failed?(): void;
};

/** A producer that is not connected. */
export function producerOf(kafka: Kafka, config: ProducerConfig): Producer {
  return kafka.producer({
    ...config,
    allowAutoTopicCreation: false,
    retry: RETRY,
    // Every record says its partition: one that is chosen anew at each try breaks sequence numbers.
    createPartitioner:
      () =>
      ({ message }) =>
        message.partition as number,
  });
}

export class Sending {
  readonly #cluster: Pick<Cluster, 'partitions'>;
  readonly #outbox = new Outbox(text => Buffer.from(text));
  readonly #counts = new Map<string, number>();

  constructor(cluster: Pick<Cluster, 'partitions'>) {
    this.#cluster = cluster;
  }

  /** Finds out how many partitions topics have. @throws TidemarkError `KAFKA_FAILED` */
  async learn(topics: readonly string[]): Promise<void> {
    const unknown = [...new Set(topics)].filter(topic => !this.#counts.has(topic));
    if (unknown.length === 0) return;
    for (const [topic, count] of await this.#cluster.partitions(unknown)) this.#counts.set(topic, count);
  }

  /** @throws TidemarkError `BAD_OPTION`, `KAFKA_FAILED` */
  async checked(records: readonly KafkaOutput[]): Promise<Outgoing[]> {
    await this.learn(records.map(({ topic }) => topic));
    return this.#outbox.records({ records }, this.#counts);
  }

  /**
   * One batch in flight: kafkajs counts sequence numbers wrong where several fail, and without them order would be lost.
   *
   * @returns the offsets of the records
   */
  async send(records: readonly Outgoing[], producer: Pick<Producer, 'sendBatch'>): Promise<number[]> {
    const offsets: number[] = [];
    for (const batch of batches(records)) {
      const byTopic = new Map<string, Outgoing[]>();
      for (const record of batch) {
        const same = byTopic.get(record.topic);
        if (same) same.push(record);
        else byTopic.set(record.topic, [record]);
      }
      const topicMessages = [...byTopic].map(([topic, all]) => ({ topic, messages: all.map(messageOf) }));
      const answers = await producer.sendBatch({ topicMessages });
      mustCover(batch, answers);
      // A partition gets one batch, in which records stand one behind the other.
      const next = new Map(answers.map(({ topicName, partition, baseOffset }) => [idOf(topicName, partition), Number(baseOffset)]));
      for (const { topic, partition } of batch) {
        const id = idOf(topic, partition);
        const offset = next.get(id) as number;
        offsets.push(offset);
        next.set(id, offset + 1);
      }
    }
    return offsets;
  }
}

/** kafkajs may say that all was sent where a partition was left out: its leader had moved to a broker that had answered already. */
export function mustCover(batch: readonly TopicPartition[], answers: readonly RecordMetadata[]): void {
  const written = new Set(answers.filter(({ errorCode }) => errorCode === 0).map(({ topicName, partition }) => idOf(topicName, partition)));
  const missing = batch.find(({ topic, partition }) => !written.has(idOf(topic, partition)));
  if (missing) throw new Error(`kafkajs did not write the records of ${missing.topic}/${missing.partition}`);
}

function messageOf({ partition, key, value, timestamp, headers }: Outgoing) {
  const written: Record<string, Buffer> = {};
  for (const name in headers) written[name] = asBuffer(headers[name] as Uint8Array);
  // The time as a text, since the number 0 is taken for none.
  const time = timestamp === undefined ? undefined : String(timestamp);
  return { partition, key: key && asBuffer(key), value: value && asBuffer(value), headers: written, timestamp: time } as Message;
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
