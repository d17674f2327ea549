/**
 * DDSketch (Masson, Rim, Lee, "DDSketch: A fast and fully-mergeable quantile sketch with relative-error guarantees", VLDB 2019):
 * values are counted in bins whose bounds grow by a factor gamma = (1 + a) / (1 - a), so that the middle of a bin is no further
 * than a times the value from any value in it.
 *
 * A bin has one whole number as its key, so that the order of keys is that of values: for a value x > 0 it is OFFSET + i where
 * gamma^(i - 1) < x <= gamma^i, for x < 0 the same with a minus, and 0 for 0. Keys and counts lie in two lists, ascending by key;
 * no count is 0, so that a sketch says nothing of what was taken back.
 */

/** How often a value of each bin came. */
export interface Bins {
  keys: number[];
  counts: number[];
}

/** Keys stay below 2^30, where engines keep whole numbers without a box: i is below 2^29 for accuracies from 1e-6 on. */
const OFFSET = 2 ** 29;
const INFINITE = 2 ** 30 - 1;
/** Smaller numbers have fewer digits, and count as 0. */
const SMALLEST = 2 ** -1022;

/** Values to keys and back, at an accuracy. */
export class Binning {
  readonly #logGamma: number;
  readonly #toMiddle: number;

  constructor(accuracy: number) {
    this.#logGamma = Math.log1p((2 * accuracy) / (1 - accuracy));
    this.#toMiddle = 1 - accuracy; // 2 / (gamma + 1), from the upper bound of a bin
  }

  keyOf(x: number): number {
    const size = Math.abs(x);
    if (size < SMALLEST) return 0;
    const key = size === Infinity ? INFINITE : OFFSET + Math.ceil(Math.log(size) / this.#logGamma);
    return x < 0 ? -key : key;
  }

  /** The middle of a bin: as far, in proportion, from its lower bound as from its upper one. */
  valueOf(key: number): number {
    if (key === 0) return 0;
    const size = Math.abs(key);
    // The middle of the last bin may lie beyond the largest number.
    const middle = size === INFINITE ? Infinity : Math.min(Math.exp((size - OFFSET) * this.#logGamma) * this.#toMiddle, Number.MAX_VALUE);
    return key < 0 ? -middle : middle;
  }
}

/** Counts a value of the bin `key` once more. */
export function countUp({ keys, counts }: Bins, key: number): void {
  const at = placeOf(keys, key);
  if (keys[at] === key) {
    (counts[at] as number)++;
  } else {
    keys.splice(at, 0, key);
    counts.splice(at, 0, 1);
  }
}

/** Counts a value of the bin `key` once less; false if there is none. */
export function countDown({ keys, counts }: Bins, key: number): boolean {
  const at = placeOf(keys, key);
  if (keys[at] !== key) return false;
  if (--(counts[at] as number) === 0) {
    keys.splice(at, 1);
    counts.splice(at, 1);
  }
  return true;
}

/** The bins of both; neither is changed. */
export function joined(a: Bins, b: Bins): Bins {
  const keys: number[] = [];
  const counts: number[] = [];
  let i = 0;
  let j = 0;
  while (i < a.keys.length || j < b.keys.length) {
    const left = a.keys[i] ?? Infinity;
    const right = b.keys[j] ?? Infinity;
    keys.push(Math.min(left, right));
    counts.push((left <= right ? (a.counts[i++] as number) : 0) + (right <= left ? (b.counts[j++] as number) : 0));
  }
  return { keys, counts };
}

/**
 * Puts the lowest bins together until there are `most`: what lies below the `most` highest bins counts in the lowest of these. So it
 * ends for any order of adding and merging, since a bin that is among the highest in the end was so all the time.
 */
export function collapse({ keys, counts }: Bins, most: number): void {
  const excess = keys.length - most;
  if (excess <= 0) return;
  for (const count of counts.slice(0, excess)) (counts[excess] as number) += count;
  keys.splice(0, excess);
  counts.splice(0, excess);
}

/** The key of the bin in which the element at `place` lies, counted from 0 in the order of values; undefined beyond the last. */
export function keyAt({ keys, counts }: Bins, place: number): number | undefined {
  let before = 0;
  for (let i = 0; i < keys.length; i++) {
    before += counts[i] as number;
    if (before > place) return keys[i];
  }
  return undefined;
}

/** Where `key` stands, or would stand. */
function placeOf(keys: readonly number[], key: number): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((keys[middle] as number) < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
