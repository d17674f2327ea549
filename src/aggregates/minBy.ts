/** The element with the smallest number. */
import type { Aggregate } from './aggregate.js';
import { byRank, type Ranked } from './ranked.js';

/**
 * The element for which `of` gives the smallest number; `undefined` for none. Of several it takes the earliest by event time,
 * then the one that came first. Cannot take retractions; see {@link min} for the number alone.
 *
 * @throws TidemarkError `BAD_OPTION` if `of` is not a function; `BAD_VALUE`, when an element arrives, if `of` gives NaN or no number.
 *
 * @example
 * ```ts
 * import { minBy } from 'tidemark';
 *
 * const mostPunctual = minBy((flight: { number: string; delay: number }) => flight.delay);
 * ```
 */
export function minBy<T>(of: (value: T) => number): Aggregate<T, Ranked<T> | undefined, T> {
  return byRank('minBy', of, 1);
}
