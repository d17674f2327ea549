/** The stream of a source over Kafka: in each task it is the partitions of that task, each a source with a watermark of its own. */
import type { Unsubscribable } from 'rxjs';
import { dropCounts } from '../engine/drops.js';
import type { DropCounts } from '../engine/machine.js';
import { TidemarkError } from '../errors.js';
import type { Job } from '../job/job.js';
import type { JobSpec } from '../job/jobSpec.js';
import { Replayable, type ReplaySource } from '../job/replayable.js';
import { idOf } from '../kafka/places.js';
import { type EventTimeOptions, eventTime } from '../operators/eventTime.js';
import { EventStream } from '../stream/eventStream.js';
import type { EventSink, RuntimeContext } from '../stream/sink.js';
import type { FromKafkaOptions } from './fromKafka.js';
import { KafkaJob } from './kafkaJob.js';
import type { KafkaMessage, KafkaSource } from './kafkaSource.js';
import { TaskJob } from './taskJob.js';
import type { TaskPlace } from './taskPlace.js';

type Message = KafkaMessage<any, any>;

export class KafkaStream<M extends Message> extends EventStream<M> {
  /** What is read. */
  readonly kafkaSource: KafkaSource;
  readonly #options: Partial<FromKafkaOptions<any, any>>;
  /** What each task did not count, by its number. */
  readonly #drops = new Map<number, DropCounts>();

  constructor(source: KafkaSource, options: FromKafkaOptions<any, any>) {
    super('eventTime of fromKafka', [], source.name);
    this.kafkaSource = source;
    this.#options = options;
    // Refuses what it will not take.
    this.#timed(undefined);
  }

  /** The job whose source it is. */
  runInTasks<T>(outputs: readonly EventStream<T>[], spec: JobSpec): Job<T> {
    return new KafkaJob<T>(outputs, spec);
  }

  override connect(sink: EventSink<M>, context: RuntimeContext): Unsubscribable {
    const { job } = context;
    if (!job)
      throw new TidemarkError(
        'BAD_OPTION',
        `fromKafka "${this.name}": it is read by a job only. Start the pipeline by run(pipeline, { name: '...' }) instead of subscribe().`,
      );
    return this.#timed(job instanceof TaskJob ? job.place : undefined).connect(sink, context);
  }

  /** Counts of a task, which are added to those that all tasks share. When it begins again it brings its own back, and those before do not count. */
  #shareOf(all: DropCounts, task: number): DropCounts {
    const own = dropCounts();
    const before = this.#drops.get(task);
    this.#drops.set(task, own);
    const share = {} as DropCounts;
    for (const reason of Object.keys(own) as (keyof DropCounts)[]) {
      all[reason] -= before?.[reason] ?? 0;
      Object.defineProperty(share, reason, {
        enumerable: true,
        get: () => own[reason],
        set(count: number) {
          all[reason] += count - own[reason];
          own[reason] = count;
        },
      });
    }
    return share;
  }

  /** Of a task. `place` undefined: of a graph that is only looked at. */
  #timed(place: TaskPlace | undefined): EventStream<M> {
    const { name, topics, timestamp } = this.kafkaSource;
    const { watermark, idleAfter, maxFuture, late, drops } = this.#options;
    const ids = new Map(topics.map(topic => [topic, [] as string[]]));
    for (const { topic, partition } of place?.partitions([this.kafkaSource]) ?? [])
      (ids.get(topic) as string[])[partition] = idOf(topic, partition);
    const given = { watermark, idleAfter, maxFuture, late, drops: drops && place && this.#shareOf(drops, place.number) };
    const source = place ? place.read(this.kafkaSource) : nowhere(name as string);
    return eventTime(
      new Replayable(source) as Replayable<M>,
      {
        ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
        name,
        timestamp,
        source: ({ topic, partition }: M) => ids.get(topic)?.[partition],
        sources: [...ids.values()].flat(),
      } as EventTimeOptions<M>,
    );
  }
}

/** For programs that begin what reads Kafka otherwise than by `run`. */
function nowhere(name: string): ReplaySource<any, unknown> {
  return {
    open() {
      throw new TidemarkError('BAD_OPTION', `fromKafka "${name}": it is read in jobs of run() only, not by fork, whatIf and the like.`);
    },
  };
}
