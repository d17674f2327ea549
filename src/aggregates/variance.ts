/**
 * The variance, by Welford's update and Chan's merge, which do not cancel as the sum of squares does.
 * A row is `[count, mean, squares]`, where squares is the sum of the squared distances from the mean.
 */
import { checkFlag, readOptions } from '../errors.js';
import type { Aggregate, Rows } from './aggregate.js';
import { badNumber, checkFunction } from './check.js';
import { rowAggregate } from './rows.js';

/** Options of {@link variance}. */
export interface VarianceOptions {
  /** Divide by n - 1, the unbiased estimate from a sample, instead of n. Default: false. */
  readonly sample?: boolean;
}

/**
 * The variance of a number of each element, of the whole population by default; NaN for none, and for a sample of one.
 * Its square root is the standard deviation. Takes retractions.
 *
 * It may differ in the last bits between two orders of arrival. Taking elements back costs accuracy when they were much further
 * from the mean than those that stay. An infinite value makes it NaN, and taking that back does not heal it.
 *
 * @throws TidemarkError `BAD_OPTION` if `of` is not a function or `sample` not a boolean; `BAD_VALUE`, when an element arrives, if
 * `of` gives NaN or no number.
 *
 * @example
 * ```ts
 * import { variance } from 'tidemark';
 *
 * const spread = variance((flight: { delay: number }) => flight.delay, { sample: true });
 * ```
 */
export function variance<T>(of: (value: T) => number, options: VarianceOptions = {}): Aggregate<T, Float64Array, number> {
  checkFunction(of, 'variance');
  const { sample = false } = readOptions(options, { sample: checkFlag }, 'variance');
  return rowAggregate(sample ? 'variance(sample)' : 'variance', varianceRows(of, sample ? 1 : 0));
}

function varianceRows<T>(of: (value: T) => number, fewer: 0 | 1): Rows<T, number> {
  /** Counts an element in, or out again. */
  const count = (rows: Float64Array, at: number, value: T, times: 1 | -1): void => {
    const x = of(value);
    if (typeof x !== 'number' || x !== x) throw badNumber('variance', x, value);
    const n = (rows[at] as number) + times;
    const before = rows[at + 1] as number;
    const mean = before + (times * (x - before)) / n;
    const squares = (rows[at + 2] as number) + times * (x - before) * (x - mean);
    // One element has no variance, and rounding must not make one negative. (Not Math.max: NaN has to stay.)
    if (n === 0) set(rows, at, 0, 0, 0);
    else set(rows, at, n, mean, times < 0 && (n === 1 || squares < 0) ? 0 : squares);
  };
  return {
    stride: 3,
    init: (rows, at) => set(rows, at, 0, 0, 0),
    add: (rows, at, value) => count(rows, at, value, 1),
    merge: (rows, at, from, fromAt) => {
      const a = rows[at] as number;
      const b = from[fromAt] as number;
      if (a === 0) return set(rows, at, b, from[fromAt + 1] as number, from[fromAt + 2] as number);
      const apart = (from[fromAt + 1] as number) - (rows[at + 1] as number);
      const squares = (rows[at + 2] as number) + (from[fromAt + 2] as number) + apart * apart * ((a * b) / (a + b));
      set(rows, at, a + b, (rows[at + 1] as number) + apart * (b / (a + b)), squares);
    },
    result: (rows, at) => {
      const n = rows[at] as number;
      return n > fewer ? (rows[at + 2] as number) / (n - fewer) : NaN;
    },
    remove: (rows, at, value) => count(rows, at, value, -1),
  };
}

function set(rows: Float64Array, at: number, n: number, mean: number, squares: number): void {
  rows[at] = n;
  rows[at + 1] = mean;
  rows[at + 2] = squares;
}
