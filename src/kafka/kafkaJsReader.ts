/**
 * Reads partitions without a group. kafkajs has no call for that, but hands its cluster to whoever divides partitions: a consumer that is
 * connected and never run gives it away, and brokers are asked directly. Answers are filtered as those of a group are.
 */
import type { Consumer, Kafka } from 'kafkajs';
import { type FetchedMessage, markAborted } from './aborted.js';
import { retried } from './deadline.js';
import { explained, isOf, outOfRange, passes } from './kafkaErrors.js';
import { recordOf } from './kafkaJsConsumer.js';
import type { KafkaBatch, TopicPartition } from './port.js';
import { type FetchAnswer, type ReadableCluster, readable } from './seam.js';

/** What passes when the client looks anew for who has a partition. */
const STALE = [
  'NOT_LEADER_FOR_PARTITION',
  'LEADER_NOT_AVAILABLE',
  'UNKNOWN_TOPIC_OR_PARTITION',
  'FENCED_LEADER_EPOCH',
  'UNKNOWN_LEADER_EPOCH',
  'REPLICA_NOT_AVAILABLE',
] as const;

/** Bytes: so much more is asked for where there was nothing to see, and at most so much. */
const STEP = 1 << 20;
const MOST = 64 << 20;

/** What a message of kafkajs has, as `recordOf` needs it. */
type Message = FetchedMessage & Parameters<typeof recordOf>[2];

export class KafkaJsReader {
  readonly #consumer: Consumer;
  readonly #cluster: ReadableCluster;
  readonly #patience: number;

  private constructor(consumer: Consumer, cluster: ReadableCluster, patience: number) {
    this.#consumer = consumer;
    this.#cluster = cluster;
    this.#patience = patience;
  }

  /** `patience`: milliseconds for which what passes is tried again. */
  static async connect(kafka: Kafka, patience: number): Promise<KafkaJsReader> {
    let found: unknown;
    const consumer = kafka.consumer({
      // Never joined.
      groupId: 'tidemark-reader',
      allowAutoTopicCreation: false,
      partitionAssigners: [
        ({ cluster }) => {
          found = cluster;
          return { name: 'none', version: 0, protocol: () => ({ name: 'none', metadata: Buffer.alloc(0) }), assign: async () => [] };
        },
      ],
    });
    try {
      const cluster = readable(found);
      await retried(() => consumer.connect(), passes, patience);
      return new KafkaJsReader(consumer, cluster, patience);
    } catch (error) {
      await consumer.disconnect().catch(() => undefined);
      throw explained(error, 'connecting a reader');
    }
  }

  async read({ topic, partition }: TopicPartition, from: number, bytes: number): Promise<KafkaBatch> {
    const stale = (error: unknown): boolean => passes(error) || STALE.some(name => isOf(error, name));
    try {
      for (let size = bytes; ; size = Math.max(16 * size, STEP)) {
        const batch = await retried(() => this.#read(topic, partition, from, size), stale, this.#patience);
        if (batch === undefined) return { topic, partition, records: [], next: from, end: from + 1 };
        if (batch.next > from || from >= batch.end) return batch;
        // Nothing but batches that compaction has emptied, which kafkajs does not show: what comes behind them says where they end.
        if (size >= MOST) return { ...batch, next: from + 1 };
      }
    } catch (error) {
      if (isOf(error, 'KafkaJSOffsetOutOfRange')) throw outOfRange({ topic, partition }, from);
      throw explained(error, `reading ${topic}/${partition}`);
    }
  }

  async #read(topic: string, partition: number, from: number, bytes: number): Promise<KafkaBatch | undefined> {
    const cluster = this.#cluster;
    try {
      await cluster.addTargetTopic(topic);
      await cluster.refreshMetadataIfNecessary();
      const [nodeId] = Object.keys(cluster.findLeaderForPartitions(topic, [partition]));
      if (nodeId === undefined) throw new Error(`topic ${topic} has no partition ${partition}`);
      const broker = await cluster.findBroker({ nodeId });
      const partitions = [{ partition, fetchOffset: String(from), maxBytes: bytes }];
      // Answers at once, with what is there.
      const answer = await broker.fetch({ maxWaitTime: 0, minBytes: 0, maxBytes: bytes, topics: [{ topic, partitions }] });
      return batchOf(topic, partition, from, answer);
    } catch (error) {
      const { name, host, port } = error as { name?: string; host?: string; port?: number };
      // As the consumer of kafkajs does.
      if (name === 'KafkaJSConnectionClosedError' && host !== undefined && port !== undefined) cluster.removeBroker({ host, port });
      if (name === 'KafkaJSBrokerNotFound' || STALE.some(each => isOf(error, each))) await cluster.refreshMetadata().catch(() => undefined);
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#consumer.disconnect().catch(() => undefined);
  }
}

/** Undefined: a broker that has been asked too much says nothing. */
function batchOf(topic: string, partition: number, from: number, { responses }: FetchAnswer): KafkaBatch | undefined {
  const fetched = responses.find(({ topicName }) => topicName === topic)?.partitions.find(each => each.partition === partition);
  if (!fetched) return undefined;
  markAborted(fetched);
  const end = Number(fetched.lastStableOffset ?? fetched.highWatermark);
  const messages = fetched.messages as unknown as readonly Message[];
  // Brokers send whole batches.
  const records = messages
    .filter(({ offset, isControlRecord }) => !isControlRecord && Number(offset) >= from)
    .map(message => recordOf(topic, partition, message));
  return { topic, partition, records, next: Math.max(from, nextOf(messages.at(-1))), end };
}

/** Behind the whole batch, whose last records may be compacted away. */
function nextOf(last: Message | undefined): number {
  if (!last) return 0;
  const { firstOffset, lastOffsetDelta } = last.batchContext;
  const behind = firstOffset === undefined || lastOffsetDelta === undefined ? 0 : Number(firstOffset) + lastOffsetDelta + 1;
  return Math.max(behind, Number(last.offset) + 1);
}
