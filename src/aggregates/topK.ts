/**
 * The k elements that rank highest. The accumulator is a list in order, the highest first: of k entries, or of all of them where
 * elements may be taken back. Entries are never changed, so lists may share them.
 */
import { checkFunction as checkCallback, checkOptions, mustBe } from '../errors.js';
import type { Timestamp } from '../time/timestamp.js';
import type { Aggregate } from './aggregate.js';
import { absent, badNumber, checkCount, checkFunction } from './check.js';
import { equal } from './equal.js';
import { precedes } from './order.js';

/** What is kept of an element, its number and its event time. */
export interface TopEntry<R> {
  readonly item: R;
  readonly rank: number;
  readonly timestamp: Timestamp;
}

/** Options of {@link topK}. */
export interface TopKOptions<T, R = T> {
  /** What is kept of each element. Default: the element itself. */
  readonly of?: (value: T) => R;
  /** Keep all elements of the window, so that any of them can be taken back. Default: false, which keeps k of them. */
  readonly retractable?: boolean;
}

/**
 * The `k` elements for which `by` gives the largest numbers, or `of` of each, as a new array with the highest first; it is shorter
 * if there are fewer, and empty for none. For the lowest, turn the sign: `topK(3, flight => -flight.delay)`.
 *
 * Standing alone it takes the type of its elements from the parameter of `by`, as in the example; within `windowBy` it knows it.
 *
 * Of elements with the same number the earliest by event time goes first, then the smaller item if items are numbers, bigints or
 * strings, so that the result is the same for any order of arrival; of other items, the one that came first.
 *
 * Per window and key it keeps k entries of some 70 bytes, and an element that is not among the k highest costs one comparison. It cannot take
 * retractions then, since what would move up is not kept. With `retractable: true` it keeps all elements in order and takes them:
 * the one goes that has the same number and event time and whose item is equal by structure. Adding to n of them takes log n
 * steps and moves up to n references. Panes say in a field whether they are withdrawn: keep what matters of them by `of`.
 *
 * @throws TidemarkError `BAD_OPTION` for a `k` that is not a whole number of at least 1, and for wrong functions or options;
 * `BAD_VALUE`, when an element arrives, if `by` gives NaN or no number, or if a retraction names an element that is not there.
 *
 * @example
 * ```ts
 * import { topK } from 'tidemark';
 *
 * interface Flight { number: string; delay: number }
 *
 * const mostDelayed = topK(3, (flight: Flight) => flight.delay);
 * const theirNumbers = topK(3, (flight: Flight) => flight.delay, { of: flight => flight.number });
 * ```
 */
export function topK<T, R>(
  k: number,
  by: (value: T) => number,
  options: TopKOptions<T, R> & { readonly of: (value: T) => R },
): Aggregate<T, TopEntry<R>[], R[]>;
export function topK<T>(k: number, by: (value: T) => number, options?: Omit<TopKOptions<T>, 'of'>): Aggregate<T, TopEntry<T>[], T[]>;
export function topK<T, R>(k: number, by: (value: T) => number, options: TopKOptions<T, R> = {}): Aggregate<T, TopEntry<R>[], R[]> {
  checkCount(k, 'topK: k');
  checkFunction(by, 'topK', 'topK(3, flight => flight.delay)');
  checkOptions(options, ['of', 'retractable'], 'topK');
  const { of = (value: T) => value as unknown as R, retractable = false } = options;
  checkCallback(of, 'topK: of');
  if (typeof retractable !== 'boolean') throw mustBe('topK: retractable', 'true or false', retractable);
  const limit = retractable ? Infinity : k;
  const read = (value: T): number => {
    const rank = by(value);
    if (typeof rank !== 'number' || rank !== rank) throw badNumber('topK', rank, value);
    return rank;
  };
  const whole: Aggregate<T, TopEntry<R>[], R[]> = {
    name: retractable ? `topK(${k}, retractable)` : `topK(${k})`,
    create: () => [],
    add: (entries, value, timestamp) => {
      const rank = read(value);
      // Most elements lose by their number alone: what to keep of them is not asked for.
      if (entries.length >= limit && rank < (entries[limit - 1] as TopEntry<R>).rank) return entries;
      insert(entries, { item: of(value), rank, timestamp }, limit);
      return entries;
    },
    merge: (a, b) => joined(a, b, limit),
    result: entries => Array.from({ length: Math.min(k, entries.length) }, (_, i) => (entries[i] as TopEntry<R>).item),
    copy: entries => entries.slice(),
  };
  if (!retractable) return Object.freeze(whole);
  return Object.freeze<Aggregate<T, TopEntry<R>[], R[]>>({
    ...whole,
    remove: (entries, value, timestamp) => {
      const gone = { item: of(value), rank: read(value), timestamp };
      const at = find(entries, gone);
      if (at < 0) throw absent('topK', gone.item, value);
      entries.splice(at, 1);
      return entries;
    },
  });
}

/** Whether `a` stands before `b` by number and time, items aside. */
function outranks(a: TopEntry<unknown>, b: TopEntry<unknown>): boolean {
  return a.rank === b.rank ? a.timestamp < b.timestamp : a.rank > b.rank;
}

function goesFirst(a: TopEntry<unknown>, b: TopEntry<unknown>): boolean {
  return outranks(a, b) || (!outranks(b, a) && precedes(a.item, b.item));
}

/** Behind all entries that it does not go before, so that of equals the first that came stays first. */
function insert<R>(entries: TopEntry<R>[], entry: TopEntry<R>, limit: number): void {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (goesFirst(entry, entries[middle] as TopEntry<R>)) high = middle;
    else low = middle + 1;
  }
  if (low >= limit) return;
  if (entries.length >= limit) entries.pop();
  entries.splice(low, 0, entry);
}

function joined<R>(a: readonly TopEntry<R>[], b: readonly TopEntry<R>[], limit: number): TopEntry<R>[] {
  const both: TopEntry<R>[] = [];
  let i = 0;
  let j = 0;
  while (both.length < limit && (i < a.length || j < b.length)) {
    const fromB = i >= a.length || (j < b.length && goesFirst(b[j] as TopEntry<R>, a[i] as TopEntry<R>));
    both.push((fromB ? b[j++] : a[i++]) as TopEntry<R>);
  }
  return both;
}

/** Where an entry of the same number and time stands whose item is the same, or else is equal by structure; -1 if none does. */
function find<R>(entries: readonly TopEntry<R>[], entry: TopEntry<R>): number {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (outranks(entries[middle] as TopEntry<R>, entry)) low = middle + 1;
    else high = middle;
  }
  let alike = -1;
  for (let i = low; i < entries.length && !outranks(entry, entries[i] as TopEntry<R>); i++) {
    const { item } = entries[i] as TopEntry<R>;
    if (Object.is(item, entry.item)) return i;
    if (alike < 0 && equal(item, entry.item)) alike = i;
  }
  return alike;
}
