/**
 * When checkpoints are made: at an interval from start to start, but not before a pause after the end of the last one; and when somebody
 * asks. Failures in a row are counted as Apache Flink's CheckpointFailureManager does: a success begins anew, what was called off does
 * not count, and one more than is tolerated fails the job.
 */
import { TidemarkError } from '../errors.js';
import { asFailure } from './attempt.js';
import type { Env } from './env.js';
import type { CompletedCheckpoint } from './events.js';

/** Errors that another try does not mend. */
const HOPELESS: ReadonlySet<string> = new Set(['UNSTORABLE', 'FENCED', 'STORAGE_LOST']);

/** All in milliseconds. */
export interface ScheduleOptions {
  /** From the start of one to the start of the next; Infinity: only when asked. */
  readonly every: number;
  /** At least so long from the end of one to the start of the next. Does not hold for those that are asked for. */
  readonly minPause: number;
  /** So many failures in a row are borne. */
  readonly tolerableFailures: number;
}

/** What a schedule drives. */
export interface Scheduled {
  /** Says when there can be no more checkpoints. */
  readonly coordinator: { readonly failure: TidemarkError | undefined };
  /** Makes one, when the job is between two events. `full`: with everything. */
  make(signal: AbortSignal, full: boolean): Promise<CompletedCheckpoint>;
  /** The job cannot go on. Called at most once; the schedule has stopped. */
  fail(error: TidemarkError): void;
}

/** Somebody waits for the next checkpoint. */
interface Request {
  readonly full: boolean;
  readonly resolve: (checkpoint: CompletedCheckpoint) => void;
  readonly reject: (error: TidemarkError) => void;
}

export class CheckpointSchedule {
  /** Failures in a row. */
  failures = 0;
  readonly #env: Env;
  readonly #options: ScheduleOptions;
  readonly #scheduled: Scheduled;
  readonly #abort = new AbortController();
  #requests: Request[] = [];
  #running: Promise<void> | undefined;
  #cancelTimer: (() => void) | undefined;
  #stopped = false;
  #due = Infinity;
  /** When the last one ended. */
  #ended = -Infinity;
  /** One is wanted soon. */
  #soon = false;

  constructor(env: Env, options: ScheduleOptions, scheduled: Scheduled) {
    this.#env = env;
    this.#options = options;
    this.#scheduled = scheduled;
  }

  /** The first one comes an interval from now. */
  start(): void {
    this.#arm(Math.min(this.#due, this.#env.now() + this.#options.every));
  }

  /** Begins what is overdue: timers may be late, as those of hidden pages are. */
  poke(): void {
    if (this.#env.now() >= this.#due) this.#begin();
  }

  /** One as soon as can be: one that is under way is waited for, since it began too early. Rejects if that one fails. */
  request(full = false): Promise<CompletedCheckpoint> {
    return new Promise((resolve, reject) => {
      const dead = this.#scheduled.coordinator.failure ?? (this.#stopped ? stopped() : undefined);
      if (dead) return reject(dead);
      this.#requests.push({ full, resolve, reject });
      if (!this.#running) this.#begin();
    });
  }

  /** One as soon as the pause behind the last one allows. For one that is under way that is behind it. */
  hasten(): void {
    if (this.#running) this.#soon = true;
    else this.#arm(Math.min(this.#due, Math.max(this.#env.now(), this.#ended + this.#options.minPause)));
  }

  /** No more are begun, and the one under way is called off. Resolves when nothing is under way. */
  async stop(): Promise<void> {
    this.#halt(stopped());
    this.#abort.abort();
    await this.#running;
  }

  #halt(error: TidemarkError): void {
    this.#stopped = true;
    this.#cancelTimer?.();
    for (const { reject } of this.#requests.splice(0)) reject(error);
  }

  #arm(due: number): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#due = due;
    if (this.#stopped || due === Infinity) return;
    this.#cancelTimer = this.#env.after(Math.max(0, due - this.#env.now()), () => this.#begin());
  }

  #begin(): void {
    if (this.#running || this.#stopped) return;
    this.#cancelTimer?.();
    this.#soon = false;
    this.#running = this.#run(this.#requests.splice(0));
  }

  async #run(requests: readonly Request[]): Promise<void> {
    const { every, minPause } = this.#options;
    const started = this.#env.now();
    try {
      const checkpoint = await this.#scheduled.make(
        this.#abort.signal,
        requests.some(({ full }) => full),
      );
      this.failures = 0;
      for (const { resolve } of requests) resolve(checkpoint);
    } catch (reason) {
      const error = asFailure(reason, 'checkpoint');
      for (const { reject } of requests) reject(error);
      this.#count(error);
    }
    this.#running = undefined;
    if (this.#stopped) return;
    this.#ended = this.#env.now();
    this.#arm(Math.max(this.#soon ? 0 : started + every, this.#ended + minPause));
    if (this.#requests.length > 0) this.#begin();
  }

  #count(error: TidemarkError): void {
    if (this.#abort.signal.aborted) return;
    this.failures++;
    // What cannot be kept now cannot be kept the next time either.
    const fatal = this.#scheduled.coordinator.failure ?? (HOPELESS.has(error.code) ? error : undefined);
    if (!fatal && this.failures <= this.#options.tolerableFailures) return;
    const failure = fatal ?? tooMany(this.failures, error);
    this.#halt(failure);
    this.#scheduled.fail(failure);
  }

  /** The time of the next one by the clock of the world; Infinity: none. */
  get due(): number {
    return this.#stopped ? Infinity : this.#due;
  }
}

function stopped(): TidemarkError {
  return new TidemarkError('CHECKPOINT_FAILED', 'checkpoints have been stopped.');
}

function tooMany(failures: number, last: TidemarkError): TidemarkError {
  return new TidemarkError('CHECKPOINT_FAILED', `${failures} checkpoints in a row have failed, the last one so: ${last.message}`, {
    cause: last,
  });
}
