/** Whether a job that failed is begun again, and after how long a rest. */
import { type ErrorCode, mustBe, type Reader, readOptions, TidemarkError } from '../errors.js';
import { type Backoff, backoff } from '../time/backoff.js';
import { type Duration, nonNegative } from '../time/duration.js';

/** How a job that failed is begun again. */
export interface RestartOptions {
  /** How often in a row; a checkpoint that is made in between begins the count anew. Default 10. */
  readonly attempts?: number;
  /** Before the first attempt. Default `'1s'`. */
  readonly delay?: Duration;
  /** Each further delay is longer by this factor. Default 2. */
  readonly factor?: number;
  /** No delay is longer. Default `'1m'`. */
  readonly maxDelay?: Duration;
  /**
   * Whether to try again after an error. It is not asked of errors of which no attempt would do better: a job that has been taken over
   * (`FENCED`), one that a person has to decide about, and mistakes in program or data (`BAD_...`, `UNSTORABLE` and so on). Default: after all
   * others.
   */
  readonly when?: (error: unknown) => boolean;
}

/** The codes of errors that may pass; others of ours say what somebody has to change. */
const PASSING: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'TIMED_OUT',
  'OVERFLOW',
  'CHECKPOINT_FAILED',
  'STORAGE_FAILED',
  'STORAGE_FULL',
  'STORAGE_CLOSED',
  'KAFKA_FAILED',
]);

const number =
  (what: string, fits: (value: number) => boolean): Reader<number> =>
  (value, where) => {
    if (typeof value === 'number' && fits(value)) return value;
    throw mustBe(where, what, value);
  };

const OPTIONS = {
  attempts: number('a whole number above 0, or Infinity', value => value === Infinity || (Number.isSafeInteger(value) && value > 0)),
  delay: nonNegative,
  factor: number('a number from 1', value => value >= 1 && value < Infinity),
  maxDelay: nonNegative,
  when(value: unknown, where: string): (error: unknown) => boolean {
    if (typeof value === 'function') return value as (error: unknown) => boolean;
    throw mustBe(where, 'a function', value);
  },
};

export class Restarts {
  /** In a row. */
  attempts = 0;
  readonly #most: number;
  readonly #pauses: Backoff;
  readonly #when: (error: unknown) => boolean;

  /** @throws TidemarkError `BAD_OPTION`, `BAD_DURATION`. */
  constructor(options: RestartOptions, where: string) {
    const { attempts = 10, delay = 1000, factor = 2, maxDelay = 60_000, when = () => true } = readOptions(options, OPTIONS, where);
    this.#most = attempts;
    this.#pauses = { delay, factor, most: Math.max(delay, maxDelay) };
    this.#when = when;
  }

  /** The job has come on. */
  progress(): void {
    this.attempts = 0;
  }

  /** Milliseconds to rest before the next attempt; undefined: there is none. */
  after(error: unknown): number | undefined {
    if (this.attempts >= this.#most) return undefined;
    if (error instanceof TidemarkError && !PASSING.has(error.code)) return undefined;
    if (!this.#when(error)) return undefined;
    return backoff(this.#pauses, ++this.attempts);
  }
}
