/** The element with the largest number. */
import type { Aggregate } from './aggregate.js';
import { byRank, type Ranked } from './ranked.js';

/**
 * The element for which `of` gives the largest number; `undefined` for none. Of several it takes the earliest by event time,
 * then the one that came first. Cannot take retractions; see {@link max} for the number alone.
 *
 * @throws TidemarkError `BAD_OPTION` if `of` is not a function; `BAD_VALUE`, when an element arrives, if `of` gives NaN or no number.
 *
 * @example
 * ```ts
 * import { maxBy } from 'tidemark';
 *
 * const mostDelayed = maxBy((flight: { number: string; delay: number }) => flight.delay);
 * ```
 */
export function maxBy<T>(of: (value: T) => number): Aggregate<T, Ranked<T> | undefined, T> {
  return byRank('maxBy', of, -1);
}
