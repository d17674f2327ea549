/** A function of two elements, applied to all. The accumulator is wrapped, so that `undefined` is an element like any other. */
import { checkOptions } from '../errors.js';
import type { Aggregate, StateVersion } from './aggregate.js';
import { checkFunction } from './check.js';

/** What the elements so far were combined to. */
export interface Reduced<T> {
  value: T;
}

/**
 * The elements combined two by two; `undefined` for none. Cannot take retractions.
 *
 * `combine` must be associative and commutative (`assertAggregateLaws` of `tidemark/testing` checks it), or the result depends
 * on the order of arrival; and it must return a new element rather than change one of its own.
 *
 * `state`: the version of what is combined, with `migrate` from older versions of it: of the element so far, not of the accumulator.
 *
 * @throws TidemarkError `BAD_OPTION` if `combine` is not a function. What `combine` throws passes through.
 *
 * @example
 * ```ts
 * import { reduce } from 'tidemark';
 *
 * interface Box { west: number; east: number }
 *
 * const hull = reduce((a: Box, b: Box) => ({ west: Math.min(a.west, b.west), east: Math.max(a.east, b.east) }));
 * ```
 */
export function reduce<T>(
  combine: (a: T, b: T) => T,
  options: { readonly state?: StateVersion<T> } = {},
): Aggregate<T, Reduced<T> | undefined, T> {
  checkFunction(combine, 'reduce', 'reduce((a, b) => a + b)');
  checkOptions(options, ['state'], 'reduce');
  const join = (reduced: Reduced<T> | undefined, value: T): Reduced<T> => {
    if (reduced === undefined) return { value };
    reduced.value = combine(reduced.value, value);
    return reduced;
  };
  return Object.freeze<Aggregate<T, Reduced<T> | undefined, T>>({
    name: 'reduce',
    create: () => undefined,
    add: (reduced, value) => join(reduced, value),
    merge: (a, b) => (b === undefined ? a : join(a, b.value)),
    result: reduced => reduced?.value as T,
    copy: reduced => reduced && { ...reduced },
    ...(options.state && { state: wrapped(options.state) }),
  });
}

/** Of what is in the wrapping; of another aggregate's accumulator, of all of it. */
function wrapped<T>({ version, migrate }: StateVersion<T>): StateVersion<Reduced<T> | undefined> {
  if (!migrate) return { version };
  return {
    version,
    migrate(old, from) {
      if (old === undefined) return undefined;
      const isWrapped = typeof old === 'object' && old !== null && 'value' in old;
      return { value: migrate(isWrapped ? old.value : old, from) };
    },
  };
}
