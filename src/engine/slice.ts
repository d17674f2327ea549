/** A slice: a stretch of event time with its keys and their accumulators, window-major. A window is a run of whole slices. */
import { createLane, type Lane } from '../state/lanes.js';
import { type KeyIndex, SlotIndex } from '../state/slotIndex.js';
import type { Timestamp } from '../time/timestamp.js';
import type { WindowingSpec } from './machine.js';

export class Slice<T, K, R> {
  readonly start: Timestamp;
  readonly end: Timestamp;
  /** The end of the first window that holds it: from there on, its elements come late for some window. */
  readonly firstEnd: Timestamp;
  /** When the last window that holds it expires. */
  readonly expiry: Timestamp;
  readonly index: KeyIndex<K>;
  /** By slot, in the order in which keys were first seen here. */
  readonly keys: K[] = [];
  /** By slot: the machine's count at that moment. There is more room than keys. */
  seqs: Float64Array;
  readonly lane: Lane<T, R>;
  /** By slot: the earliest or latest element that was not late, where a pane's own timestamp needs it. */
  readonly stamps: Timestamp[] = [];
  /** Its number among the slices of a machine. */
  ordinal = 0;
  /** By block of slots: the interval between two cuts in which it last changed; 0: it holds none. Undefined: no cut has been taken. */
  marks: Int32Array | undefined = undefined;
  /** No element that came in time is earlier. */
  earliest: Timestamp = Infinity;

  /** `expected` keys are made room for; `indexOf` makes an index that is not of this slice alone. */
  constructor(
    spec: WindowingSpec<T, K, R>,
    start: Timestamp,
    end: Timestamp,
    firstEnd: Timestamp,
    expiry: Timestamp,
    expected: number,
    indexOf?: (keys: readonly K[], expected: number) => KeyIndex<K>,
  ) {
    this.start = start;
    this.end = end;
    this.firstEnd = firstEnd;
    this.expiry = expiry;
    this.seqs = new Float64Array(expected);
    this.index = indexOf ? indexOf(this.keys, expected) : new SlotIndex(this.keys, expected);
    this.lane = createLane(spec.aggregate, expected);
  }

  /** A slot for a key that is new here; `hash` and `number`: those of the key, where they are known. */
  add(key: K, seq: number, hash?: number, number?: number): number {
    const slot = this.lane.alloc();
    this.keys.push(key);
    this.index.set(key, slot, hash, number);
    if (slot >= this.seqs.length) this.seqs = grown(this.seqs, slot);
    this.seqs[slot] = seq;
    return slot;
  }
}

function grown(seqs: Float64Array, slot: number): Float64Array {
  const larger = new Float64Array(2 * slot + 8);
  larger.set(seqs);
  return larger;
}

/** The first `slots` slots in order of `seqs`: as they are, if they ascend. */
export function inOrder(seqs: ArrayLike<number>, slots: number): Iterable<number> {
  const sorted = new Float64Array(slots);
  let ascends = true;
  let least = Infinity;
  for (let slot = 0; slot < slots; slot++) {
    const seq = seqs[slot] as number;
    if (seq < least) least = seq;
    if (slot > 0 && (seqs[slot - 1] as number) > seq) ascends = false;
  }
  if (ascends) return sorted.keys();
  // Number and slot in one double: sorted natively, without a call for each comparison.
  for (let slot = 0; slot < slots; slot++) sorted[slot] = ((seqs[slot] as number) - least) * slots + slot;
  return sorted.sort().map(both => both - Math.floor(both / slots) * slots);
}
