/**
 * The arithmetic mean. A row is `[count, sum]`: a running mean would round at every element, while the sum of integers is exact,
 * so that their mean is the same for any order.
 */
import type { Aggregate } from './aggregate.js';
import { badNumber, checkFunction } from './check.js';
import { rowAggregate } from './rows.js';

/**
 * The mean of a number of each element; NaN for none. Takes retractions.
 *
 * It is the {@link sum} divided by the count, and promises what the sum does: the same for any order of integers, else up to the
 * last bits. A sum beyond `Number.MAX_VALUE` gives an infinite mean.
 *
 * @throws TidemarkError `BAD_OPTION` if `of` is not a function; `BAD_VALUE`, when an element arrives, if `of` gives NaN or no number.
 *
 * @example
 * ```ts
 * import { mean } from 'tidemark';
 *
 * const delay = mean((flight: { delay: number }) => flight.delay);
 * ```
 */
export function mean<T>(of: (value: T) => number): Aggregate<T, Float64Array, number> {
  checkFunction(of, 'mean');
  return rowAggregate<T, number>('mean', {
    stride: 2,
    init: (rows, at) => {
      rows[at] = 0;
      rows[at + 1] = 0;
    },
    add: (rows, at, value) => {
      const x = of(value);
      if (typeof x !== 'number' || x !== x) throw badNumber('mean', x, value);
      (rows[at] as number)++;
      (rows[at + 1] as number) += x;
    },
    merge: (rows, at, from, fromAt) => {
      (rows[at] as number) += from[fromAt] as number;
      (rows[at + 1] as number) += from[fromAt + 1] as number;
    },
    result: (rows, at) => (rows[at + 1] as number) / (rows[at] as number),
    remove: (rows, at, value) => {
      const x = of(value);
      if (typeof x !== 'number' || x !== x) throw badNumber('mean', x, value);
      const n = (rows[at] as number) - 1;
      rows[at] = n;
      // Nothing is left: what rounding left in the sum would stay in the row for good.
      rows[at + 1] = n === 0 ? 0 : (rows[at + 1] as number) - x;
    },
  });
}
