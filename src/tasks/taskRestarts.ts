/** Whether a task that has ended is begun again, and after how long a rest. */
import { type ErrorCode, TidemarkError } from '../errors.js';
import { type Backoff, backoff } from '../time/backoff.js';

/** What is no fault of the program: somebody else was given the task, or the world has failed. */
const PASSING: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'FENCED',
  'KAFKA_FAILED',
  'CHECKPOINT_FAILED',
  'STORAGE_FAILED',
  'STORAGE_FULL',
  'STORAGE_CLOSED',
]);

const PAUSES: Backoff = { delay: 200, factor: 2, most: 10_000 };
/** In a row, without a checkpoint in between: a little more than a minute. */
const MOST = 12;

export class TaskRestarts {
  /** In a row. */
  attempts = 0;

  /** The task has come on. */
  progress(): void {
    this.attempts = 0;
  }

  /** Milliseconds to rest; undefined: the error is that of the whole job. */
  after(error: unknown): number | undefined {
    if (!(error instanceof TidemarkError) || !PASSING.has(error.code) || this.attempts >= MOST) return undefined;
    return backoff(PAUSES, ++this.attempts);
  }
}
