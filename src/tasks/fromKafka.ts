import type { Observer } from 'rxjs';
import type { DropCounts } from '../engine/machine.js';
import type { LateRecord } from '../engine/pane.js';
import { anything, checkFunction, mustBe, type Reader, readOptions } from '../errors.js';
import { checkDecoder, type KafkaDecoder, nullable, text } from '../kafka/codec.js';
import { checkName } from '../kafka/outgoing.js';
import type { KafkaClient } from '../kafka/port.js';
import type { EventStream } from '../stream/eventStream.js';
import { type Duration, positive } from '../time/duration.js';
import type { WatermarkStrategy } from '../time/strategy.js';
import type { Timestamp } from '../time/timestamp.js';
import type { InvalidRecord, KafkaBuffer, KafkaMessage, KafkaSource, KafkaStart } from './kafkaSource.js';
import { KafkaStream } from './kafkaStream.js';

/** What {@link fromKafka} takes. */
export interface FromKafkaOptions<V, K = string | null> {
  /** By which a restart finds its state and its positions. */
  readonly name: string;
  /** The topic. */
  readonly topic?: string;
  /** Or several, with equally many partitions. */
  readonly topics?: readonly string[];
  /** The consumer group. Default: the name of the job. Sources of one job have one group. */
  readonly group?: string;
  /** What the bytes of keys mean. Default: texts, or null. */
  readonly key?: KafkaDecoder<K>;
  /** What the bytes of values mean: `json()`, `text()`, `bytes()`, ... */
  readonly value: KafkaDecoder<V>;
  /** The event time of a record. Default: its timestamp. */
  readonly timestamp?: (message: KafkaMessage<V, K>) => Timestamp;
  /** How far event time has come in a partition; the lowest one of the task counts. Default: `ascending()`. */
  readonly watermark?: WatermarkStrategy<KafkaMessage<V, K>>;
  /** A partition from which nothing came for so long no longer holds the watermark. Default: never. */
  readonly idleAfter?: Duration;
  /** As in `eventTime`: records further ahead of the clock than this neither move the watermark nor count. Default one hour; `false`: off. */
  readonly maxFuture?: Duration | false;
  /** Receives records that were too far ahead of the clock. */
  readonly late?: Partial<Observer<LateRecord<KafkaMessage<V, K>>>>;
  /** Counts what did not count, over all tasks in this process. */
  readonly drops?: DropCounts;
  /**
   * Where reading begins in partitions of which the group has no position. `{ at }`: at the first record that is not older, in milliseconds
   * since the epoch. `'committed'` also goes on from positions that others have committed for the group, with empty state, and otherwise begins
   * at the earliest record.
   * @defaultValue 'earliest'
   */
  readonly start?: KafkaStart;
  /**
   * How many tasks there are, at most as many as partitions: partition q belongs to task `q % tasks`. Each task has a producer, a log of
   * checkpoints and state of its own, so fewer cost less; it cannot be changed later. Default: one for each partition.
   */
  readonly tasks?: number;
  /** A partition that is further ahead of the slowest one in event time rests until that has come on. Default: none rests. */
  readonly alignment?: Duration;
  /** What becomes of a record that cannot be decoded. Default `'fail'`: the job fails. A function is told, and the record does not count. */
  readonly invalid?: 'fail' | ((invalid: InvalidRecord) => void);
  /** How many records of each partition wait in memory. Default `{ high: 5000, low: 2500 }`. */
  readonly buffer?: KafkaBuffer;
  /** So long tasks have for a last checkpoint before partitions are divided anew. Default `'10s'`; the group waits no longer than its client says. */
  readonly handover?: Duration;
}

const names: Reader<readonly string[]> = (topics, where) => {
  if (!Array.isArray(topics) || topics.length === 0) throw mustBe(where, 'an array of at least one', topics);
  for (const topic of topics) checkName(topic, where);
  return topics;
};

const READERS = {
  name: anything,
  topic: (topic: unknown, where: string): string => {
    checkName(topic, where);
    return topic as string;
  },
  topics: names,
  group: (group: unknown, where: string): string => {
    checkName(group, where);
    return group as string;
  },
  key: checkDecoder,
  value: checkDecoder,
  timestamp: checkFunction,
  watermark: anything,
  idleAfter: anything,
  maxFuture: anything,
  late: anything,
  drops: anything,
  start(start: unknown, where: string): void {
    const { at } = (start ?? {}) as { at?: unknown };
    const known = start === 'earliest' || start === 'latest' || start === 'committed';
    if (!known && !(Number.isSafeInteger(at) && (at as number) >= 0))
      throw mustBe(where, "'earliest', 'latest', 'committed' or { at: milliseconds }", start);
  },
  tasks: (tasks: unknown, where: string): number => {
    if (Number.isSafeInteger(tasks) && (tasks as number) > 0) return tasks as number;
    throw mustBe(where, 'a whole number from 1', tasks);
  },
  alignment: positive,
  invalid(invalid: unknown, where: string): void {
    if (invalid !== 'fail' && typeof invalid !== 'function') throw mustBe(where, "'fail' or a function", invalid);
  },
  buffer(buffer: KafkaBuffer | null, where: string): void {
    const { high, low } = buffer ?? ({} as Partial<KafkaBuffer>);
    if (!Number.isSafeInteger(high) || !Number.isSafeInteger(low) || (low as number) < 0 || (high as number) <= (low as number))
      throw mustBe(where, '{ high, low }, whole numbers, the first one higher', buffer);
  },
  handover: positive,
};

/**
 * Reads topics of Kafka: the source of a job that many processes share. Whoever runs the same job joins its group, and is given a part of the
 * tasks; a task is the whole pipeline over the partitions of one number, with state and checkpoints of its own. When a process comes, goes
 * or dies, tasks move, and go on from their last checkpoint. So records of one key must be in one partition, and topics that are read
 * together have equally many.
 *
 * Each partition has a watermark of its own, and the lowest one counts. It is read in jobs only, see `run`, with a storage that all
 * processes reach.
 *
 * @throws TidemarkError `BAD_OPTION`, `BAD_DURATION` at assembly. `job.done` rejects with `NEEDS_OPERATOR` for positions that are not the
 * job's own or no longer kept, `BAD_RECORD` for records that cannot be decoded, `KAFKA_FAILED`.
 * @example
 * ```ts
 * import { boundedOutOfOrderness, count, run, tumbling, windowBy } from 'tidemark';
 * import { fromKafka, json, memoryKafka } from 'tidemark/kafka';
 *
 * const kafka = memoryKafka({ topics: { clicks: 4 } }).client();
 * const clicks = fromKafka(kafka, {
 *   name: 'clicks',
 *   topic: 'clicks',
 *   value: json<{ user: string; at: number }>(),
 *   timestamp: click => click.value.at,
 *   watermark: boundedOutOfOrderness('10s'),
 *   idleAfter: '1m',
 * });
 * const counts = clicks.pipe(windowBy(tumbling('1h'), { name: 'perUser', key: click => click.value.user, aggregate: count() }));
 * const job = run(counts, { name: 'clicks-per-user' });
 * await job.stop({ drain: true });
 * ```
 */
export function fromKafka<V, K = string | null>(client: KafkaClient, options: FromKafkaOptions<V, K>): EventStream<KafkaMessage<V, K>> {
  checkFunction(client?.subscribe, "fromKafka: the client's subscribe");
  checkName(options?.name, 'fromKafka: name');
  const { name } = options;
  const where = `fromKafka "${name}"`;
  const { topic, topics, group, tasks, alignment = Infinity, handover } = readOptions(options, READERS, where);
  checkDecoder(options.value, `${where}: value`);
  if ((topic === undefined) === (topics === undefined)) throw mustBe(`${where}: topic or topics`, 'given, one of the two', options);
  const { key = nullable(text()), value, start = 'earliest', invalid, buffer = { high: 5000, low: 2500 } } = options;
  const source: KafkaSource = {
    client,
    name,
    topics: topics ?? [topic as string],
    group,
    tasks,
    handover,
    key,
    value,
    timestamp: options.timestamp ?? timestampOf,
    start,
    alignment,
    invalid: typeof invalid === 'function' ? invalid : undefined,
    buffer,
  };
  return new KafkaStream<KafkaMessage<V, K>>(source, options);
}

/** A record without a timestamp has none: that is refused as any other that is no time. */
function timestampOf({ timestamp }: KafkaMessage<unknown, unknown>): number {
  return timestamp >= 0 ? timestamp : Number.NaN;
}
