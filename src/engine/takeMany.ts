/**
 * The loop over a run where a slice has very many keys: what takeRun.ts does, but a few hundred elements abreast. Looking a key up in a
 * large table waits for memory three or four times; elements one after the other would wait in turn, in passes side by side they wait
 * together.
 *
 * It takes elements of one slice only, and ends before the first of another, or before whatever takeRun ends before. It stands alone,
 * without a name from outside: see state/ownCode.ts.
 */
import type { Aggregate } from '../aggregates/aggregate.js';
import { type OwnCode, ownCodes } from '../state/ownCode.js';
import { hashOf } from '../state/slotIndex.js';
import type { Stretch, WindowingSpec } from './machine.js';
import type { Cursor } from './takeRun.js';

// How many elements go abreast.
const ABREAST = 256;

/** Room for the passes. */
export interface Passes {
  readonly keys: unknown[];
  readonly hashes: Int32Array;
  readonly slots: Int32Array;
  readonly times: Float64Array;
}

/** Moves `stretch.at` on by the elements taken. */
export type TakeMany = <T, K, R>(
  cursor: Cursor<T, K, R>,
  keyOf: (value: T) => K,
  aggregate: Aggregate<T, any, R>,
  stretch: Stretch<T>,
  hash: (key: unknown) => number,
  passes: Passes,
) => void;

const takeMany: TakeMany = function takeMany(cursor, keyOf, aggregate, stretch, hash, { keys, hashes, slots, times }) {
  const { slice } = cursor;
  const { values, bound, to, horizon } = stretch;
  const abreast = hashes.length;
  while (slice !== undefined && stretch.at < to) {
    const { table } = slice.index;
    if (table === undefined) return;
    const { start, end, lane } = slice;
    const { due } = cursor;
    const from = stretch.at;
    let { watermark } = stretch;
    let taken = 0;
    let ended = false;
    try {
      for (; taken < abreast && from + taken < to; taken++) {
        const value = values[from + taken]!;
        const time = stretch.timestampOf(value);
        const reached = time - bound;
        if (!(time >= start && time < end && time <= horizon && reached < due) || typeof time !== 'number' || Math.floor(time) !== time) {
          stretch.time = time;
          ended = true;
          break;
        }
        const key = keyOf(value);
        keys[taken] = key;
        hashes[taken] = hash(key);
        times[taken] = time;
        if (reached > watermark) watermark = reached;
      }
    } finally {
      // Also when a function of the user's throws: those before count.
      stretch.watermark = watermark;
      stretch.at = from + taken;
      for (let i = 0; i < taken; i++) slots[i] = table.find(keys[i] as never, hashes[i]!);
      if (slice.marks !== undefined) for (let i = 0; i < taken; i++) if (slots[i]! >= 0) cursor.touch(slice, slots[i]!);
      const form = aggregate.rows;
      const { accumulators } = lane;
      for (let i = 0; i < taken; i++) {
        let slot = slots[i]!;
        if (slot < 0) {
          // A key may be refused: then this is the element.
          stretch.at = from + i;
          slot = cursor.slotOf(slice, keys[i] as never, hashes[i]!);
        }
        if (form !== undefined) {
          form.add(lane.rows, slot * form.stride, values[from + i]!, times[i]!);
        } else {
          const before = accumulators[slot];
          const after = aggregate.add(before, values[from + i]!, times[i]!);
          if (after !== before) accumulators[slot] = after;
        }
      }
      stretch.at = from + taken;
    }
    if (ended) return;
  }
};

export function makePasses(): Passes {
  return {
    keys: new Array<unknown>(ABREAST).fill(undefined),
    hashes: new Int32Array(ABREAST),
    slots: new Int32Array(ABREAST),
    times: new Float64Array(ABREAST),
  };
}

function tryOut(copy: TakeMany): void {
  const never = (): never => undefined as never;
  const stretch: Stretch<never> = { values: [], timestampOf: never, bound: 0, horizon: 0, watermark: 0, at: 0, to: 0, time: 0 };
  const cursor: Cursor<never, never, never> = { slice: undefined, recent: [], pace: 1, due: 0, slotOf: never, touch: never };
  copy(cursor, never, { create: never, add: never, merge: never, result: never }, stretch, hashOf, makePasses());
}

/** The loop of one operator. */
export const takeManyOf: (spec: WindowingSpec<any, any, any>) => OwnCode<TakeMany> = ownCodes(takeMany, tryOut);
