/**
 * The slices of a machine as parts, so that a barrier can be read while elements go on coming. A part is a block of slots next to each
 * other in a slice: keys are only ever added behind the others, so what a block holds of a cut is known by its mark.
 *
 * Before the first cut there are no marks, and nothing is done for an element. The loops over arrays see little of it afterwards: a slice
 * of rows that takeRun comes to is marked as a whole when it is sought out, once between two cuts; where there are very many keys, or
 * accumulators that are slow to copy, each block is marked by itself.
 */
import { Cuts, type OpenCut, type Place } from '../state/cuts.js';
import { numbersOf } from '../state/lanes.js';
import type { Timestamp } from '../time/timestamp.js';
import type { Slice } from './slice.js';

/** A block of slots as plain data, in columns. */
export interface BlockData<K> {
  /** The start of its slice. */
  readonly slice: Timestamp;
  readonly keys: readonly K[];
  readonly seqs: readonly number[];
  /** As the lane gives them. */
  readonly values: unknown;
  /** Empty: panes have no times of their own. */
  readonly stamps: readonly Timestamp[];
}

// How many slots a block has, by powers of two: few, so that scattered changes leave most blocks as they are. Copies of users' accumulators
// take much longer than those of numbers.
const ROWS = 4;
const OBJECTS = 2;

/** More blocks than a slice can have: the id of a block is the number of its slice times this, and its place there. */
export const BLOCKS: number = 2 ** 24;

export class SliceCuts<T, K, R> {
  readonly #numeric: boolean;
  /** How many slots a block has, as a power of two. */
  readonly bits: number;
  #cuts: Cuts | undefined = undefined;
  /** Slices so far: each has a number, which those of its parts begin with. */
  #count = 0;

  /** `numeric`: accumulators are rows. */
  constructor(numeric: boolean) {
    this.#numeric = numeric;
    this.bits = numeric ? ROWS : OBJECTS;
  }

  /** A new slice. */
  add(slice: Slice<T, K, R>): void {
    slice.ordinal = this.#count++;
    if (this.#cuts) slice.marks = new Int32Array(1);
  }

  /** A slice that elements may be added to without `touch`, up to the next cut: that of takeRun, if it has rows. */
  enter(slice: Slice<T, K, R>): void {
    if (slice.marks === undefined || !this.#numeric || slice.index.table !== undefined) return;
    for (let slot = 0; slot < slice.keys.length; slot += 1 << this.bits) this.touch(slice, slot);
  }

  /** To be called before a slot changes, or is added. */
  touch(slice: Slice<T, K, R>, slot: number): void {
    let { marks } = slice;
    const cuts = this.#cuts;
    if (marks === undefined || cuts === undefined) return;
    const block = slot >> this.bits;
    if (block >= marks.length) marks = slice.marks = grown(marks, block);
    const mark = marks[block] as number;
    if (mark === cuts.epoch) return;
    if (mark > 0) cuts.keep(slice.ordinal * BLOCKS + block, mark, () => this.#copy(slice, block));
    marks[block] = cuts.epoch;
  }

  /** The parts of the slices that there are. Behind it, slices must be entered anew. */
  take(number: number, since: number, slices: readonly Slice<T, K, R>[]): OpenCut {
    if (!this.#cuts) {
      this.#cuts = new Cuts();
      for (const slice of slices) slice.marks = new Int32Array(Math.ceil(slice.keys.length / 2 ** this.bits)).fill(number);
    }
    return this.#cuts.take(number, since, this.#places([...slices].sort((a, b) => a.ordinal - b.ordinal)));
  }

  *#places(slices: readonly Slice<T, K, R>[]): Generator<Place, undefined> {
    for (const slice of slices) {
      const place = { id: slice.ordinal * BLOCKS, mark: 0, dump: (): unknown => this.#dump(slice, place.id % BLOCKS) };
      for (let block = 0; block << this.bits < slice.keys.length; block++, place.id++) {
        place.mark = slice.marks?.[block] ?? 0;
        yield place;
      }
    }
    return undefined;
  }

  /** Keys stay as they are, so only what they have is copied. */
  #copy(slice: Slice<T, K, R>, block: number): () => BlockData<K> {
    const [from, to] = this.#slotsOf(slice, block);
    const values = slice.lane.copySlots(from, to);
    const stamps = slice.stamps.slice(from, to);
    return () => blockOf(slice, from, to, values(), stamps);
  }

  #dump(slice: Slice<T, K, R>, block: number): BlockData<K> {
    const [from, to] = this.#slotsOf(slice, block);
    return blockOf(slice, from, to, slice.lane.dumpSlots(from, to), slice.stamps.slice(from, to));
  }

  #slotsOf({ keys }: Slice<T, K, R>, block: number): [from: number, to: number] {
    const from = block << this.bits;
    return [from, Math.min(from + (1 << this.bits), keys.length)];
  }
}

function blockOf<K>(
  { start, keys, seqs }: Slice<any, K, any>,
  from: number,
  to: number,
  values: unknown,
  stamps: readonly Timestamp[],
): BlockData<K> {
  return { slice: start, keys: keys.slice(from, to), seqs: numbersOf(seqs, from, to), values, stamps };
}

function grown(marks: Int32Array, block: number): Int32Array {
  const larger = new Int32Array(2 * block + 2);
  larger.set(marks);
  return larger;
}
