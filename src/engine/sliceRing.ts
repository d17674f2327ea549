/**
 * Windows of many slices at one merge per key and slice, however many slices a window has: the two-stacks algorithm for
 * sliding windows, over all keys at once. Disorder is absorbed inside the open slices; slices close in order, so a queue is
 * enough, and no inverse is needed (nothing drifts, and min and max work as well).
 *
 * The back holds, per key, all closed slices since the last turn-over. The front holds, for each slice before that, the merge
 * of that slice and all after it up to the turn-over. A window is one front entry plus the back. When the front is used up,
 * the back's slices become the new front (turn-over). All of it is rebuilt from the slices; only where the last turn-over was is
 * state, since sums of fractions depend on it in their last bits.
 */
import type { Aggregate } from '../aggregates/aggregate.js';
import { createLane, type Lane } from '../state/lanes.js';
import { LiveKeys } from '../state/liveKeys.js';
import { SharedIndex } from '../state/sharedIndex.js';
import { START_OF_TIME, type Timestamp } from '../time/timestamp.js';
import { FirstSeen } from './firstSeen.js';
import type { Slice } from './slice.js';
import type { TimeWindow } from './window.js';

/** Where a ring stands: the starts of the slices in its front and its back. */
export interface RingState {
  readonly front: readonly Timestamp[];
  readonly back: readonly Timestamp[];
  readonly worn: boolean;
  readonly taken: Timestamp;
  readonly from: Timestamp;
}

/** By number of the key: an accumulator, and when the key was first seen in what it covers (Infinity: not at all). */
interface Cover<T, R> {
  readonly lane: Lane<T, R>;
  seqs: Float64Array;
}

/** An entry of the front. */
interface FrontCover<T, K, R> extends Cover<T, R> {
  readonly slice: Slice<T, K, R>;
}

// Above this many accumulators in the front (keys times slices) memory matters more than time.
const ROOM = 2 ** 23;

export class SliceRing<T, K, R> {
  /** How many keys a slice had of late. */
  expected = 8;
  readonly #aggregate: Aggregate<T, any, R>;
  readonly #live: LiveKeys<K> = new LiveKeys<K>();
  #front: FrontCover<T, K, R>[] = [];
  /** The first entry of the front that is still wanted. */
  #at = 0;
  #back: Slice<T, K, R>[] = [];
  /** What the back comes to. */
  #whole: Cover<T, R>;
  /** What a window comes to. */
  readonly #scratch: Lane<T, R>;
  #seqs: Float64Array = new Float64Array(0);
  readonly #order: FirstSeen = new FirstSeen();
  /** Slices up to here have been taken in. */
  #taken: Timestamp = START_OF_TIME;
  /** The back holds, or held, what no window to come has. */
  #worn = false;
  /** No window to come begins before this. */
  #from: Timestamp = START_OF_TIME;

  constructor(aggregate: Aggregate<T, any, R>) {
    this.#aggregate = aggregate;
    this.#whole = this.#nothing();
    this.#scratch = createLane(aggregate);
    this.#scratch.alloc();
  }

  /** The index of a new slice. */
  readonly indexOf = (keys: readonly K[], expected: number): SharedIndex<K> => new SharedIndex(this.#live, keys, expected);

  /**
   * Says the keys and values of a window, in the order in which the keys were first seen in it. Windows must come in order of
   * their ends, `slices` in order of time. False: it has one slice only, or too many keys and slices to be held.
   */
  fire(window: TimeWindow, slices: readonly Slice<T, K, R>[], say: (key: K, value: R) => void): boolean {
    this.#takeIn(window, slices);
    while ((this.#front[this.#at]?.slice.start ?? window.start) < window.start) this.#at++;
    if (this.#at >= this.#front.length && (this.#worn || (this.#back[0]?.start ?? window.start) < window.start)) this.#turnOver();
    if (this.#front.length - this.#at + this.#back.length < 2) return false;
    const first = this.#front[this.#at];
    const seqs = this.#seqsOf(first);
    const { keys } = this.#live;
    const there = this.#order.order(seqs, keys.length);
    const { slots } = this.#order;
    for (let i = 0; i < there; i++) {
      const slot = slots[i] as number;
      say(keys[slot] as K, this.#valueOf(first, slot));
    }
    return true;
  }

  /** A slice has changed for a key after it was closed: whatever was made of it is made anew. */
  refresh(slice: Slice<T, K, R>, key: K): void {
    if (slice.end > this.#taken || slice.start < this.#from) return;
    const slot = this.#live.map.get(key) as number;
    if (this.#back.includes(slice)) {
      this.#makeRoom(this.#whole);
      this.#whole.lane.reset(slot);
      this.#whole.seqs[slot] = Infinity;
      for (const taken of this.#back) this.#join(this.#whole, slot, taken, indexOf(taken).at(slot, key));
      return;
    }
    const place = this.#front.findIndex(cover => cover.slice === slice);
    // A slice that was empty when its turn came: it has no place, so all begins anew.
    if (place < 0) this.#clear();
    for (let i = place; i >= this.#at; i--) {
      const cover = this.#front[i] as FrontCover<T, K, R>;
      this.#makeRoom(cover);
      this.#cover(cover, this.#front[i + 1], slot, indexOf(cover.slice).at(slot, key));
    }
  }

  /** Slices, the oldest ones, that no window to come has: their keys are gone, unless others hold them. */
  release(slices: readonly Slice<T, K, R>[]): void {
    const { lane, seqs } = this.#whole;
    for (const slice of slices) {
      if (this.#front[this.#at]?.slice === slice) this.#at++;
      if (this.#back[0] === slice) {
        this.#back.shift();
        this.#worn = true;
      }
      for (const slot of indexOf(slice).numbers) {
        if (!this.#live.release(slot) || slot >= seqs.length) continue;
        lane.reset(slot);
        seqs[slot] = Infinity;
      }
    }
  }

  #takeIn(window: TimeWindow, slices: readonly Slice<T, K, R>[]): void {
    let first = slices.length;
    while (first > 0 && (slices[first - 1] as Slice<T, K, R>).end > this.#taken) first--;
    for (let i = first; i < slices.length; i++) {
      const slice = slices[i] as Slice<T, K, R>;
      if (slice.end > window.end) break;
      if (slice.start < window.start) continue;
      this.#take(slice);
    }
    this.#taken = Math.max(this.#taken, window.end);
    this.#from = window.start;
  }

  /** Where it stands, as plain data. */
  get state(): RingState {
    const startOf = (slice: Slice<T, K, R>): Timestamp => slice.start;
    const front = this.#front.slice(this.#at).map(cover => cover.slice);
    return { front: front.map(startOf), back: this.#back.map(startOf), worn: this.#worn, taken: this.#taken, from: this.#from };
  }

  /** Rebuilds itself from the slices that a restart has brought back. */
  restore(state: RingState, slices: readonly Slice<T, K, R>[]): void {
    this.#taken = state.taken;
    this.#from = state.from;
    this.#back = slices.filter(slice => state.front.includes(slice.start));
    this.#turnOver();
    for (const slice of slices) if (state.back.includes(slice.start)) this.#take(slice);
    this.#worn = state.worn || this.#back.length < state.back.length;
  }

  #take(slice: Slice<T, K, R>): void {
    const whole = this.#whole;
    const numbers = indexOf(slice).numbers;
    this.expected = numbers.length;
    this.#back.push(slice);
    this.#makeRoom(whole);
    for (let i = 0; i < numbers.length; i++) this.#join(whole, numbers[i] as number, slice, i);
  }

  /** The back's slices become the front: for each, the merge of it and all after it. */
  #turnOver(): void {
    const slices = this.#back.filter(slice => slice.start >= this.#from);
    const size = this.#live.keys.length;
    this.#clear(this.#taken);
    if (slices.length * size > ROOM) {
      this.#taken = START_OF_TIME;
      return;
    }
    this.#makeRoom(this.#whole);
    let next: FrontCover<T, K, R> | undefined;
    for (const slice of slices.reverse()) {
      const { lane, seqs } = next ?? this.#whole;
      const cover: FrontCover<T, K, R> = { slice, lane: createLane(this.#aggregate, 1), seqs: seqs.slice(0, size) };
      cover.lane.adopt(lane, size);
      const numbers = indexOf(slice).numbers;
      for (let i = 0; i < numbers.length; i++) this.#cover(cover, next, numbers[i] as number, i);
      this.#front.push(cover);
      next = cover;
    }
    this.#front.reverse();
  }

  /** Sets one key of a front entry: its own slice and the entry after it. */
  #cover(cover: FrontCover<T, K, R>, next: FrontCover<T, K, R> | undefined, slot: number, from: number | undefined): void {
    cover.lane.reset(slot);
    cover.seqs[slot] = Infinity;
    this.#join(cover, slot, cover.slice, from);
    const seq = next?.seqs[slot] ?? Infinity;
    if (seq === Infinity) return;
    cover.lane.merge(slot, (next as Cover<T, R>).lane, slot);
    if (seq < (cover.seqs[slot] as number)) cover.seqs[slot] = seq;
  }

  /** Merges a slot of a slice, if it has one for the key. */
  #join({ lane, seqs }: Cover<T, R>, slot: number, slice: Slice<T, K, R>, from: number | undefined): void {
    if (from === undefined) return;
    lane.merge(slot, slice.lane, from);
    const seq = slice.seqs[from] as number;
    if (seq < (seqs[slot] as number)) seqs[slot] = seq;
  }

  /** By number of the key: when it was first seen in a window. */
  #seqsOf(first: Cover<T, R> | undefined): Float64Array {
    const back = this.#whole.seqs;
    const size = this.#live.keys.length;
    if (this.#seqs.length < size) this.#seqs = new Float64Array(2 * size);
    const seqs = this.#seqs;
    // There may be more keys by now than the front, or the back, has room for.
    for (let slot = 0; slot < size; slot++) seqs[slot] = slot < back.length ? (back[slot] as number) : Infinity;
    if (first === undefined) return seqs;
    const { length } = first.seqs;
    for (let slot = 0; slot < length; slot++) {
      const seq = first.seqs[slot] as number;
      if (seq < (seqs[slot] as number)) seqs[slot] = seq;
    }
    return seqs;
  }

  #valueOf(first: Cover<T, R> | undefined, slot: number): R {
    const { lane, seqs } = this.#whole;
    const inFront = first !== undefined && slot < first.seqs.length && first.seqs[slot] !== Infinity;
    if (!inFront) return lane.result(slot);
    if (slot >= seqs.length || seqs[slot] === Infinity) return first.lane.result(slot);
    this.#scratch.reset(0);
    this.#scratch.merge(0, first.lane, slot);
    this.#scratch.merge(0, lane, slot);
    return this.#scratch.result(0);
  }

  /** Room for all keys. */
  #makeRoom(cover: Cover<T, R>): void {
    const size = this.#live.keys.length;
    const had = cover.seqs.length;
    if (had >= size) return;
    const seqs = new Float64Array(Math.max(size, 2 * had)).fill(Infinity, had);
    seqs.set(cover.seqs);
    cover.seqs = seqs;
    for (let slot = had; slot < seqs.length; slot++) cover.lane.alloc();
  }

  #nothing(): Cover<T, R> {
    return { lane: createLane(this.#aggregate, this.#live.keys.length), seqs: new Float64Array(0) };
  }

  /** Begins anew, with slices that end after `taken`. */
  #clear(taken: Timestamp = START_OF_TIME): void {
    this.#front = [];
    this.#back = [];
    this.#at = 0;
    this.#worn = false;
    this.#taken = taken;
    this.#whole = this.#nothing();
  }
}

/** The index of a slice of a ring. */
export function indexOf<K>({ index }: Slice<any, K, any>): SharedIndex<K> {
  return index as SharedIndex<K>;
}
