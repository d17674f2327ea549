/** What a job is begun with, once its options are checked. */
import type { Env } from '../checkpoint/env.js';
import type { CheckpointSink, SourceCut } from '../checkpoint/participants.js';
import type { ScheduleOptions } from '../checkpoint/schedule.js';
import type { CheckpointStorage } from '../checkpoint/storage.js';
import type { WorkingState } from '../engine/workingState.js';
import type { RunGraph } from '../explain/runGraph.js';
import type { RowWriter } from '../stream/sink.js';
import type { Clock } from '../time/clock.js';
import type { Beginning } from './beginFrom.js';
import type { SinkContext, SinkDefinition, SinkStream, SinkWork } from './defineSink.js';
import type { JobHost } from './host.js';

/** The checked options of a job. */
export interface JobSpec {
  readonly name: string;
  readonly storage: CheckpointStorage;
  readonly state: WorkingState | undefined;
  readonly schedule: ScheduleOptions;
  readonly timeout: number;
  readonly retain: number;
  readonly clock: Clock | undefined;
  readonly host: JobHost | undefined;
  /** What the end of all sources is: that of time, or of this run. Default: that of time. */
  readonly atEnd?: 'complete' | 'pause' | undefined;
  readonly dropped: ReadonlySet<string>;
  readonly from: Beginning | undefined;
  /** Shared by the lives of a job that is begun again. Default: one of its own. */
  readonly graph?: RunGraph | undefined;
  /** A source that windows wait for is silent after so many milliseconds, and the job says so. Default: never. */
  readonly silentAfter?: number | undefined;
  /** A checkpoint that this process has made: a storage without it is not the one that it was. */
  readonly known?: number;
  /** What stands in place of a sink of the graph. Default: the sink itself. */
  readonly sinkOf?: (sink: SinkStream<unknown>) => SinkDefinition<unknown>;
  /** Of a task: which one. */
  readonly task?: string;
  /** Takes part in checkpoints beside the sinks of the graph. */
  readonly companion?: (context: SinkContext) => Companion;
  readonly env: Env;
}

/** A sink that knows where the sources stand, and has the rows of several sinks of the graph, or of none. */
export interface Companion extends CheckpointSink, Pick<SinkWork<unknown>, 'room' | 'close'> {
  /** Takes the rows of this sink; undefined: that is none of its business. */
  writerOf(stream: object): RowWriter<any> | undefined;
  /** The barrier, before `rotate`, in the same turn. */
  barrier(sources: readonly SourceCut[]): void;
}
