import type { CheckpointStorage } from '../checkpoint/storage.js';
import { mustBe, type Reader, readOptions } from '../errors.js';
import type { KafkaClient } from '../kafka/port.js';
import { storageOn } from '../storages/storageOn.js';
import { PIECE, TopicMedium } from './topicMedium.js';

/** What {@link kafkaStorage} must and can be told. */
export interface KafkaStorageOptions {
  /** The name of the topic for the log of jobs; large chunks are in another, `<topic>-chunks`. Both are made if they are not there. */
  readonly topic: string;
  /** How many partitions each has: jobs are spread over them by name. It cannot be changed later. Default 8. */
  readonly partitions?: number;
  /** Settings for topics that are made, by their names in Kafka, such as `min.insync.replicas`. */
  readonly config?: Readonly<Record<string, string>>;
}

/**
 * A storage in two compacted topics of Kafka, for jobs whose processes share no disk and no bucket. Of several processes anywhere that run the
 * same job, the one that took it over last goes on: the order of the log decides. What was acknowledged is as durable as the topics are:
 * give them replicas.
 *
 * @param client Stays open when the storage is closed: it may serve sources and sinks too.
 * @throws TidemarkError `BAD_OPTION`. Its `open` rejects with `STORAGE_UNFIT` for a topic that is not compacted, and with `KAFKA_FAILED` for one
 * of another number of partitions; its methods with `STORAGE_FAILED` for what the broker says, and with `STORAGE_LOST` if a topic was deleted.
 *
 * @example
 * ```ts
 * import { kafkaJs, kafkaStorage } from 'tidemark/kafka';
 *
 * const kafka = kafkaJs({ brokers: ['localhost:9092'] });
 * const storage = kafkaStorage(kafka, { topic: 'delays-checkpoints' });
 * console.log(storage.name); // kafkaStorage(delays-checkpoints)
 * ```
 */
export function kafkaStorage(client: KafkaClient, options: KafkaStorageOptions): CheckpointStorage {
  if (typeof client?.read !== 'function') throw mustBe('kafkaStorage', 'given a client, such as kafkaJs({ brokers })', client);
  const { topic, partitions = 8, config = {} } = readOptions(options, READERS, 'kafkaStorage');
  if (topic === undefined) throw mustBe('kafkaStorage: topic', 'given', undefined);
  const name = `kafkaStorage(${topic})`;
  const medium = new TopicMedium(client, { name, topic, partitions, config });
  return storageOn(name, { durable: true, fencing: 'linearizable', chunkBytes: PIECE }, medium);
}

const READERS = {
  topic: ((value, where) => {
    // Kafka takes 249, and `-chunks` is added.
    if (typeof value === 'string' && /^[A-Za-z0-9._-]{1,242}$/.test(value) && value !== '.' && value !== '..') return value;
    throw mustBe(where, "a name of letters, digits, '.', '_' and '-', at most 242 characters", value);
  }) satisfies Reader<string>,
  partitions: ((value, where) => {
    if (Number.isSafeInteger(value) && (value as number) >= 1) return value as number;
    throw mustBe(where, 'a whole number from 1', value);
  }) satisfies Reader<number>,
  config: ((value, where) => {
    if (value && typeof value === 'object' && Object.values(value).every(each => typeof each === 'string'))
      return value as Record<string, string>;
    throw mustBe(where, "texts by name, such as { 'min.insync.replicas': '2' }", value);
  }) satisfies Reader<Readonly<Record<string, string>>>,
};
