/** The sum in plain floating point. A row is `[sum]`. See exactSum.ts for one that no order can change. */
import type { Aggregate } from './aggregate.js';
import { badNumber, checkFunction } from './check.js';
import { rowAggregate } from './rows.js';

/**
 * The sum of a number of each element; 0 for none. Takes retractions.
 *
 * What it promises: if all values are integers, and so are no larger sums than 2^53 on the way, the sum is exact and the same for
 * any order of arrival. With fractions or larger sums it may differ in the last bits between two orders, by no more than
 * `n * Number.EPSILON * (|x1| + ... + |xn|)` for n values, where a value that was added and taken back counts as two. Where such
 * bits matter, use {@link exactSum}.
 *
 * An infinite value makes the sum infinite, or NaN when both infinities are among them; taking it back does not heal the sum
 * (it does in {@link exactSum}).
 *
 * @throws TidemarkError `BAD_OPTION` if `of` is not a function; `BAD_VALUE`, when an element arrives, if `of` gives NaN or no number.
 *
 * @example
 * ```ts
 * import { sum } from 'tidemark';
 *
 * const passengers = sum((flight: { passengers: number }) => flight.passengers);
 * ```
 */
export function sum<T>(of: (value: T) => number): Aggregate<T, Float64Array, number> {
  checkFunction(of, 'sum');
  return rowAggregate<T, number>('sum', {
    stride: 1,
    init: (rows, at) => {
      rows[at] = 0;
    },
    add: (rows, at, value) => {
      const x = of(value);
      if (typeof x !== 'number' || x !== x) throw badNumber('sum', x, value);
      (rows[at] as number) += x;
    },
    merge: (rows, at, from, fromAt) => {
      (rows[at] as number) += from[fromAt] as number;
    },
    result: (rows, at) => rows[at] as number,
    remove: (rows, at, value) => {
      const x = of(value);
      if (typeof x !== 'number' || x !== x) throw badNumber('sum', x, value);
      (rows[at] as number) -= x;
    },
  });
}
