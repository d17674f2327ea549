/**
 * A transactor over a producer of kafkajs. Whatever goes wrong, the producer is thrown away: kafkajs stays in a state that it cannot leave
 * after a failed commit, and takes sequence numbers back after a failed send, which a broker may then take for a repetition.
 */
import type { Kafka, Producer, Transaction } from 'kafkajs';
import { TidemarkError } from '../errors.js';
import { retried, settled } from './deadline.js';
import { explained, isOf, passes } from './kafkaErrors.js';
import { type Cluster, producerOf, Sending } from './kafkaJsSending.js';
import { checkedPositions } from './outgoing.js';
import type { KafkaCommit, KafkaPosition, KafkaTransactor, TopicPartition } from './port.js';
import { Turns } from './turns.js';

/** Milliseconds without a change after which positions are taken for settled. */
const QUIET = 1000;

export class KafkaJsTransactor implements KafkaTransactor {
  readonly transactionalId: string;
  readonly #producer: Producer;
  readonly #cluster: Cluster;
  readonly #patience: number;
  /** Of a transaction that is there already, but of which the broker knows nothing before the first record. */
  #transaction: Transaction;
  /** An older owner was still at work when this one came, or brokers were in trouble. */
  readonly #unsettled: boolean;
  readonly #sending: Sending;
  readonly #turns = new Turns();

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
    this.#sending = new Sending(cluster);
    this.#patience = patience;
  }

  /**
   * Both in milliseconds: how long a transaction may take, and how long it is tried to get the id. `troubled`: calls have failed a short
   * while ago.
   */
  static async acquire(
    kafka: Kafka,
    transactionalId: string,
    transactionTimeout: number,
    patience: number,
    cluster: Cluster,
    troubled = false,
  ): Promise<KafkaJsTransactor> {
    const producer = producerOf(kafka, { transactionalId, transactionTimeout });
    let inits = 0;
    producer.on('producer.network.request', ({ payload }) => {
      if (payload.apiName === 'InitProducerId') inits++;
    });
    try {
      await retried(() => producer.connect(), passes, patience);
      // This fences, although it is only said to begin a transaction.
      const transaction = await retried(() => producer.transaction(), passes, patience);
      return new KafkaJsTransactor(transactionalId, producer, transaction, inits > 1 || troubled, cluster, patience);
    } catch (error) {
      cluster.failed?.();
      await producer.disconnect().catch(() => undefined);
      throw explained(error, `acquiring "${transactionalId}"`);
    }
  }

  get over(): boolean {
    return this.#turns.over;
  }

  committed(group: string, partitions: readonly TopicPartition[], settle: boolean = this.#unsettled): Promise<readonly KafkaPosition[]> {
    const look = (): Promise<readonly KafkaPosition[]> => this.#cluster.committed(group, partitions);
    return settle ? settled(look, (a, b) => JSON.stringify(a) === JSON.stringify(b), QUIET) : look();
  }

  commit(commit: KafkaCommit): Promise<void> {
    // One send in flight: kafkajs counts sequence numbers wrong where several fail.
    return this.#turns.take(() => this.#commit(commit));
  }

  async #commit(commit: KafkaCommit): Promise<void> {
    if (this.#turns.over) throw new TidemarkError('KAFKA_FAILED', `Kafka: "${this.transactionalId}" is over: acquire it again.`);
    const positions = checkedPositions(commit);
    await this.#sending.learn(positions.map(({ topic }) => topic));
    const records = await this.#sending.checked(commit.records ?? []);
    if (records.length + positions.length === 0) return;
    try {
      // Records first: adding partitions waits where the transaction before is still being finished, adding positions does not.
      await this.#sending.send(records, this.#transaction);
      if (positions.length > 0) await this.#sendPositions(commit.group as string, positions);
      await this.#transaction.commit();
      this.#transaction = await this.#producer.transaction();
    } catch (error) {
      this.#turns.stop();
      this.#cluster.failed?.();
      void this.#producer.disconnect().catch(() => undefined);
      throw explained(error, `committing "${this.transactionalId}"`);
    }
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
    await this.#turns.end();
    await this.#producer.disconnect().catch(() => undefined);
  }
}
