/** How many different values there are, exactly. */
import type { Aggregate } from './aggregate.js';
import { checkFunction } from './check.js';
import { type Multiset, overMultiset, sizeOf } from './multiset.js';

/**
 * How many different values the elements have, or `of` of each; 0 for none. Exact, and the same for any order of arrival. Takes
 * retractions, since it counts how often each value came.
 *
 * Values are compared as keys are: primitives as in a Map (NaN equals NaN, 0 equals -0), arrays, plain objects and Dates by
 * structure. `undefined` and `null` are values like others.
 *
 * Memory per window and key grows with the different values, not with the elements: 200 bytes and some 30 for each primitive, 100 and
 * its text for each value that is compared by structure. A million of them is tens of megabytes, for each key: {@link
 * approximateDistinct} needs 16 kB.
 *
 * @throws TidemarkError `BAD_OPTION` if `of` is given and not a function; `BAD_VALUE`, when an element arrives, for a value without
 * identity (a function, a symbol, a class instance, a cycle), or if a retraction names a value that is not there.
 *
 * @example
 * ```ts
 * import { distinct } from 'tidemark';
 *
 * const visitors = distinct((click: { user: string }) => click.user);
 * const pagesOfUsers = distinct((click: { user: string; page: string }) => [click.user, click.page]);
 * ```
 */
export function distinct<T>(of: (value: T) => unknown = value => value): Aggregate<T, Multiset, number> {
  checkFunction(of, 'distinct', 'distinct() or distinct(click => click.user)');
  return overMultiset('distinct', { name: 'distinct', of, keep: false }, sizeOf);
}
