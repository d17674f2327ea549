/** The values that came most often, exactly. */
import type { Aggregate } from './aggregate.js';
import { checkCount, checkFunction } from './check.js';
import { type Multiset, mostCounted, overMultiset } from './multiset.js';

/** A value and how many elements have it. */
export interface Frequent<R> {
  /** The value. */
  readonly value: R;
  /** How often it came. */
  readonly count: number;
}

/**
 * The `k` values that most elements have, and how many, as a new array with the most frequent first; it is shorter if there are
 * fewer, and empty for none. The value is the element, or `of` of it; {@link distinct} says what counts as different.
 *
 * Exact, and the same for any order of arrival: of values that came equally often, numbers go before bigints, strings and all
 * others, and the smaller before the larger. Takes retractions. It counts every different value, so memory grows with these, and
 * a result takes time for each of them.
 *
 * @throws TidemarkError `BAD_OPTION` for a `k` that is not a whole number of at least 1, or if `of` is given and not a function;
 * `BAD_VALUE`, when an element arrives, for a value without identity (a function, a symbol, a class instance, a cycle), or if a
 * retraction names a value that is not there.
 *
 * @example
 * ```ts
 * import { mostFrequent } from 'tidemark';
 *
 * // [{ value: '/home', count: 17 }, { value: '/cart', count: 4 }, ...]
 * const pages = mostFrequent(3, (click: { page: string }) => click.page);
 * ```
 */
export function mostFrequent<T>(k: number): Aggregate<T, Multiset, Frequent<T>[]>;
export function mostFrequent<T, R>(k: number, of: (value: T) => R): Aggregate<T, Multiset, Frequent<R>[]>;
export function mostFrequent<T>(k: number, of: (value: T) => unknown = value => value): Aggregate<T, Multiset, Frequent<unknown>[]> {
  checkCount(k, 'mostFrequent: k');
  checkFunction(of, 'mostFrequent', 'mostFrequent(3) or mostFrequent(3, click => click.page)');
  return overMultiset(`mostFrequent(${k})`, { name: 'mostFrequent', of, keep: true }, set =>
    mostCounted(set, k).map(({ value, count }) => ({ value, count })),
  );
}
