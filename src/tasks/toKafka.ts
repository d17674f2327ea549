import { checkFlag, checkFunction, oneOf, type Reader, readOptions } from '../errors.js';
import { SinkStream } from '../job/defineSink.js';
import { ROOM, readRoom } from '../job/pendingRows.js';
import { checkEncoder, type KafkaEncoder } from '../kafka/codec.js';
import { checkName } from '../kafka/outgoing.js';
import type { PaneRecordSpec } from '../kafka/paneRecord.js';
import type { KafkaClient } from '../kafka/port.js';
import { type EventOperator, eventOperator } from '../stream/eventStream.js';
import { KafkaRows } from './kafkaRows.js';

/** What {@link toKafka} takes. */
export interface ToKafkaOptions<in T> {
  /** By which a restart finds the sink. */
  readonly name: string;
  /** Must exist. */
  readonly topic: string;
  /** What of a row is written, such as `json()`; of panes their own value alone by `paneValue(json())`. */
  readonly value: KafkaEncoder<T>;
  /** Default: of a pane its key as a text; as rows of a table `[key,start,end]`; of anything else none. */
  readonly key?: (value: T) => Uint8Array | string | null;
  /** Default: by the key, as clients of Java choose it; without a key one after the other. */
  readonly partition?: (value: T) => number;
  /** Besides those of panes; see `paneHeaders`. */
  readonly headers?: (value: T) => Readonly<Record<string, Uint8Array | string>>;
  /** Milliseconds since the epoch. Default: of a pane its event time; of anything else the time at which it is written. */
  readonly timestamp?: (value: T) => number | undefined;
  /**
   * `'exactly-once'`: rows become visible with the checkpoint that they belong to, together with the positions of the sources, to all who
   * read committed records alone. `'at-least-once'`: they go out at once, and some of them again after a crash.
   * @defaultValue 'exactly-once'
   */
  readonly delivery?: 'exactly-once' | 'at-least-once';
  /** The topic is a table: what is withdrawn is deleted by a tombstone, instead of being written with a mark. Default false. */
  readonly upsert?: boolean;
  /**
   * When so many rows wait, the sources wait too. Exactly once they wait for a checkpoint, which is then made before its time: default 100 000.
   * At least once they wait to be sent: default 10 000.
   */
  readonly room?: number;
}

const checked =
  (check: (value: unknown, where: string) => void): Reader<any> =>
  (value, where) => {
    check(value, where);
    return value;
  };

const READERS = {
  name: checked(checkName),
  topic: checked(checkName),
  value: checked(checkEncoder),
  key: checked(checkFunction),
  partition: checked(checkFunction),
  headers: checked(checkFunction),
  timestamp: checked(checkFunction),
  delivery: oneOf('exactly-once', 'at-least-once'),
  upsert: checkFlag,
  room: readRoom,
};

/**
 * Writes rows into a topic of Kafka, each in the transaction of the checkpoint that it belongs to. Several in one job share that transaction.
 * Panes carry their window, timing and number as headers; what is withdrawn carries a mark, or deletes, if the topic is a table.
 *
 * @param client The one by which the job reads.
 * @throws TidemarkError `BAD_OPTION` at assembly, and of jobs whose sources are not in Kafka, unless `delivery` is `'at-least-once'`.
 * @example
 * ```ts
 * import { count, run, tumbling, windowBy } from 'tidemark';
 * import { fromKafka, json, memoryKafka, paneValue, toKafka } from 'tidemark/kafka';
 *
 * const kafka = memoryKafka({ topics: { clicks: 4, counts: 4 } }).client();
 * const counts = fromKafka(kafka, { name: 'clicks', topic: 'clicks', value: json<{ user: string }>() }).pipe(
 *   windowBy(tumbling('1m'), { name: 'perUser', key: click => click.value.user, aggregate: count() }),
 *   toKafka(kafka, { name: 'counts', topic: 'counts', value: paneValue(json()) }),
 * );
 * const job = run(counts, { name: 'clicks-per-user' });
 * await job.stop({ drain: true });
 * ```
 */
export function toKafka<T>(client: KafkaClient, options: ToKafkaOptions<NoInfer<T>>): EventOperator<T, T> {
  checkFunction(client?.acquire, "toKafka: the client's acquire");
  checkName(options?.name, 'toKafka: name');
  const where = `toKafka "${options.name}"`;
  const { delivery = 'exactly-once', upsert = false } = readOptions(options, READERS, where);
  const { name, topic, value, key, partition, headers, timestamp } = options;
  const room = options.room ?? (delivery === 'exactly-once' ? ROOM : ROOM / 10);
  checkName(topic, `${where}: topic`);
  checkEncoder(value, `${where}: value`);
  const spec: PaneRecordSpec<T> = { topic, value, key, partition, headers, timestamp, upsert };
  const rows = new KafkaRows<T>(client, name, spec, delivery, room);
  return eventOperator<T, T>('toKafka', source => new SinkStream<T>(source, rows));
}
