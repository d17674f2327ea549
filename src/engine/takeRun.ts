/**
 * The loop that arrays live in: each element is given its time and added to its slice, in one pass. It takes elements as long as they fall
 * into slices at hand and bring no window to its end. Whatever else may happen to an element (a time that is none or too far ahead, a new
 * slice, a late one, a window that is complete) ends the loop before it, and is seen to outside.
 *
 * It stands alone, without a name from outside, so that each operator may have a copy of its own: see state/ownCode.ts.
 */
import type { Aggregate } from '../aggregates/aggregate.js';
import { type OwnCode, ownCodes } from '../state/ownCode.js';
import type { Timestamp } from '../time/timestamp.js';
import type { Stretch, WindowingSpec } from './machine.js';
import type { Slice } from './slice.js';

/** Where the elements go: one for each machine. */
export interface Cursor<T, K, R> {
  /** The slice of the last element, while none of its windows is complete: most elements fall into it as well. */
  slice: Slice<T, K, R> | undefined;
  /** Slices that elements fell into of late, by number of the period that they begin in; some window of them may be complete. */
  recent: (Slice<T, K, R> | undefined)[];
  /** How many periods there are in a millisecond: times are multiplied by it, since a division would take as long as all the rest. */
  pace: number;
  /** No window fires or expires before this. */
  due: Timestamp;
  /**
   * A slot for a key that the index does not hold as it is. `hash`: that of the key, where it is known; `number`: that of the key among those
   * of all slices, if it is known that this slice does not have it.
   */
  slotOf(slice: Slice<T, K, R>, key: K, hash?: number, number?: number): number;
  /** Before a slot changes that an element has been found for: see sliceCuts.ts. */
  touch(slice: Slice<T, K, R>, slot: number): void;
}

/** Moves `stretch.at` on by the elements taken. */
export type TakeRun = <T, K, R>(
  cursor: Cursor<T, K, R>,
  keyOf: (value: T) => K,
  aggregate: Aggregate<T, any, R>,
  stretch: Stretch<T>,
) => void;

const takeRun: TakeRun = function takeRun(cursor, keyOf, aggregate, stretch) {
  let { slice } = cursor;
  if (slice === undefined || slice.index.table !== undefined) return;
  const { recent, pace, due } = cursor;
  const { values, timestampOf, bound, to, horizon } = stretch;
  const mask = recent.length - 1;
  // Where elements hop among slices, a processor that expects the next one in the same slice is mostly wrong, and waits: none is tried.
  const hops = bound * pace > 1;
  const form = aggregate.rows;
  const stride = form === undefined ? 0 : form.stride;
  let { end, lane } = slice;
  let start = hops ? Infinity : slice.start;
  let { map, places } = slice.index;
  let { plain } = map;
  let { rows, accumulators } = lane;
  let { at, watermark } = stretch;
  // The time of the element before which the loop ends. Handed over in one place, behind the loop, so that none is boxed inside it.
  let last = 0;
  try {
    for (; at < to; at++) {
      const value = values[at]!;
      const time = timestampOf(value);
      if (!(time >= start && time < end && time <= horizon)) {
        const other = recent[Math.floor((time + 0.5) * pace) & mask];
        if (
          other === undefined ||
          !(time >= other.start && time < other.end && time <= horizon) ||
          other.firstEnd < due ||
          other.index.table !== undefined
        ) {
          last = time;
          break;
        }
        slice = other;
        if (!hops) ({ start, end } = slice);
        ({ lane } = slice);
        ({ places } = slice.index);
        // Slices that overlap mostly share it: then the key is looked up before it is known which slice it is for.
        if (slice.index.map !== map) {
          ({ map } = slice.index);
          ({ plain } = map);
        }
        ({ rows, accumulators } = lane);
      }
      const reached = time - bound;
      if (typeof time !== 'number' || Math.floor(time) !== time || reached >= due) {
        last = time;
        break;
      }
      if (reached > watermark) watermark = reached;
      const key = keyOf(value);
      const found = plain.get(key);
      let slot = -1;
      if (found !== undefined) slot = places === undefined ? found : found < places.length ? places[found]! - 1 : -1;
      if (slot < 0) {
        slot = cursor.slotOf(slice, key, undefined, found);
        rows = lane.rows;
        ({ map, places } = slice.index);
        ({ plain } = map);
        // There are so many keys now that the other loop is for them.
        if (slice.index.table !== undefined) {
          last = time;
          break;
        }
      }
      if (form !== undefined) {
        form.add(rows, slot * stride, value, time);
      } else {
        if (slice.marks !== undefined) cursor.touch(slice, slot);
        const before = accumulators[slot];
        const after = aggregate.add(before, value, time);
        if (after !== before) accumulators[slot] = after;
      }
    }
    if (at < to) stretch.time = last;
  } finally {
    stretch.at = at;
    stretch.watermark = watermark;
    cursor.slice = slice;
  }
};

function tryOut(copy: TakeRun): void {
  const never = (): never => undefined as never;
  const stretch: Stretch<never> = { values: [], timestampOf: never, bound: 0, horizon: 0, watermark: 0, at: 0, to: 0, time: 0 };
  copy(
    { slice: undefined, recent: [], pace: 1, due: 0, slotOf: never, touch: never },
    never,
    { create: never, add: never, merge: never, result: never },
    stretch,
  );
}

/** The loop of one operator. */
export const takeRunOf: (spec: WindowingSpec<any, any, any>) => OwnCode<TakeRun> = ownCodes(takeRun, tryOut);
