import type { Observable } from 'rxjs';
import type { CheckpointStorage } from '../checkpoint/storage.js';
import type { WorkingState } from '../engine/workingState.js';
import { anything, checkFunction, checkOptions, mustBe, readOptions } from '../errors.js';
import { memoryStorage } from '../storages/memoryStorage.js';
import { EventStream, type EventTimed } from '../stream/eventStream.js';
import type { Clock } from '../time/clock.js';
import { type Duration, nonNegative, positive } from '../time/duration.js';
import { type Job, RunningJob } from './job.js';
import { quietly } from './quietly.js';
import { world } from './world.js';

/** When checkpoints are made, and how much is borne. */
export interface CheckpointOptions {
  /** From the start of one to the start of the next. Default `'10s'`. */
  readonly every?: Duration;
  /** At least so long from the end of one to the start of the next. Default `'500ms'`. */
  readonly minPause?: Duration;
  /** One that takes longer is given up, as is a commit. Default `'10m'`. */
  readonly timeout?: Duration;
  /** So many failures in a row are borne; one more fails the job. Default 2. */
  readonly tolerableFailures?: number;
  /** How many are kept. Default 3. */
  readonly retain?: number;
}

/** What {@link run} takes. */
export interface RunOptions {
  /** What the job is called in its storage: whoever runs it again under this name goes on where it was, and takes it over. */
  readonly name: string;
  /** Where checkpoints go. Default: `memoryStorage()`, which does not survive the process. */
  readonly storage?: CheckpointStorage;
  /** Where windows have their state while the job runs. Default: `memory()`. Checkpoints are the same, wherever it is. */
  readonly state?: WorkingState;
  /** When they are made, and how many are kept. */
  readonly checkpoints?: CheckpointOptions;
  /** Processing time. Default: that of the sources, or the system's. */
  readonly clock?: Clock;
  /** Stops the job, as `stop()` does. */
  readonly signal?: AbortSignal;
  /** Operators of the checkpoint that the program has no longer, such as `'windowBy/delays'`: their state is left behind. */
  readonly allowDropped?: readonly string[];
}

const READERS = {
  name(name: unknown, where: string): void {
    if (typeof name !== 'string' || name === '') throw mustBe(where, 'a text that is not empty', name);
  },
  storage(storage: CheckpointStorage | null, where: string): void {
    if (typeof storage?.appendSlot !== 'function') throw mustBe(where, 'a storage, such as memoryStorage()', storage);
  },
  state(state: WorkingState | null, where: string): void {
    if (typeof state?.open !== 'function') throw mustBe(where, "memory() or lmdb('./working')", state);
  },
  checkpoints: anything,
  clock: (clock: Clock | null, where: string): void => checkFunction(clock?.now, `${where}.now`),
  signal(signal: AbortSignal | null, where: string): void {
    if (typeof signal?.addEventListener !== 'function') throw mustBe(where, 'an AbortSignal', signal);
  },
  allowDropped(ids: unknown, where: string): void {
    if (!Array.isArray(ids)) throw mustBe(where, 'an array', ids);
  },
};

const count = (value: number, where: string): number => {
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw mustBe(where, 'a whole number, 0 or more', value);
};

const CHECKPOINTS = {
  every: positive,
  minPause: nonNegative,
  timeout: positive,
  tolerableFailures: count,
  retain: (value: number, where: string): number => {
    if (count(value, where) > 0) return value;
    throw mustBe(where, 'at least 1', value);
  },
};

/**
 * Runs pipelines as a job that survives crashes: their state and the positions of their sources are written into checkpoints, and whoever
 * runs the job again under the same name goes on from the last of them, so that every element counts exactly once. Rows that must be exact
 * too leave by sinks ({@link toCallback}, {@link toMap}, ...).
 *
 * Sources must be {@link replayable}, or say {@link atMostOnce}. Operators with state need a name. Two processes that run the same job
 * do not get into each other's way: the second takes it over, and the first fails with `FENCED` before it can commit anything more.
 *
 * @returns The job, which begins in the next step.
 * @throws TidemarkError `BAD_OPTION`, `BAD_DURATION` at assembly. `job.done` rejects with `BAD_OPTION` for operators without a name,
 * `BAD_SNAPSHOT` for a checkpoint of another program, `NEEDS_OPERATOR` where going on would lose or repeat rows, `FENCED`,
 * `CHECKPOINT_FAILED`, and whatever the pipelines fail with.
 * @example
 * ```ts
 * import { count, eventTime, memoryStorage, replayable, run, toCallback, tumbling, windowBy } from 'tidemark';
 *
 * const clicks = eventTime(replayable([{ user: 'ann', at: 5 }]), { name: 'clicks', timestamp: click => click.at });
 * const counts = clicks.pipe(
 *   windowBy(tumbling('1h'), { name: 'perUser', key: click => click.user, aggregate: count() }),
 *   toCallback(pane => console.log(pane.key, pane.value), { name: 'out' }), // ann 1
 * );
 * const job = run(counts, { name: 'clicks', storage: memoryStorage(), checkpoints: { every: '10s' } });
 * await job.done;
 * ```
 */
export function run<T>(pipelines: (Observable<T> & EventTimed) | readonly (Observable<T> & EventTimed)[], options: RunOptions): Job<T> {
  const outputs = (Array.isArray(pipelines) ? pipelines : [pipelines]) as readonly EventStream<T>[];
  if (outputs.length === 0) throw mustBe('run: its first argument', 'a pipeline or several', pipelines);
  for (const output of outputs)
    if (!(output instanceof EventStream)) throw mustBe('run: its first argument', 'a stream with event time', output, 'Use eventTime().');
  readOptions(options, READERS, 'run');
  READERS.name(options.name, 'run: name');
  const { name, storage = memoryStorage(), state, checkpoints = {}, clock, signal, allowDropped = [] } = options;
  const where = `run "${name}": checkpoints`;
  checkOptions(checkpoints, Object.keys(CHECKPOINTS), where);
  const {
    every = 10_000,
    minPause = 500,
    timeout = 600_000,
    tolerableFailures = 2,
    retain = 3,
  } = readOptions(checkpoints, CHECKPOINTS, where);
  const job = new RunningJob<T>(outputs, {
    name,
    storage,
    state,
    schedule: { every, minPause, tolerableFailures },
    timeout,
    retain,
    clock,
    dropped: new Set(allowDropped),
    env: world,
  });
  if (signal) {
    const stop = (): void => void quietly(() => job.stop());
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop);
    // A signal may outlive many jobs.
    job.events.subscribe({ complete: () => signal.removeEventListener('abort', stop) });
  }
  return job;
}
