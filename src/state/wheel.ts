/**
 * Deadlines that move: each item is in the wheel once, however often its deadline is put off, and is asked for the true one when the old
 * one comes up. Items lie in buckets of about a second, unsorted; the bucket that the clock has reached is dealt out to slots of a few
 * milliseconds, and only the slot that the clock is in is searched. So to put a deadline off costs nothing, to come round once costs two
 * array pushes, and nothing is ever compared but numbers. (Varghese and Lauck's hierarchical timing wheels, of two levels.)
 */
import type { Timestamp } from '../time/timestamp.js';
import { Heap } from './timers.js';

/** Milliseconds of a slot: an item is seen at most so often before it is due. */
const SLOT = 16;
const SLOTS = 64;
const BUCKET: number = SLOT * SLOTS;

/** Items by deadline. `armed` of an item is the one that it lies there for; Infinity: none. */
export class Wheel<I extends { armed: Timestamp }> {
  /** Nothing is due before this: most steps of the clock end here. */
  next: Timestamp = Infinity;
  readonly #dueAt: (item: I) => Timestamp;
  readonly #buckets = new Map<number, I[]>();
  /** Numbers of the buckets, the smallest first. */
  readonly #order: Heap<number> = new Heap<number>((a, b) => a - b);
  /** The bucket that was opened last, by slot; empty before the slot `#at`. */
  readonly #slots: I[][] = Array.from({ length: SLOTS }, () => []);
  #open = -Infinity;
  #at = SLOTS;

  /** `dueAt`: the deadline of an item as it is now; Infinity: it is wanted no more. */
  constructor(dueAt: (item: I) => Timestamp) {
    this.#dueAt = dueAt;
  }

  /** Sees to it that the item is looked at by `time`, which is still to come. */
  arm(item: I, time: Timestamp): void {
    if (time >= item.armed) return;
    item.armed = time;
    if (time < this.next) this.next = time;
    const number = Math.floor(time / BUCKET);
    if (number <= this.#open) {
      const at = this.#slotOf(time);
      if (at < this.#at) this.#at = at;
      (this.#slots[at] as I[]).push(item);
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
    this.#turn(now, visit);
    for (let number = this.#order.peek(); number !== undefined && number * BUCKET <= now; number = this.#order.peek()) {
      const items = this.#buckets.get(number) as I[];
      this.#order.pop();
      this.#buckets.delete(number);
      this.#open = number;
      this.#at = 0;
      // What was armed anew for an earlier time is elsewhere, too; whichever comes first counts.
      for (const item of items) if (Math.floor(item.armed / BUCKET) === number) this.#look(item, now, visit);
    }
    this.next = this.#soonest();
  }

  /** Goes through the slots up to the present. */
  #turn(now: Timestamp, visit: (item: I) => void): void {
    const last = Math.min(SLOTS - 1, this.#slotOf(now));
    for (; this.#at <= last; this.#at++) {
      const slot = this.#slots[this.#at] as I[];
      let kept = 0;
      for (let i = 0; i < slot.length; i++) {
        const item = slot[i] as I;
        if (this.#slotOf(item.armed) !== this.#at) continue;
        if (item.armed > now) slot[kept++] = item;
        else this.#look(item, now, visit);
      }
      slot.length = kept;
      if (kept > 0) return;
    }
  }

  /** Where in the open bucket a time lies: before its slots, in one of them, or behind. */
  #slotOf(time: Timestamp): number {
    return Math.floor(time / SLOT) - this.#open * SLOTS;
  }

  #look(item: I, now: Timestamp, visit: (item: I) => void): void {
    item.armed = Infinity;
    const due = this.#dueAt(item);
    if (due <= now) visit(item);
    else this.arm(item, due);
  }

  #soonest(): Timestamp {
    for (; this.#at < SLOTS; this.#at++) {
      let soonest = Infinity;
      for (const { armed } of this.#slots[this.#at] as I[]) if (armed < soonest && this.#slotOf(armed) === this.#at) soonest = armed;
      if (soonest < Infinity) return soonest;
    }
    return (this.#order.peek() ?? Infinity) * BUCKET;
  }
}
