/**
 * Two streams joined by loops: by key and tumbling window, whose pairs come out when it is complete, and by key and distance in time,
 * whose pairs come out at once. The watermark is the lower one of the two sides.
 */
import { DISORDER, type Event } from '../workloads/events.js';
import { Digest } from './digest.js';

/** Takes the events of either side, in arrays. */
export interface TwoSides<T> {
  readonly digest: Digest;
  batch(side: 0 | 1, events: readonly T[]): void;
  end(): void;
}

type Side = 0 | 1;
/** The elements of a key, left and right. */
type Both<K> = readonly [Event<K>[], Event<K>[]];

/** Where each side is. */
class Watermarks {
  readonly #sides: [number, number] = [-Infinity, -Infinity];

  /** The lower one, after an event of a side. */
  after(side: Side, time: number): number {
    if (time - DISORDER > this.#sides[side]) this.#sides[side] = time - DISORDER;
    return Math.min(...this.#sides);
  }
}

export class WindowJoinByHand<K> implements TwoSides<Event<K>> {
  readonly digest = new Digest();
  readonly #size: number;
  readonly #windows = new Map<number, Map<K, Both<K>>>();
  readonly #watermarks = new Watermarks();
  #watermark = -Infinity;

  constructor(size: number) {
    this.#size = size;
  }

  batch(side: Side, events: readonly Event<K>[]): void {
    for (let i = 0; i < events.length; i++) {
      const event = events[i] as Event<K>;
      const start = Math.floor(event.timestamp / this.#size) * this.#size;
      if (start + this.#size > this.#watermark) this.#add(side, start, event);
      const watermark = this.#watermarks.after(side, event.timestamp);
      if (Math.floor(watermark / this.#size) > Math.floor(this.#watermark / this.#size)) this.#close(watermark);
      this.#watermark = watermark;
    }
  }

  end(): void {
    this.#close(Infinity);
  }

  #add(side: Side, start: number, event: Event<K>): void {
    let keys = this.#windows.get(start);
    if (keys === undefined) this.#windows.set(start, (keys = new Map()));
    let both = keys.get(event.key);
    if (both === undefined) keys.set(event.key, (both = [[], []]));
    both[side].push(event);
  }

  #close(watermark: number): void {
    for (const [start, keys] of this.#windows) {
      if (start + this.#size > watermark) continue;
      for (const [lefts, rights] of keys.values())
        for (const left of lefts) for (const right of rights) deliverPair({ left, right, start }, this.digest);
      this.#windows.delete(start);
    }
  }
}

/** A right element pairs with a left one that is at most `within` before it. */
export class IntervalJoinByHand<K> implements TwoSides<Event<K>> {
  readonly digest = new Digest();
  readonly #within: number;
  readonly #keys = new Map<K, Both<K>>();
  readonly #watermarks = new Watermarks();
  /** When all keys are looked through for what is past. */
  #nextSweep = -Infinity;

  constructor(within: number) {
    this.#within = within;
  }

  batch(side: Side, events: readonly Event<K>[]): void {
    for (let i = 0; i < events.length; i++) {
      const event = events[i] as Event<K>;
      this.#add(side, event);
      const watermark = this.#watermarks.after(side, event.timestamp);
      if (watermark >= this.#nextSweep) this.#sweep(watermark);
    }
  }

  end(): void {
    this.#keys.clear();
  }

  #add(side: Side, event: Event<K>): void {
    let both = this.#keys.get(event.key);
    if (both === undefined) this.#keys.set(event.key, (both = [[], []]));
    both[side].push(event);
    for (const other of both[1 - side] as Event<K>[]) {
      const [left, right] = side === 0 ? [event, other] : [other, event];
      const distance = right.timestamp - left.timestamp;
      if (distance >= 0 && distance <= this.#within) deliverPair({ left, right, start: right.timestamp }, this.digest);
    }
  }

  /** Every `within` of event time, since looking through all is dear. */
  #sweep(watermark: number): void {
    this.#nextSweep = watermark + this.#within;
    for (const [key, both] of this.#keys) {
      keep(both[0], watermark - this.#within);
      keep(both[1], watermark);
      if (both[0].length + both[1].length === 0) this.#keys.delete(key);
    }
  }
}

/** Leaves those of a list that are not before a time. */
function keep(list: Event<unknown>[], from: number): void {
  let kept = 0;
  for (const event of list) if (event.timestamp >= from) list[kept++] = event;
  list.length = kept;
}

export interface Pair<K> {
  readonly left: Event<K>;
  readonly right: Event<K>;
}

export function deliverPair<K>({ left, right, start }: Pair<K> & { start: number }, digest: Digest): void {
  digest.add(start, left.key, left.value * 1_009 + right.value);
}
