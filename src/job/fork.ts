import type { Savepoint } from '../checkpoint/savepoint.js';
import { checkFlag, show, TidemarkError } from '../errors.js';
import type { EventStream } from '../stream/eventStream.js';
import { streamsOf } from '../stream/streamsOf.js';
import type { Capture, Captured } from './captured.js';
import { outputsOf, type Pipelines, sinksOf } from './graph.js';
import type { Job } from './job.js';
import type { JobSpec } from './jobSpec.js';
import { type RunOptions, specOf, stopBy } from './run.js';
import { RunningJob } from './runningJob.js';
import { mapSinks, type SinkMapping } from './sinkMapping.js';
import { checkSavepoint } from './storedSavepoints.js';

/** What {@link fork} takes: what {@link run} does, and what becomes of the sinks. */
export interface ForkOptions extends Omit<RunOptions, 'from' | 'resume' | 'acceptDuplicates' | 'restart'> {
  /**
   * What becomes of the rows: `'capture'` keeps and shows them, `'discard'` forgets them; or for each sink, by its name, one of these or
   * another sink.
   */
  readonly sinks: SinkMapping;
  /** A fork of this name that is in `storage` already goes on where it was. Default false: it is refused. */
  readonly resume?: boolean;
}

/** A job that has begun where another one stood; see {@link fork}. */
export interface Fork<out T> extends Job<T> {
  /**
   * The rows of a sink that is captured.
   *
   * @typeParam R - what they are
   * @param sink Its name.
   * @throws TidemarkError `BAD_OPTION` for a sink that is not there, or is not captured.
   */
  captured<R = unknown>(sink: string): Captured<R>;
}

/**
 * Runs a program from where a savepoint stood, as a job of its own: the same one to look into something, or another one to see what would
 * come of it. The job that the savepoint is of hears nothing: no slot, chunk or transaction of it is read, written or
 * deleted, rows that wait there stay there, and it may run meanwhile.
 *
 * Sources are read by the fork itself, from the positions of the savepoint; operators find their state by kind and name, as in {@link run}.
 *
 * @param savepoint Such as `job.savepoint('now')` gives.
 * @param pipelines The program, with its sinks, which are not used.
 * @throws TidemarkError `BAD_OPTION` at assembly, also for sinks that are not thought of, and for the name of the savepoint's own job. `done`
 * rejects as that of `run` does.
 * @example
 * ```ts
 * import { count, eventTime, fork, replayable, run, toCallback, tumbling, windowBy } from 'tidemark';
 *
 * const counts = (least: number) =>
 *   eventTime(replayable([{ at: 5 }, { at: 3_600_005 }]), { name: 'clicks', timestamp: click => click.at }).pipe(
 *     windowBy(tumbling('1h'), { name: 'perHour', aggregate: count() }),
 *     toCallback(pane => console.log(pane.value), { name: 'out' }),
 *   );
 * const job = run(counts(1), { name: 'clicks' });
 * const trial = fork(await job.savepoint('now'), counts(2), { name: 'clicks-trial', sinks: 'capture' });
 * await trial.done;
 * for (const { value } of trial.captured('out').rows) console.log(value);
 * ```
 */
export function fork<T>(savepoint: Savepoint, pipelines: Pipelines<T>, options: ForkOptions): Fork<T> {
  checkSavepoint(savepoint, 'fork: its first argument');
  const outputs = outputsOf(pipelines, 'fork: its second argument');
  const { sinks, resume = false, ...running } = (options ?? {}) as ForkOptions;
  if ('from' in running || 'acceptDuplicates' in running)
    throw new TidemarkError(
      'BAD_OPTION',
      'fork: the savepoint is its first argument: there is no option "from" and no "acceptDuplicates".',
    );
  if ('restart' in running)
    throw new TidemarkError(
      'BAD_OPTION',
      'fork: there is no option "restart": begin it again with resume: true, which goes on where it was.',
    );
  const spec = specOf(running, 'fork');
  const where = `fork ${show(spec.name)}`;
  checkFlag(resume, `${where}: resume`);
  if (spec.name === savepoint.job)
    throw new TidemarkError(
      'BAD_OPTION',
      `${where}: this is the name of the job that the savepoint is of. Give the fork a name of its own.`,
    );
  const { sinkOf, captured } = mapSinks(sinksOf(streamsOf(outputs)), sinks, where);
  const from = { savepoint, acceptDuplicates: false, resume, where };
  const job = new ForkedJob<T>(outputs, { ...spec, from, sinkOf }, captured);
  if (running.signal) stopBy(running.signal, job);
  return job;
}

class ForkedJob<T> extends RunningJob<T> implements Fork<T> {
  readonly #captured: ReadonlyMap<string, Capture>;

  constructor(outputs: readonly EventStream<T>[], spec: JobSpec, captured: ReadonlyMap<string, Capture>) {
    super(outputs, spec);
    this.#captured = captured;
  }

  captured<R>(sink: string): Captured<R> {
    const rows = this.#captured.get(sink);
    if (rows) return rows as Captured<unknown> as Captured<R>;
    const there = [...this.#captured.keys()];
    throw new TidemarkError(
      'BAD_OPTION',
      `fork "${this.name}": the sink ${show(sink)} is not captured. ${there.length > 0 ? `There is ${there.join(', ')}.` : 'None is.'}`,
    );
  }
}
