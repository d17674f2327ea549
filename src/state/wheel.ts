/**
 * Deadlines that move: each item is in the wheel once, however often its deadline is put off, and is asked for the true one when the old
 * one comes up. Items lie unsorted in buckets of `width` milliseconds; only what remains of the bucket that the clock has reached is put
 * into a heap. So to put a deadline off costs nothing, and to come round once costs an array push.
 */
import type { Timestamp } from '../time/timestamp.js';
import { Heap } from './timers.js';

interface Entry<I> {
  readonly time: Timestamp;
  readonly item: I;
}

/** Items by deadline. `armed` of an item is the one that it lies there for; Infinity: none. */
export class Wheel<I extends { armed: Timestamp }> {
  /** Nothing is due before this: most steps of the clock end here. */
  next: Timestamp = Infinity;
  readonly #width: number;
  readonly #dueAt: (item: I) => Timestamp;
  readonly #buckets = new Map<number, I[]>();
  /** Numbers of the buckets, the smallest first. */
  readonly #order: Heap<number> = new Heap<number>((a, b) => a - b);
  readonly #near: Heap<Entry<I>> = new Heap<Entry<I>>((a, b) => a.time - b.time);
  /** Buckets below this number have been opened. */
  #horizon = -Infinity;

  /** `dueAt`: the deadline of an item as it is now; Infinity: it is wanted no more. */
  constructor(dueAt: (item: I) => Timestamp, width = 1024) {
    this.#dueAt = dueAt;
    this.#width = width;
  }

  /** Sees to it that the item is looked at by `time`. */
  arm(item: I, time: Timestamp): void {
    if (time >= item.armed) return;
    item.armed = time;
    if (time < this.next) this.next = time;
    const number = Math.floor(time / this.#width);
    if (number < this.#horizon) {
      this.#near.push({ time, item });
      return;
    }
    const bucket = this.#buckets.get(number);
    if (bucket) {
      bucket.push(item);
    } else {
      this.#buckets.set(number, [item]);
      this.#order.push(number);
    }
  }

  /** Takes out everything due at `now`, in no particular order. `visit` may arm again, for later than `now`. */
  take(now: Timestamp, visit: (item: I) => void): void {
    if (now < this.next) return;
    const order = this.#order;
    const near = this.#near;
    for (let number = order.peek(); number !== undefined && number * this.#width <= now; number = order.peek()) {
      const items = this.#buckets.get(number) as I[];
      order.pop();
      this.#buckets.delete(number);
      this.#horizon = number + 1;
      // What was armed anew for an earlier time is elsewhere, too; whichever comes first counts.
      for (const item of items) if (Math.floor(item.armed / this.#width) === number) this.#look(item, now, visit);
    }
    for (let top = near.peek(); top && top.time <= now; top = near.peek()) {
      near.pop();
      if (top.item.armed === top.time) this.#look(top.item, now, visit);
    }
    this.next = near.peek()?.time ?? (order.peek() ?? Infinity) * this.#width;
  }

  #look(item: I, now: Timestamp, visit: (item: I) => void): void {
    item.armed = Infinity;
    const due = this.#dueAt(item);
    if (due <= now) visit(item);
    else this.arm(item, due);
  }
}
