/** The different values themselves. */
import type { Aggregate } from './aggregate.js';
import { checkFunction } from './check.js';
import { countedIn, inOrder, type Multiset, overMultiset } from './multiset.js';

/**
 * The different elements, or the different values of `of`, each once, as a new array; empty for none. Takes retractions. For how
 * many they are, {@link distinct} is enough, and says what counts as different.
 *
 * The order is the same for any order of arrival: numbers, bigints, strings, each ascending, then all others by their text.
 * -0 comes out as 0. Of values that are equal by structure it keeps one. Memory grows with the different values, and a result
 * sorts them.
 *
 * @throws TidemarkError `BAD_OPTION` if `of` is given and not a function; `BAD_VALUE`, when an element arrives, for a value without
 * identity (a function, a symbol, a class instance, a cycle), or if a retraction names a value that is not there.
 *
 * @example
 * ```ts
 * import { distinctValues } from 'tidemark';
 *
 * const airports = distinctValues((flight: { airport: string }) => flight.airport);
 * ```
 */
export function distinctValues<T>(): Aggregate<T, Multiset, T[]>;
export function distinctValues<T, R>(of: (value: T) => R): Aggregate<T, Multiset, R[]>;
export function distinctValues<T>(of: (value: T) => unknown = value => value): Aggregate<T, Multiset, unknown[]> {
  checkFunction(of, 'distinctValues', 'distinctValues() or distinctValues(flight => flight.airport)');
  const counting = { name: 'distinctValues', of, keep: true };
  return overMultiset('distinctValues', counting, set =>
    countedIn(set)
      .sort(inOrder)
      .map(({ value }) => value),
  );
}
