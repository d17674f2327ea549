/**
 * Where the library reaches into kafkajs. A factory of partition assigners is handed the cluster, which is the live object that everything
 * goes through; so a group's join and each fetch can be watched, and put right, without touching the package. This holds for one version,
 * which is why it is pinned; what is missing is said at once.
 */
import { TidemarkError } from '../errors.js';
import { type FetchedPartition, markAborted } from './aborted.js';

/** What is used of a broker of kafkajs. */
export interface SeamBroker {
  fetch(request: FetchRequest): Promise<FetchAnswer>;
}

/** A request for records. */
export interface FetchRequest {
  readonly maxWaitTime?: number;
  readonly minBytes?: number;
  readonly maxBytes?: number;
  readonly topics: readonly {
    readonly topic: string;
    readonly partitions: readonly { readonly partition: number; readonly fetchOffset: string; readonly maxBytes?: number }[];
  }[];
}

/** Its answer. */
export interface FetchAnswer {
  readonly responses: readonly { readonly topicName: string; readonly partitions: readonly FetchedPartition[] }[];
}

/** What is used of a cluster of kafkajs. */
export interface SeamCluster {
  findBroker(options: unknown): Promise<SeamBroker>;
  findGroupCoordinator(options: unknown): Promise<unknown>;
  findTopicPartitionMetadata(topic: string): readonly unknown[];
}

/** What is used of it where it is read from without a group. */
export interface ReadableCluster extends SeamCluster {
  addTargetTopic(topic: string): Promise<void>;
  refreshMetadata(): Promise<void>;
  refreshMetadataIfNecessary(): Promise<void>;
  /** By the number of the broker. */
  findLeaderForPartitions(topic: string, partitions: readonly number[]): Readonly<Record<string, readonly number[]>>;
  removeBroker(address: { readonly host: string; readonly port: number }): void;
}

const READING = [
  'addTargetTopic',
  'refreshMetadata',
  'refreshMetadataIfNecessary',
  'findBroker',
  'findLeaderForPartitions',
  'removeBroker',
] as const;

/** @throws TidemarkError `BAD_OPTION` for another kafkajs */
export function readable(cluster: unknown): ReadableCluster {
  const found = cluster as ReadableCluster;
  for (const method of READING) if (typeof found?.[method] !== 'function') throw otherKafkaJs(`a cluster without ${method}`);
  return found;
}

/** Hears of what goes through. */
export interface SeamListener {
  /** Before the group is joined, or joined again. */
  joining(): Promise<void>;
  /** The end of what can be read of a partition. */
  fetched(topic: string, partition: number, end: number): void;
  /** All that was fetched from an offset on is for nobody's eyes: the next record comes from `next` on. */
  skipped(topic: string, partition: number, from: number, next: number): void;
  /** Makes the error that ends the consumer where an offset is not kept: kafkajs would go on elsewhere, and commit that. */
  outOfRange(topic: string, partition: number): Error;
}

const METHODS = ['findBroker', 'findGroupCoordinator', 'findTopicPartitionMetadata'] as const;

/** @throws TidemarkError `BAD_OPTION` for another kafkajs */
export function watch(cluster: SeamCluster, listener: SeamListener): void {
  for (const method of METHODS) if (typeof cluster?.[method] !== 'function') throw otherKafkaJs(`a cluster without ${method}`);
  const watched = new WeakSet<SeamBroker>();
  const findBroker = cluster.findBroker.bind(cluster);
  const findGroupCoordinator = cluster.findGroupCoordinator.bind(cluster);
  cluster.findBroker = async options => {
    const broker = await findBroker(options);
    if (!watched.has(broker)) {
      watched.add(broker);
      watchFetches(broker, listener);
    }
    return broker;
  };
  cluster.findGroupCoordinator = async options => {
    await listener.joining();
    return findGroupCoordinator(options);
  };
}

function watchFetches(broker: SeamBroker, listener: SeamListener): void {
  if (typeof broker?.fetch !== 'function') throw otherKafkaJs('a broker without fetch');
  const fetch = broker.fetch.bind(broker);
  broker.fetch = async request => {
    let answer: FetchAnswer;
    try {
      answer = await fetch(request);
    } catch (error) {
      const { name, topic, partition } = error as { name?: string; topic?: string; partition?: number };
      throw name === 'KafkaJSOffsetOutOfRange' ? listener.outOfRange(String(topic), Number(partition)) : error;
    }
    const from = new Map(
      request.topics.flatMap(({ topic, partitions }) =>
        partitions.map(({ partition, fetchOffset }) => [`${topic}/${partition}`, Number(fetchOffset)] as const),
      ),
    );
    for (const { topicName, partitions } of answer.responses)
      for (const fetched of partitions) look(topicName, fetched, from.get(`${topicName}/${fetched.partition}`) ?? 0, listener);
    return answer;
  };
}

function look(topic: string, fetched: FetchedPartition, from: number, listener: SeamListener): void {
  const { partition, messages, lastStableOffset, highWatermark } = fetched;
  markAborted(fetched);
  listener.fetched(topic, partition, Number(lastStableOffset ?? highWatermark));
  if (messages.length === 0) return;
  // What lies before the offset comes along, since brokers send whole batches.
  for (const { offset, isControlRecord } of messages) if (!isControlRecord && Number(offset) >= from) return;
  const last = Number(messages.at(-1)?.offset);
  // So kafkajs goes on too.
  listener.skipped(topic, partition, from, last < from ? from + 1 : last + 1);
}

function otherKafkaJs(found: string): TidemarkError {
  return new TidemarkError('BAD_OPTION', `kafkaJs: needs kafkajs 2.2.4, but found ${found}. Install it: npm install kafkajs@2.2.4`);
}
