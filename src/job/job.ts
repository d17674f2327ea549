/** A pipeline at work that survives crashes, as its users see it. */
import type { Observable } from 'rxjs';
import type { CompletedCheckpoint } from '../checkpoint/events.js';
import type { Savepoint } from '../checkpoint/savepoint.js';
import { checkFlag, mustBe, readOptions } from '../errors.js';
import type { Inspectable } from '../explain/runGraph.js';
import { type Duration, positive } from '../time/duration.js';
import type { JobView } from '../view/jobView.js';
import type { ViewHandle } from '../view/view.js';
import type { HostOf } from '../view/viewHost.js';
import type { ViewOptions } from '../view/viewOptions.js';
import type { JobEvent, JobStatus } from './jobEvent.js';

/** A pipeline at work; see {@link run}. */
export interface Job<out T> extends Inspectable {
  /** What it is called in its storage. */
  readonly name: string;
  /** What the pipelines say, as it happens: hot and speculative. After a crash some of it comes again; what is exact comes out of sinks. */
  readonly values: Observable<T>;
  /** What happens to the job. Hot: completes when it is over, and never fails. */
  readonly events: Observable<JobEvent>;
  /** Resolves when the job is over and all of it is committed, or when it has been stopped. Rejects with what it failed by. */
  readonly done: Promise<void>;
  /** What it is, now. */
  readonly status: JobStatus;
  /**
   * The state of an operator, to be asked; `handle` is made by `view`. What it answers before the job runs waits until it does; of a job that is
   * over there is none.
   *
   * @throws TidemarkError `BAD_OPTION`, `BAD_DURATION`.
   */
  view<K, V>(handle: ViewHandle<K, V>, options?: ViewOptions): JobView<K, V>;
  /** @internal */
  readonly hostOf?: HostOf;
  /** Makes a checkpoint as soon as can be; of a job that stands by, once it runs. Rejects if it does not come about; the job may go on all the same. */
  checkpoint(): Promise<CompletedCheckpoint>;
  /**
   * Makes a checkpoint as soon as can be, and a copy of all state at it that stands for itself: for another storage, another program,
   * another job. The rows up to it are committed; the job goes on, and its own checkpoints are what they would have been. Rejects if the
   * checkpoint does not come about.
   *
   * @param label What it is called, and kept under in a storage.
   */
  savepoint(label: string): Promise<Savepoint>;
  /**
   * Ends the job with a last checkpoint, as `drain` does, and gives a savepoint of it: whoever begins with it goes on exactly where this job
   * has ended, with the same sinks too. Rejects if that does not come about; then the job has failed.
   */
  stop(options: StopOptions & { readonly savepoint: string }): Promise<Savepoint>;
  /**
   * Ends the job before its sources do. `drain`: with a last checkpoint, so that everything that came so far is committed, and the next run
   * goes on behind it; windows that are open stay open, in the checkpoint. Without, the next run goes on from the checkpoint before.
   * A last checkpoint that hangs is cut short by `stop()` without `drain`, by the signal of the job, or by `timeout`, behind which `stop` and
   * `done` reject with `TIMED_OUT`; the next run then decides, as after a crash.
   *
   * @throws TidemarkError `BAD_OPTION`, `BAD_DURATION`.
   */
  stop(options?: StopOptions): Promise<void>;
}

/** How a job is stopped. */
export interface StopOptions {
  /** With a last checkpoint, so that everything that came so far is committed. */
  readonly drain?: boolean;
  /** With a last checkpoint and a savepoint of it, of this label, which `stop` resolves with. */
  readonly savepoint?: string;
  /** What hangs longer is waited for no more. Default: whatever is under way ends by its own time-outs. */
  readonly timeout?: Duration;
}

/** Checks how a job is to be stopped. */
export function readStop(options: StopOptions, job: string): ReadStop {
  const where = `job "${job}": stop`;
  const readers = { drain: checkFlag, timeout: positive, savepoint: checkLabel };
  const { drain = false, timeout, savepoint } = readOptions(options, readers, where);
  return { drain, timeout, savepoint };
}

interface ReadStop {
  readonly drain: boolean;
  readonly timeout: number | undefined;
  readonly savepoint: string | undefined;
}

/** It is part of the name under which a storage keeps it. */
export function checkLabel(label: unknown, where: string): string {
  if (typeof label === 'string' && label !== '' && label.length <= 150) return label;
  throw mustBe(where, 'a text of 1 to 150 characters', label);
}
