/** How many elements fall between given boundaries. A row is `[count below the first boundary, count from it on, ...]`. */
import { mustBe } from '../errors.js';
import type { Aggregate } from './aggregate.js';
import { badNumber, checkFunction } from './check.js';
import { rowAggregate } from './rows.js';

/** A bucket of a histogram: how many elements have a number in `[from, to)`. */
export interface Bucket {
  /** The lower bound, included; -Infinity for the first. */
  readonly from: number;
  /** The upper bound, excluded; Infinity for the last. */
  readonly to: number;
  /** How many numbers lie between. */
  readonly count: number;
}

/**
 * How many elements have a number between each two boundaries, as a new list of buckets, lowest first. A bucket is half open,
 * `from <= number < to`. There is one more than there are boundaries: the first is from -Infinity and takes what lies below all
 * of them, the last is to Infinity and takes what lies on the last one or above. All counts are 0 for no elements. Takes
 * retractions. The same for any order of arrival.
 *
 * Memory per window and key: 8 bytes a bucket. {@link linearBuckets} and {@link exponentialBuckets} make boundaries.
 *
 * @throws TidemarkError `BAD_OPTION` if `of` is not a function, or `boundaries` is not a list of finite numbers, at least one, each
 * above the one before; `BAD_VALUE`, when an element arrives, if `of` gives NaN or no number.
 *
 * @example
 * ```ts
 * import { histogram } from 'tidemark';
 *
 * // Below 0, [0, 10), [10, 60), 60 and more.
 * const delays = histogram((flight: { delay: number }) => flight.delay, [0, 10, 60]);
 * ```
 */
export function histogram<T>(of: (value: T) => number, boundaries: readonly number[]): Aggregate<T, Float64Array, Bucket[]> {
  checkFunction(of, 'histogram', 'histogram(flight => flight.delay, [0, 10, 60])');
  const bounds = checkBoundaries(boundaries);
  const stride = bounds.length + 1;
  const bucketOf = (value: T): number => {
    const x = of(value);
    if (typeof x !== 'number' || x !== x) throw badNumber('histogram', x, value);
    return bucketAt(bounds, x);
  };
  return rowAggregate<T, Bucket[]>(`histogram(${stride} buckets)`, {
    stride,
    init: (rows, at) => {
      rows.fill(0, at, at + stride);
    },
    add: (rows, at, value) => {
      (rows[at + bucketOf(value)] as number)++;
    },
    merge: (rows, at, from, fromAt) => {
      for (let i = 0; i < stride; i++) (rows[at + i] as number) += from[fromAt + i] as number;
    },
    result: (rows, at) =>
      Array.from({ length: stride }, (_, i) => ({
        from: bounds[i - 1] ?? -Infinity,
        to: bounds[i] ?? Infinity,
        count: rows[at + i] as number,
      })),
    remove: (rows, at, value) => {
      (rows[at + bucketOf(value)] as number)--;
    },
  });
}

/** How many boundaries `x` reaches. */
function bucketAt(bounds: Float64Array, x: number): number {
  let low = 0;
  let high = bounds.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((bounds[middle] as number) <= x) low = middle + 1;
    else high = middle;
  }
  return low;
}

function checkBoundaries(boundaries: unknown): Float64Array {
  const ascend =
    Array.isArray(boundaries) &&
    boundaries.length > 0 &&
    boundaries.every((bound, i) => Number.isFinite(bound) && (i === 0 || bound > boundaries[i - 1]));
  if (!ascend)
    throw mustBe('histogram: boundaries', 'a list of finite numbers, each above the one before, such as [0, 10, 60]', boundaries);
  return Float64Array.from(boundaries);
}
