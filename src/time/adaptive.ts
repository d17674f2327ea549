import { checkOptions, mustBe } from '../errors.js';
import { type Duration, nonNegative } from './duration.js';
import { RecentLags, type RecentLagsMemory } from './recentLags.js';
import type { WatermarkGenerator, WatermarkStrategy } from './strategy.js';
import { END_OF_TIME, START_OF_TIME, type Timestamp, type Watermark } from './timestamp.js';

/** What {@link adaptive} takes. */
export interface AdaptiveOptions {
  /** The share of the elements that is to come on time: not behind the watermark. Between 0 and 1. Default 0.999. */
  readonly completeness?: number;
  /** The bound is never shorter. Default 0. */
  readonly min?: Duration;
  /** The bound is never longer, and is this until enough elements have come. Default: no limit, and a cautious start. */
  readonly max?: Duration;
  /** How many elements it learns from: after so many, one weighs a third (1/e) of a new one. Default: 20 / (1 - completeness), and at least 10,000. */
  readonly memory?: number;
}

/** So many elements come before the first watermark, if there is no `max`. */
const SILENT = 30;

/** So many late elements more than allowed, and the longest lag remembered becomes the bound. */
const PATIENCE = 10;

/**
 * Learns how far elements lag behind the newest one, and keeps the watermark as far behind as `completeness` asks for: at the highest
 * timestamp less the bound that the asked share of the recent lags stays within. The bound grows with the first elements that come too
 * late, and shrinks as their memory fades; the watermark never goes back. A function of the elements alone: no clock.
 *
 * It promises: while lags come as they came, no larger share is late than asked. It cannot foresee change: when disorder grows, some
 * elements more are late until it has learned (some dozens for disorder ten times as large), and a promise cannot be taken back.
 *
 * Start: until `completeness / (1 - completeness)` elements have come (999 for 0.999) the bound is `max`; without `max`, nothing is
 * promised for the first 30 elements, and then the bound is twice the longest lag so far. With `source`, each source learns by itself.
 *
 * Modelled after quality-driven disorder handling (AQ-K-slack: Ji, Zhou, Jerzak, Nica, Hackenbroich and Fetzer, 2015), with the
 * quantile of conformal prediction, corrected by the late elements as in Gibbs and Candès, "Adaptive conformal inference" (2021).
 *
 * @throws TidemarkError `BAD_OPTION`, `BAD_DURATION`
 * @example
 * ```ts
 * import { adaptive, eventTime } from 'tidemark';
 *
 * const readings = [{ device: 'a', at: 1_000 }, { device: 'b', at: 400 }];
 * const timed = eventTime(readings, {
 *   timestamp: reading => reading.at,
 *   watermark: adaptive({ completeness: 0.99, max: '10m' }), // 1 in 100 may be late, but no result waits longer than 10 minutes
 * });
 * ```
 */
export function adaptive(options: AdaptiveOptions = {}): WatermarkStrategy<unknown> {
  const spec = specOf(options);
  return { name: nameOf(options), create: memory => new Adaptive(spec, memory as AdaptiveMemory | undefined) };
}

interface Spec {
  /** The share of elements that may be late. */
  readonly allowed: number;
  readonly min: number;
  readonly max: number;
  readonly memory: number;
  /** So many elements are needed until the share can be told. */
  readonly enough: number;
}

/** All that it remembers, as plain data. */
interface AdaptiveMemory {
  readonly watermark: Watermark;
  readonly highest: Timestamp;
  readonly seen: number;
  readonly longest: number;
  readonly debt: number;
  readonly lags: RecentLagsMemory;
}

class Adaptive implements WatermarkGenerator<unknown> {
  readonly #spec: Spec;
  readonly #lags: RecentLags;
  #watermark: Watermark = START_OF_TIME;
  #highest: Timestamp = START_OF_TIME;
  #seen = 0;
  /** The longest lag until `enough` elements have come. */
  #longest = 0;
  /** How many elements more than allowed have been late lately. */
  #debt = 0;

  constructor(spec: Spec, from: AdaptiveMemory | undefined) {
    this.#spec = spec;
    this.#lags = new RecentLags(spec.memory, from?.lags);
    if (!from) return;
    this.#watermark = from.watermark;
    this.#highest = from.highest;
    this.#seen = from.seen;
    this.#longest = from.longest;
    this.#debt = from.debt;
  }

  onEvent(timestamp: Timestamp): Watermark {
    const late = timestamp < this.#watermark ? 1 : 0;
    if (timestamp > this.#highest) this.#highest = timestamp;
    const lag = Math.min(this.#highest - timestamp, END_OF_TIME);
    this.#lags.add(lag);
    // Twice the patience at most: however bad it was, it is forgiven after a while.
    this.#debt = Math.min(Math.max(this.#debt + late - this.#spec.allowed, 0), 2 * PATIENCE);
    if (this.#seen < this.#spec.enough) {
      this.#seen += 1;
      if (lag > this.#longest) this.#longest = lag;
    }
    const reached = this.#highest - this.#bound();
    if (reached > this.#watermark) this.#watermark = reached;
    return this.#watermark;
  }

  memory(): AdaptiveMemory {
    return {
      watermark: this.#watermark,
      highest: this.#highest,
      seen: this.#seen,
      longest: this.#longest,
      debt: this.#debt,
      lags: this.#lags.memory(),
    };
  }

  #bound(): number {
    const { min, max, enough, allowed } = this.#spec;
    if (this.#seen < enough) return max < Infinity ? max : this.#seen < SILENT ? Infinity : Math.max(2 * this.#longest, min);
    const bound = this.#lags.exceededBy(allowed * (1 - this.#debt / PATIENCE));
    return bound < min ? min : bound > max ? max : bound;
  }
}

function specOf(options: AdaptiveOptions): Spec {
  checkOptions(options, ['completeness', 'min', 'max', 'memory'], 'adaptive');
  const { completeness = 0.999 } = options;
  if (!(typeof completeness === 'number' && completeness > 0 && completeness < 1))
    throw mustBe(
      'adaptive: completeness',
      'a share between 0 and 1',
      completeness,
      'All of them: boundedOutOfOrderness, with a bound you know.',
    );
  const allowed = 1 - completeness;
  const enough = Math.ceil(completeness / allowed - 1e-6);
  const min = nonNegative(options.min ?? 0, 'adaptive: min');
  const max = nonNegative(options.max ?? Infinity, 'adaptive: max');
  if (min === Infinity || min > max) throw mustBe('adaptive: min', 'finite, and not longer than max', options.min);
  const { memory = Math.max(Math.ceil(20 / allowed), 10_000) } = options;
  if (!(Number.isFinite(memory) && memory > enough))
    throw mustBe('adaptive: memory', `more than ${enough} elements, to tell a share of ${completeness}`, memory);
  return { allowed, min, max, memory, enough };
}

function nameOf({ completeness = 0.999, min, max, memory }: AdaptiveOptions): string {
  const limits = Object.entries({ min, max, memory }).flatMap(([name, value]) => (value === undefined ? [] : [`, ${name}: ${value}`]));
  return `adaptive(${completeness}${limits.join('')})`;
}
