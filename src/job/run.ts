import type { Savepoint } from '../checkpoint/savepoint.js';
import type { CheckpointStorage } from '../checkpoint/storage.js';
import type { WorkingState } from '../engine/workingState.js';
import { anything, checkFlag, checkFunction, checkOptions, mustBe, oneOf, readOptions, TidemarkError } from '../errors.js';
import { RunGraph } from '../explain/runGraph.js';
import { memoryStorage } from '../storages/memoryStorage.js';
import { streamsOf } from '../stream/streamsOf.js';
import type { Clock } from '../time/clock.js';
import { type Duration, nonNegative, positive } from '../time/duration.js';
import { dividedOf, outputsOf, type Pipelines } from './graph.js';
import type { JobHost } from './host.js';
import type { Job } from './job.js';
import type { JobSpec } from './jobSpec.js';
import { quietly } from './quietly.js';
import { RestartingJob } from './restartingJob.js';
import { type RestartOptions, Restarts } from './restarts.js';
import { RunningJob } from './runningJob.js';
import { checkSavepoint, checkStorage, SAVEPOINTS } from './storedSavepoints.js';
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
  /**
   * Begins the job again in this process when it fails, from its last checkpoint. `{}` for the defaults. Default: it fails, and `done` rejects
   * at once; a supervisor that begins the process anew does more, since it also mends what the failure has left in memory.
   */
  readonly restart?: RestartOptions;
  /** Where the job is at work: says who of several runs it, and when to hurry. Default: nobody is asked, and the newest run takes over. */
  readonly host?: JobHost;
  /**
   * What it is when all sources that are read by position have ended. `'complete'`: the end of time: all windows fire, and elements that are
   * added later are late. `'pause'`: the job stops as by `stop({ drain: true })`, windows stay open, and the next run reads on.
   * @defaultValue 'complete'
   */
  readonly atEnd?: 'complete' | 'pause';
  /**
   * A source that windows wait for and that was silent for this long, by the clock of the job, is named in an event `silent`, once for each
   * silence. It changes nothing: with `idleAfter` of `eventTime` a silent source holds the others back no more. `false`: never.
   * @defaultValue '1m'
   */
  readonly silentAfter?: Duration | false;
  /** Stops the job, as `stop()` does. */
  readonly signal?: AbortSignal;
  /** Operators of the checkpoint that the program has no longer, or that cannot use their state: `'windowBy/delays'`. It is left behind. */
  readonly allowDropped?: readonly string[];
  /**
   * Begins with a savepoint, of this job or of another one, from any storage. There must be no job of this name in `storage` yet, or `resume`
   * must say that it goes on.
   */
  readonly from?: Savepoint;
  /**
   * With `from`: a job of this name that is in `storage` already goes on where it was, and the savepoint is for the first start alone: so a
   * supervisor may begin the program again and again. Default false: it is refused.
   */
  readonly resume?: boolean;
  /** With `from`: rows that the sinks hold already, of the time after the savepoint, may be said again. Default false: it is refused. */
  readonly acceptDuplicates?: boolean;
}

const READERS = {
  name(name: unknown, where: string): void {
    if (typeof name !== 'string' || name === '') throw mustBe(where, 'a text that is not empty', name);
    if (name.startsWith(SAVEPOINTS)) throw mustBe(where, `a text that does not begin with ${SAVEPOINTS}, where savepoints are kept`, name);
  },
  storage: checkStorage,
  state(state: WorkingState | null, where: string): void {
    if (typeof state?.open !== 'function') throw mustBe(where, "memory() or lmdb('./working')", state);
  },
  checkpoints: anything,
  clock(clock: Clock | null, where: string): void {
    if (typeof clock?.now !== 'function' || typeof clock.at !== 'function')
      throw mustBe(where, 'a clock, with now() and at(time, task)', clock);
  },
  restart: anything,
  host: (host: JobHost | null, where: string): void => checkFunction(host?.enter, `${where}.enter`),
  atEnd: oneOf('complete', 'pause'),
  silentAfter: (after: Duration | false, where: string): number => (after === false ? Infinity : positive(after, where)),
  signal(signal: AbortSignal | null, where: string): void {
    if (typeof signal?.addEventListener !== 'function') throw mustBe(where, 'an AbortSignal', signal);
  },
  allowDropped(ids: unknown, where: string): void {
    if (!Array.isArray(ids)) throw mustBe(where, 'an array', ids);
  },
  from: checkSavepoint,
  resume: checkFlag,
  acceptDuplicates: checkFlag,
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
export function run<T>(pipelines: Pipelines<T>, options: RunOptions): Job<T> {
  const outputs = outputsOf(pipelines, 'run: its first argument');
  const spec = specOf(options, 'run');
  const { restart, signal } = options;
  const divided = dividedOf(streamsOf(outputs));
  const graph = new RunGraph(outputs);
  const begin = (known?: number): Job<T> => {
    if (divided) return divided.runInTasks(outputs, spec);
    if (known === undefined) return new RunningJob<T>(outputs, { ...spec, graph });
    // What began with a savepoint goes on where it was.
    return new RunningJob<T>(outputs, { ...spec, graph, known, from: spec.from && { ...spec.from, resume: true } });
  };
  const job = restart === undefined ? begin() : new RestartingJob<T>(begin, new Restarts(restart, `run "${spec.name}": restart`), world);
  if (signal) stopBy(signal, job);
  return job;
}

/** Checks the options of a job; `where`: who takes them. */
export function specOf(options: RunOptions, where: string): JobSpec {
  const { silentAfter = 60_000 } = readOptions(options, READERS, where);
  READERS.name(options.name, `${where}: name`);
  const {
    name,
    storage = memoryStorage(),
    state,
    checkpoints = {},
    clock,
    host,
    atEnd,
    allowDropped = [],
    from,
    resume = false,
    acceptDuplicates = false,
  } = options;
  const about = acceptDuplicates ? 'acceptDuplicates' : 'resume';
  if ((acceptDuplicates || resume) && !from)
    throw new TidemarkError('BAD_OPTION', `${where} "${name}": ${about} is about a savepoint: give from too, or leave it out.`);
  const of = `${where} "${name}": checkpoints`;
  checkOptions(checkpoints, Object.keys(CHECKPOINTS), of);
  const {
    every = 10_000,
    minPause = 500,
    timeout = 600_000,
    tolerableFailures = 2,
    retain = 3,
  } = readOptions(checkpoints, CHECKPOINTS, of);
  return {
    name,
    storage,
    state,
    schedule: { every, minPause, tolerableFailures },
    timeout,
    retain,
    clock,
    host,
    atEnd,
    silentAfter: silentAfter < Infinity ? silentAfter : undefined,
    dropped: new Set(allowDropped),
    from: from && { savepoint: from, acceptDuplicates, resume, where: `${where} "${name}"` },
    env: world,
  };
}

/** The job ends when the signal says so. */
export function stopBy(signal: AbortSignal, job: Job<unknown>): void {
  const stop = (): void => void quietly(() => job.stop());
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop);
  // A signal may outlive many jobs.
  job.events.subscribe({ complete: () => signal.removeEventListener('abort', stop) });
}
