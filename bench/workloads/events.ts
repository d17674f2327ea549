/**
 * The input: events in a retained array, spread evenly over event time, each up to `disorder` before its place, and a few
 * stragglers so late that every contender must drop them (or, where there is lateness, say a late pane for each), whether it
 * moves its watermark per element or per array. Keys are drawn at random, so that the events of one key come at exponentially
 * distributed distances. Values are integers, so sums are exact and do not depend on the order of adding. Times are epoch
 * milliseconds of the past.
 */

export interface Event<K> {
  readonly key: K;
  readonly value: number;
  readonly timestamp: number;
}

/** The lambdas that all contenders share. */
export const keyOf = <K>(event: Event<K>): K => event.key;
export const timestampOf = (event: Event<unknown>): number => event.timestamp;
export const amountOf = (event: Event<unknown>): number => event.value;

export const BEGIN: number = Date.UTC(2024, 0, 1);

/** Milliseconds; the bound that the watermarks of all contenders are given, unless a scenario is about that bound. */
export const DISORDER = 5_000;

/** Events that come after their window of a minute is complete. */
export interface Stragglers {
  /** Every so many events there is one. */
  readonly oneIn: number;
  /** By how many milliseconds at least and at most it is behind its place. */
  readonly behind: readonly [least: number, most: number];
}

/** A window of a minute that holds one of them has been complete for at least four seconds, at its latest. */
const FEW: Stragglers = { oneIn: 1_000, behind: [70_000, 130_000] };

export interface Shape {
  readonly events: number;
  readonly eventsPerSecond: number;
  /** Milliseconds. Default {@link DISORDER}. */
  readonly disorder?: number;
  /** Default: one in a thousand. */
  readonly stragglers?: Stragglers | 'none';
  /** For another stream of the same shape. */
  readonly seed?: number;
}

/** Keys are shared strings, as from a lookup table or an interning decoder. */
export function stringKeys(count: number): string[] {
  return Array.from({ length: count }, (_, id) => `key-${id}`);
}

export function intKeys(count: number): number[] {
  return Array.from({ length: count }, (_, id) => id);
}

export function makeEvents<K>(shape: Shape, keys: readonly K[]): Event<K>[] {
  const { events, eventsPerSecond, disorder = DISORDER, stragglers = FEW, seed = 20240101 } = shape;
  const {
    oneIn,
    behind: [least, most],
  } = stragglers === 'none' ? { oneIn: Infinity, behind: [0, 0] as const } : stragglers;
  const random = generator(seed);
  const made: Event<K>[] = [];
  for (let i = 0; i < events; i++) {
    const place = BEGIN + (i * 1_000) / eventsPerSecond;
    const behind = i % oneIn === oneIn - 1 ? least + random() * (most - least) : random() * disorder;
    made.push({
      key: keys[Math.floor(random() * keys.length)] as K,
      value: Math.floor(random() * 1_000),
      timestamp: Math.floor(place - behind),
    });
  }
  return made;
}

/** `values` cut into arrays of `length`. */
export function chunksOf<T>(values: readonly T[], length: number): T[][] {
  const chunks: T[][] = [];
  for (let i = 0; i < values.length; i += length) chunks.push(values.slice(i, i + length));
  return chunks;
}

/** Reads every event once; the sum is returned so that the loop cannot be optimised away. */
export function touch(events: readonly Event<unknown>[]): number {
  let sum = 0;
  for (const event of events) sum += event.timestamp + event.value;
  return sum;
}

/** Mulberry32: a small seeded generator of numbers in [0, 1), so that every run sees the same events. */
export function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
