/**
 * The seam between two stages of a job. For the stage behind it, it is a source; the stage before it ends in its other half, `StageOut`.
 */
import type { Unsubscribable } from 'rxjs';
import { TidemarkError } from '../errors.js';
import type { Job } from '../job/job.js';
import type { JobSpec } from '../job/jobSpec.js';
import { Replayable } from '../job/replayable.js';
import type { KafkaCodec, KafkaDecoder } from '../kafka/codec.js';
import { idOf } from '../kafka/places.js';
import type { KafkaClient } from '../kafka/port.js';
import { readStage, type StageEntry } from '../kafka/stageRecord.js';
import { EventStream } from '../stream/eventStream.js';
import type { EventSink, RuntimeContext } from '../stream/sink.js';
import type { Clock } from '../time/clock.js';
import { KafkaJob } from './kafkaJob.js';
import type { KafkaMessage, KafkaSource } from './kafkaSource.js';
import { StageSource } from './stageSource.js';
import { TaskJob } from './taskJob.js';

/** The checked options. */
export interface RepartitionSpec<T> {
  readonly client: KafkaClient;
  readonly name: string;
  readonly topic: string;
  readonly key: (value: T) => Uint8Array | string;
  readonly value: KafkaCodec<T>;
  readonly partitions: number | undefined;
  readonly tasks: number | undefined;
}

/** What a record of the topic in between says. */
export type StageValue<T> = { readonly entry: StageEntry; readonly value: T | undefined };

export class RepartitionStream<T> extends EventStream<T> {
  readonly spec: RepartitionSpec<T>;
  /** What stands before it. No input: the graph of the stage behind it begins here. */
  readonly upstream: EventStream<T>;
  readonly kafkaSource: KafkaSource;

  constructor(upstream: EventStream<T>, spec: RepartitionSpec<T>) {
    super('eventTime of repartition', [], spec.name);
    this.spec = spec;
    this.upstream = upstream;
    const { client, name, topic, tasks, value } = spec;
    this.kafkaSource = {
      client,
      name,
      topics: [topic],
      group: undefined,
      tasks,
      handover: undefined,
      key: { decode: () => null },
      value: stageDecoder(value),
      timestamp: ({ timestamp }) => timestamp,
      start: 'earliest',
      alignment: Infinity,
      invalid: undefined,
      buffer: { high: 5000, low: 2500 },
    };
  }

  override get clock(): Clock | undefined {
    return this.upstream.clock;
  }

  override get retracts(): boolean {
    return this.upstream.retracts;
  }

  override checkEnd(): void {
    this.upstream.checkEnd();
  }

  /** The job whose stages meet here. */
  runInTasks<R>(outputs: readonly EventStream<R>[], spec: JobSpec): Job<R> {
    return new KafkaJob<R>(outputs, spec);
  }

  override connect(sink: EventSink<T>, context: RuntimeContext): Unsubscribable {
    const { job } = context;
    if (!(job instanceof TaskJob)) return this.upstream.connect(sink, context);
    const { place } = job;
    const ids = place
      .partitions([this.kafkaSource])
      .flatMap(({ topic, partition }) =>
        Array.from({ length: place.group.upstreamTasks(this.spec.topic) }, (_, task) => `${idOf(topic, partition)} ${task}`),
      );
    const { name } = this.spec;
    const entry = new StageSource<T>(name, ids, sink, context);
    const source = new Replayable(place.read(this.kafkaSource)) as unknown as Replayable<KafkaMessage<StageValue<T>>>;
    return job.read(name, source, false, entry, () => {
      throw new TidemarkError('BAD_OPTION', `repartition "${name}": it is read in jobs of run() only.`);
    });
  }
}

/** Elements are as they were; marks have no value. */
function stageDecoder<T>(value: KafkaDecoder<T>): KafkaDecoder<StageValue<T>> {
  return {
    prepare: (bytes, record) => (readStage(record).kind === 'element' ? value.prepare?.(bytes, record) : undefined),
    decode(bytes, record) {
      const entry = readStage(record);
      return { entry, value: entry.kind === 'element' ? value.decode(bytes, record) : undefined };
    },
  };
}
