/** The latest element by event time. */
import type { Aggregate } from './aggregate.js';
import { byTime, type Timed } from './timed.js';

/**
 * The element with the latest event time, or `of` of it; `undefined` for none. Cannot take retractions.
 *
 * Of elements of the same time it takes the largest value if these are numbers, bigints or strings, so that the result is the
 * same for any order of arrival; of other values, the one that came last.
 *
 * @throws TidemarkError `BAD_OPTION` if `of` is given and not a function.
 *
 * @example
 * ```ts
 * import { last } from 'tidemark';
 *
 * const close = last((trade: { price: number }) => trade.price);
 * ```
 */
export function last<T>(): Aggregate<T, Timed<T> | undefined, T>;
export function last<T, R>(of: (value: T) => R): Aggregate<T, Timed<R> | undefined, R>;
export function last<T, R>(of?: (value: T) => R): Aggregate<T, Timed<R> | undefined, R> {
  return byTime('last', of, -1);
}
