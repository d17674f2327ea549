import { checkFunction, mustBe, type Reader, readOptions } from '../errors.js';
import { checkDecoder, checkEncoder, type KafkaCodec } from '../kafka/codec.js';
import { checkName } from '../kafka/outgoing.js';
import type { KafkaClient } from '../kafka/port.js';
import { type EventOperator, eventOperator } from '../stream/eventStream.js';
import { type RepartitionSpec, RepartitionStream } from './repartitionStream.js';

/** What {@link repartition} takes. */
export interface RepartitionOptions<T> {
  /** By which a restart finds the stage behind it: part of the names of its group and its tasks. */
  readonly name: string;
  /** The topic in between, for this job alone. It is made, if it is not there. */
  readonly topic: string;
  /** By what elements meet in one task: a text, or bytes. */
  readonly key: (value: T) => Uint8Array | string;
  /** How elements are written, and read again. */
  readonly value: KafkaCodec<T>;
  /** How many partitions the topic has. It cannot be changed later. Default: as many as those that are read before it. */
  readonly partitions?: number;
  /** How many tasks the stage behind it has. It cannot be changed later. Default: one for each partition. */
  readonly tasks?: number;
}

const whole: Reader<number> = (value, where) => {
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw mustBe(where, 'a whole number from 1', value);
};

const READERS = {
  name: (name: unknown, where: string): void => checkName(name, where),
  topic: (topic: unknown, where: string): void => checkName(topic, where),
  key: checkFunction,
  value(codec: unknown, where: string): void {
    checkEncoder(codec, where);
    checkDecoder(codec, where);
  },
  partitions: whole,
  tasks: whole,
};

/**
 * Brings elements of one key together that come from several partitions: what stands before it writes them by key into a topic, and what stands
 * behind it reads them there, as tasks of their own. Event time goes along: behind it the watermark is the lowest of all tasks before it, and
 * those that are idle hold nobody back. Everything is exact, as between any two topics, and becomes visible to the next stage with a checkpoint
 * of the one before.
 *
 * Without a job (`subscribe`) it does nothing.
 *
 * @param client The one by which the job reads.
 * @throws TidemarkError `BAD_OPTION`. The job fails with `KAFKA_FAILED` where the topic is there with another number of partitions.
 * @example
 * ```ts
 * import { count, run, tumbling, windowBy } from 'tidemark';
 * import { fromKafka, json, memoryKafka, repartition } from 'tidemark/kafka';
 *
 * const kafka = memoryKafka({ topics: { clicks: 4 } }).client();
 * type Click = { user: string; page: string };
 * const perPage = fromKafka(kafka, { name: 'clicks', topic: 'clicks', value: json<Click>() }).pipe(
 *   windowBy(tumbling('1m'), { name: 'perUser', key: ({ value }) => value.page, aggregate: count() }),
 *   repartition(kafka, { name: 'byPage', topic: 'clicks-by-page', key: pane => pane.key, value: json() }),
 *   windowBy(tumbling('1m'), { name: 'perPage', key: pane => pane.key, aggregate: count() }),
 * );
 * const job = run(perPage, { name: 'clicks-per-page' });
 * await job.stop();
 * ```
 */
export function repartition<T>(client: KafkaClient, options: RepartitionOptions<T>): EventOperator<T, T> {
  checkFunction(client?.subscribe, "repartition: the client's subscribe");
  checkName(options?.name, 'repartition: name');
  const where = `repartition "${options.name}"`;
  const { partitions, tasks } = readOptions(options, READERS, where);
  const { name, topic, key, value } = options;
  READERS.topic(topic, `${where}: topic`);
  checkFunction(key, `${where}: key`);
  READERS.value(value, `${where}: value`);
  const spec: RepartitionSpec<T> = { client, name, topic, key, value, partitions, tasks };
  return eventOperator<T, T>('repartition', source => new RepartitionStream<T>(source, spec));
}
