/**
 * A transactor over a producer of kafkajs. Whatever goes wrong, the producer is thrown away: kafkajs stays in a state that it cannot leave
 * after a failed commit, and takes sequence numbers back after a failed send, which a broker may then take for a repetition.
 */
import type { Kafka, Producer, RecordMetadata, Transaction } from 'kafkajs';
import { TidemarkError } from '../errors.js';
import { retried, settled } from './deadline.js';
import { explained, isOf, passes } from './kafkaErrors.js';
import { batches, checkedPositions, Outbox, type Outgoing, topicsOf } from './outgoing.js';
import { idOf } from './places.js';
import type { KafkaClient, KafkaCommit, KafkaPosition, KafkaTransactor, TopicPartition } from './port.js';

/** One `send` is one batch for each partition: it must stay below what brokers take at once, which is 1 MB unless told otherwise. */
const BATCH = { count: 1000, bytes: 512 * 1024 };
/** Milliseconds without a change after which positions are taken for settled. */
const QUIET = 1000;
/** Of a call of kafkajs: often and soon at first, since a broker finishes a transaction in some milliseconds. */
export const RETRY = { initialRetryTime: 20, maxRetryTime: 1000, retries: 10 };

/** What a transactor asks of its client. */
export type Cluster = Pick<KafkaClient, 'partitions' | 'committed'>;

export class KafkaJsTransactor implements KafkaTransactor {
  readonly transactionalId: string;
  readonly #producer: Producer;
  readonly #cluster: Cluster;
  readonly #patience: number;
  /** Of a transaction that is there already, but of which the broker knows nothing before the first record. */
  #transaction: Transaction;
  /** An older owner was still at work when this one came. */
  readonly #unsettled: boolean;
  readonly #outbox = new Outbox();
  readonly #counts = new Map<string, number>();
  #over = false;
  #queue: Promise<unknown> = Promise.resolve();

  private constructor(
    transactionalId: string,
    producer: Producer,
    transaction: Transaction,
    unsettled: boolean,
    cluster: Cluster,
    patience: number,
  ) {
    this.transactionalId = transactionalId;
    this.#producer = producer;
    this.#transaction = transaction;
    this.#unsettled = unsettled;
    this.#cluster = cluster;
    this.#patience = patience;
  }

  /** Both in milliseconds: how long a transaction may take, and how long it is tried to get the id. */
  static async acquire(
    kafka: Kafka,
    transactionalId: string,
    transactionTimeout: number,
    patience: number,
    cluster: Cluster,
  ): Promise<KafkaJsTransactor> {
    const producer = kafka.producer({
      transactionalId,
      transactionTimeout,
      allowAutoTopicCreation: false,
      retry: RETRY,
      // Every record says its partition: one that is chosen anew at each try breaks sequence numbers.
      createPartitioner:
        () =>
        ({ message }) =>
          message.partition as number,
    });
    let inits = 0;
    producer.on('producer.network.request', ({ payload }) => {
      if (payload.apiName === 'InitProducerId') inits++;
    });
    try {
      await retried(() => producer.connect(), passes, patience);
      // This fences, although it is only said to begin a transaction.
      const transaction = await retried(() => producer.transaction(), passes, patience);
      return new KafkaJsTransactor(transactionalId, producer, transaction, inits > 1, cluster, patience);
    } catch (error) {
      await producer.disconnect().catch(() => undefined);
      throw explained(error, `acquiring "${transactionalId}"`);
    }
  }

  get over(): boolean {
    return this.#over;
  }

  committed(group: string, partitions: readonly TopicPartition[], settle: boolean = this.#unsettled): Promise<readonly KafkaPosition[]> {
    const look = (): Promise<readonly KafkaPosition[]> => this.#cluster.committed(group, partitions);
    return settle ? settled(look, (a, b) => JSON.stringify(a) === JSON.stringify(b), QUIET) : look();
  }

  commit(commit: KafkaCommit): Promise<void> {
    // One send in flight: kafkajs counts sequence numbers wrong where several fail.
    const done = this.#queue.then(() => this.#commit(commit));
    this.#queue = done.catch(() => undefined);
    return done;
  }

  async #commit(commit: KafkaCommit): Promise<void> {
    if (this.#over) throw new TidemarkError('KAFKA_FAILED', `Kafka: "${this.transactionalId}" is over: acquire it again.`);
    const positions = checkedPositions(commit);
    await this.#learn([...topicsOf(commit), ...positions.map(({ topic }) => topic)]);
    const records = this.#outbox.records(commit, this.#counts);
    if (records.length + positions.length === 0) return;
    try {
      // Records first: adding partitions waits where the transaction before is still being finished, adding positions does not.
      for (const batch of batches(records, BATCH.count, BATCH.bytes)) await this.#send(batch);
      if (positions.length > 0) await this.#sendPositions(commit.group as string, positions);
      await this.#transaction.commit();
      this.#transaction = await this.#producer.transaction();
    } catch (error) {
      this.#over = true;
      void this.#producer.disconnect().catch(() => undefined);
      throw explained(error, `committing "${this.transactionalId}"`);
    }
  }

  async #learn(topics: readonly string[]): Promise<void> {
    const unknown = [...new Set(topics)].filter(topic => !this.#counts.has(topic));
    if (unknown.length === 0) return;
    for (const [topic, count] of await this.#cluster.partitions(unknown)) this.#counts.set(topic, count);
  }

  async #send(batch: readonly Outgoing[]): Promise<void> {
    const byTopic = new Map<string, Outgoing[]>();
    for (const record of batch) {
      const records = byTopic.get(record.topic);
      if (records) records.push(record);
      else byTopic.set(record.topic, [record]);
    }
    const topicMessages = [...byTopic].map(([topic, records]) => ({ topic, messages: records.map(messageOf) }));
    mustCover(batch, await this.#transaction.sendBatch({ topicMessages }));
  }

  #sendPositions(group: string, positions: readonly KafkaPosition[]): Promise<void> {
    const topics = [...new Set(positions.map(({ topic }) => topic))].map(topic => ({
      topic,
      partitions: positions
        .filter(position => position.topic === topic)
        .map(({ partition, offset, metadata }) => ({ partition, offset: String(offset), metadata })),
    }));
    // The broker refuses positions while it finishes the transaction before, and then nothing has happened yet.
    const busy = (error: unknown): boolean => isOf(error, 'CONCURRENT_TRANSACTIONS');
    return retried(() => this.#transaction.sendOffsets({ consumerGroupId: group, topics }), busy, this.#patience);
  }

  async close(): Promise<void> {
    await this.#queue;
    this.#over = true;
    await this.#producer.disconnect().catch(() => undefined);
  }
}

/** kafkajs may say that all was sent where a partition was left out: its leader had moved to a broker that had answered already. */
export function mustCover(batch: readonly TopicPartition[], answers: readonly RecordMetadata[]): void {
  const written = new Set(answers.filter(({ errorCode }) => errorCode === 0).map(({ topicName, partition }) => idOf(topicName, partition)));
  const missing = batch.find(({ topic, partition }) => !written.has(idOf(topic, partition)));
  if (missing) throw new Error(`kafkajs did not write the records of ${missing.topic}/${missing.partition}`);
}

function messageOf({ partition, key, value, timestamp, headers }: Outgoing) {
  return {
    partition,
    key: key && asBuffer(key),
    value: value && asBuffer(value),
    headers: Object.fromEntries(Object.entries(headers).map(([name, header]) => [name, asBuffer(header)])),
    // As a text, since it takes the number 0 for none.
    ...(timestamp === undefined ? {} : { timestamp: String(timestamp) }),
  };
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
