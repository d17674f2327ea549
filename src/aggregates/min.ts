/** The smallest number. A row is `[min]`, NaN while empty: no value is NaN, and every comparison with it is false. */
import type { Aggregate } from './aggregate.js';
import { badNumber, checkFunction } from './check.js';
import { rowAggregate } from './rows.js';

/**
 * The smallest number among those of the elements; NaN for none. The same for any order of arrival; -0 counts as 0.
 * It cannot take retractions, since the next smallest number is not kept; see {@link minBy} for the element itself.
 *
 * @throws TidemarkError `BAD_OPTION` if `of` is not a function; `BAD_VALUE`, when an element arrives, if `of` gives NaN or no number.
 *
 * @example
 * ```ts
 * import { min } from 'tidemark';
 *
 * const extreme = min((reading: { celsius: number }) => reading.celsius);
 * ```
 */
export function min<T>(of: (value: T) => number): Aggregate<T, Float64Array, number> {
  checkFunction(of, 'min');
  return rowAggregate<T, number>('min', {
    stride: 1,
    init: (rows, at) => {
      rows[at] = NaN;
    },
    add: (rows, at, value) => {
      const x = of(value);
      if (typeof x !== 'number' || x !== x) throw badNumber('min', x, value);
      // Adding 0 turns -0 into 0: they compare as equal, and the result must not tell which of them came first.
      if (!((rows[at] as number) <= x)) rows[at] = x + 0;
    },
    merge: (rows, at, from, fromAt) => {
      const x = from[fromAt] as number;
      if (x === x && !((rows[at] as number) <= x)) rows[at] = x;
    },
    result: (rows, at) => rows[at] as number,
  });
}
