/**
 * The values that came most often, about, in memory that does not grow: the counters of Misra and Gries (1982), which are those of
 * SpaceSaving (Metwally, Agrawal, El Abbadi 2005) less what a new value of theirs begins with. Both can be merged (Agarwal, Cormode,
 * Huang, Phillips, Wei, Yi 2012), and so counters are let go of as there: when twice as many as `capacity` are kept, the one behind the first
 * `capacity` is subtracted from all, and those with nothing left go. What was subtracted, `missed`, is how much a count may be too low.
 * Each time it is subtracted from more than `capacity` of them, and so it is at most elements / (capacity + 1).
 */
import { mustBe, readOptions } from '../errors.js';
import type { Aggregate } from './aggregate.js';
import { checkCount, checkFunction } from './check.js';
import type { Frequent } from './mostFrequent.js';
import { copyMultiset, countAll, countedIn, countIn, emptyMultiset, type Multiset, mostCounted, sizeOf, subtract } from './multiset.js';

/** Options of {@link approximateMostFrequent}. */
export interface ApproximateMostFrequentOptions {
  /** How many values are told apart for certain, at least k: no count is further from the truth than elements / (capacity + 1). Default: 1000, or k. */
  readonly capacity?: number;
}

/** A value and about how many elements have it: `count` at most, and `count - error` at least. */
export interface ApproximateFrequent<R> extends Frequent<R> {
  /** How much `count` may be too high; the same for all values of a result. */
  readonly error: number;
}

/** What is kept: the counters, and what each may have missed. */
export interface FrequentCounters {
  readonly set: Multiset;
  missed: number;
}

/**
 * The `k` values that most elements have, or `of` of each, and about how many, as a new array with the most frequent first: heavy hitters
 * in bounded memory. {@link mostFrequent} is the same exactly, and says what counts as different. Cannot take retractions.
 *
 * A value came at most `count` times, and at least `count - error`; `error` is never more than elements / (capacity + 1). So every value
 * that came oftener than that is among the values kept, and with the default capacity of 1000 whatever has more than one element in a
 * thousand. As long as no more than twice `capacity` different values came, all is exact and `error` is 0.
 *
 * Deterministic; but beyond that many values it depends on the order of arrival and of merging which of the rare ones are kept, and what
 * `error` is. Per window and key it keeps up to twice `capacity` values, some 30 bytes each for numbers and texts.
 *
 * @throws TidemarkError `BAD_OPTION` for a `k` or `capacity` that is not a whole number of at least 1, for less capacity than `k`, for
 * other options, or if `of` is given and not a function; `BAD_VALUE`, when an element arrives, for a value without identity.
 *
 * @example
 * ```ts
 * import { approximateMostFrequent } from 'tidemark';
 *
 * // [{ value: '/home', count: 17_000, error: 12 }, ...]
 * const pages = approximateMostFrequent(3, (click: { page: string }) => click.page, { capacity: 500 });
 * ```
 */
export function approximateMostFrequent<T>(k: number): Aggregate<T, FrequentCounters, ApproximateFrequent<T>[]>;
export function approximateMostFrequent<T, R = T>(
  k: number,
  of: ((value: T) => R) | undefined,
  options?: ApproximateMostFrequentOptions,
): Aggregate<T, FrequentCounters, ApproximateFrequent<R>[]>;
export function approximateMostFrequent<T>(
  k: number,
  of: (value: T) => unknown = value => value,
  options: ApproximateMostFrequentOptions = {},
): Aggregate<T, FrequentCounters, ApproximateFrequent<unknown>[]> {
  const name = 'approximateMostFrequent';
  checkCount(k, `${name}: k`);
  checkFunction(of, name, `${name}(3) or ${name}(3, click => click.page)`);
  const { capacity = Math.max(1000, k) } = readOptions(options, { capacity: (value, where) => capacityOf(value, k, where) }, name);
  const counting = { name, of, keep: true };
  return Object.freeze<Aggregate<T, FrequentCounters, ApproximateFrequent<unknown>[]>>({
    name: `${name}(${k}, capacity ${capacity})`,
    create: () => ({ set: emptyMultiset(), missed: 0 }),
    add: (counters, element) => {
      countIn(counters.set, element, counting);
      return bounded(counters, capacity);
    },
    merge: (a, b) => {
      countAll(a.set, b.set);
      a.missed += b.missed;
      return bounded(a, capacity);
    },
    result: ({ set, missed }) => mostCounted(set, k).map(({ value, count }) => ({ value, count: count + missed, error: missed })),
    copy: ({ set, missed }) => ({ set: copyMultiset(set), missed }),
  });
}

function capacityOf(capacity: number, k: number, where: string): number {
  if (Number.isSafeInteger(capacity) && capacity >= k) return capacity;
  throw mustBe(where, `a whole number of at least k, ${k}`, capacity);
}

/** Lets go of counters if there are too many: seldom, so that it costs little for each element. */
function bounded(counters: FrequentCounters, capacity: number): FrequentCounters {
  const { set } = counters;
  if (sizeOf(set) > 2 * capacity) {
    const counts = Float64Array.from(countedIn(set), ({ count }) => count).sort();
    const least = counts[counts.length - 1 - capacity] as number;
    subtract(set, least);
    counters.missed += least;
  }
  return counters;
}
