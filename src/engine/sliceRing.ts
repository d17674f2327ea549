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
import { KeyMap } from '../state/keys.js';
import { createLane, type Lane } from '../state/lanes.js';
import { START_OF_TIME, type Timestamp } from '../time/timestamp.js';
import { inOrder, type Slice } from './slice.js';
import type { TimeWindow } from './window.js';

/** Where a ring stands: the starts of the slices in its front and its back. */
export interface RingState {
  readonly front: readonly Timestamp[];
  readonly back: readonly Timestamp[];
  readonly worn: boolean;
  readonly taken: Timestamp;
  readonly from: Timestamp;
}

/** Per key: an accumulator, and when the key was first seen in what it covers (Infinity: not at all). */
interface Cover<T, K, R> {
  readonly slice: Slice<T, K, R>;
  readonly lane: Lane<T, R>;
  readonly seqs: number[];
}

// Above this many accumulators in the front (keys times slices) memory matters more than time.
const ROOM = 2 ** 23;

export class SliceRing<T, K, R> {
  readonly #aggregate: Aggregate<T, any, R>;
  readonly #index: KeyMap<K, number> = new KeyMap<K, number>();
  readonly #keys: K[] = [];
  readonly #vacant: number[] = [];
  #front: Cover<T, K, R>[] = [];
  /** The first entry of the front that is still wanted. */
  #at = 0;
  #back: Slice<T, K, R>[] = [];
  #backLane: Lane<T, R>;
  #backSeqs: number[] = [];
  readonly #scratch: Lane<T, R>;
  /** Slices up to here have been taken in. */
  #taken: Timestamp = START_OF_TIME;
  /** The back holds what no window to come has; after a restart its slice may be gone. */
  #worn = false;
  /** No window to come begins before this. */
  #from: Timestamp = START_OF_TIME;

  constructor(aggregate: Aggregate<T, any, R>) {
    this.#aggregate = aggregate;
    this.#backLane = createLane(aggregate);
    this.#scratch = createLane(aggregate);
    this.#scratch.alloc();
  }

  /**
   * Says the keys and values of a window, in the order in which the keys were first seen in it. Windows must come in order of
   * their ends, `slices` in order of time. False: it has one slice only, or too many keys and slices to be held.
   */
  fire(window: TimeWindow, slices: readonly Slice<T, K, R>[], say: (key: K, value: R) => void): boolean {
    this.#takeIn(window, slices);
    while ((this.#front[this.#at]?.slice.start ?? window.start) < window.start) this.#at++;
    if (this.#at >= this.#front.length && (this.#worn || (this.#back[0]?.start ?? window.start) < window.start)) this.#turnOver();
    const first = this.#front[this.#at];
    const slots: number[] = [];
    const seqs: number[] = [];
    for (let slot = 0; slot < this.#keys.length; slot++) {
      const seq = Math.min(first?.seqs[slot] ?? Infinity, this.#backSeqs[slot] as number);
      if (seq === Infinity) {
        this.#vacate(slot);
      } else {
        slots.push(slot);
        seqs.push(seq);
      }
    }
    if ((first ? this.#front.length - this.#at : 0) + this.#back.length < 2) return false;
    for (const i of inOrder(seqs, seqs.length)) {
      const slot = slots[i] as number;
      say(this.#keys[slot] as K, this.#valueOf(first, slot));
    }
    return true;
  }

  /** A slice has changed for a key after it was closed: whatever was made of it is made anew. */
  refresh(slice: Slice<T, K, R>, key: K): void {
    if (slice.end > this.#taken || slice.start < this.#from) return;
    const slot = this.#slotOf(key);
    if (this.#back.some(taken => taken === slice)) {
      this.#backLane.reset(slot);
      this.#backSeqs[slot] = Infinity;
      for (const taken of this.#back) this.#join(this.#backLane, this.#backSeqs, slot, taken, taken.index.get(key));
      return;
    }
    const place = this.#front.findIndex(cover => cover.slice === slice);
    // A slice that was empty when its turn came: it has no place, so all begins anew.
    if (place < 0) this.#clear();
    for (let i = place; i >= this.#at; i--)
      this.#cover(this.#front[i] as Cover<T, K, R>, this.#front[i + 1], slot, (this.#front[i] as Cover<T, K, R>).slice.index.get(key));
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
    for (const slice of this.#back) for (const key of slice.keys) this.#slotOf(key);
    this.#turnOver();
    for (const slice of slices) if (state.back.includes(slice.start)) this.#take(slice);
    this.#worn = state.worn || this.#back.length < state.back.length;
  }

  #take(slice: Slice<T, K, R>): void {
    this.#back.push(slice);
    for (let i = 0; i < slice.keys.length; i++) this.#join(this.#backLane, this.#backSeqs, this.#slotOf(slice.keys[i] as K), slice, i);
  }

  /** The back's slices become the front: for each, the merge of it and all after it. */
  #turnOver(): void {
    const slices = this.#back.filter(slice => slice.start >= this.#from);
    this.#back = [];
    this.#front = [];
    this.#at = 0;
    this.#worn = false;
    this.#backLane = createLane(this.#aggregate, this.#keys.length);
    this.#backSeqs = this.#keys.map(() => Infinity);
    this.#keys.forEach(() => this.#backLane.alloc());
    if (slices.length * this.#keys.length > ROOM) {
      this.#clear();
      return;
    }
    let next: Cover<T, K, R> | undefined;
    for (const slice of slices.reverse()) {
      const cover: Cover<T, K, R> = { slice, lane: createLane(this.#aggregate, 1), seqs: next ? [...next.seqs] : [...this.#backSeqs] };
      cover.lane.adopt(next ? next.lane : this.#backLane, this.#keys.length);
      for (let i = 0; i < slice.keys.length; i++) this.#cover(cover, next, this.#index.get(slice.keys[i] as K) as number, i);
      this.#front.push(cover);
      next = cover;
    }
    this.#front.reverse();
  }

  /** Sets one key of a front entry: its own slice and the entry after it. */
  #cover(cover: Cover<T, K, R>, next: Cover<T, K, R> | undefined, slot: number, from: number | undefined): void {
    while (cover.seqs.length <= slot) {
      cover.lane.alloc();
      cover.seqs.push(Infinity);
    }
    cover.lane.reset(slot);
    cover.seqs[slot] = Infinity;
    this.#join(cover.lane, cover.seqs, slot, cover.slice, from);
    const seq = next?.seqs[slot] ?? Infinity;
    if (seq === Infinity) return;
    cover.lane.merge(slot, (next as Cover<T, K, R>).lane, slot);
    cover.seqs[slot] = Math.min(cover.seqs[slot] as number, seq);
  }

  /** Merges a slot of a slice, if it has one for the key. */
  #join(lane: Lane<T, R>, seqs: number[], slot: number, slice: Slice<T, K, R>, from: number | undefined): void {
    if (from === undefined) return;
    lane.merge(slot, slice.lane, from);
    seqs[slot] = Math.min(seqs[slot] as number, slice.seqs[from] as number);
  }

  #valueOf(first: Cover<T, K, R> | undefined, slot: number): R {
    const inFront = first !== undefined && (first.seqs[slot] ?? Infinity) !== Infinity;
    if (!inFront) return this.#backLane.result(slot);
    if (this.#backSeqs[slot] === Infinity) return first.lane.result(slot);
    this.#scratch.reset(0);
    this.#scratch.merge(0, first.lane, slot);
    this.#scratch.merge(0, this.#backLane, slot);
    return this.#scratch.result(0);
  }

  #slotOf(key: K): number {
    const known = this.#index.get(key);
    if (known !== undefined) return known;
    const slot = this.#vacant.pop() ?? this.#keys.length;
    if (slot === this.#keys.length) this.#backLane.alloc();
    else this.#backLane.reset(slot);
    this.#keys[slot] = key;
    this.#backSeqs[slot] = Infinity;
    // Entries of the front that were made before may hold something old there.
    for (let i = this.#at; i < this.#front.length; i++) {
      const { seqs } = this.#front[i] as Cover<T, K, R>;
      if (slot < seqs.length) seqs[slot] = Infinity;
    }
    this.#index.set(key, slot);
    return slot;
  }

  /** A key that no window to come will have, unless it is seen again. */
  #vacate(slot: number): void {
    const key = this.#keys[slot] as K;
    if (this.#index.get(key) !== slot) return;
    this.#index.delete(key);
    this.#vacant.push(slot);
  }

  #clear(): void {
    this.#front = [];
    this.#back = [];
    this.#at = 0;
    this.#worn = false;
    this.#taken = START_OF_TIME;
    this.#backSeqs = this.#keys.map(() => Infinity);
    this.#keys.forEach((_key, slot) => this.#backLane.reset(slot));
  }
}
