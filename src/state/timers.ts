/**
 * Items by due time, for what has no common deadline: sessions, and processing-time delays of single panes.
 * Two tiers: far items lie unsorted in buckets of `width` milliseconds, and only the bucket that the clock has reached is
 * put into a heap. So a timer that is set and moved again long before it is due costs an array push, not a heap operation.
 * An item may be scheduled often; whoever gets it back checks whether it is really due.
 */
import type { Timestamp } from '../time/timestamp.js';

interface Entry<I> {
  readonly time: Timestamp;
  readonly item: I;
}

/** A priority queue of items by due time, with cheap insertion. */
export class TimerQueue<I> {
  readonly #width: number;
  readonly #buckets = new Map<number, Entry<I>[]>();
  /** Numbers of the buckets, the smallest first. */
  readonly #order: Heap<number> = new Heap<number>((a, b) => a - b);
  readonly #near: Heap<Entry<I>> = new Heap<Entry<I>>((a, b) => a.time - b.time);
  /** Nothing is due before this: most steps of the clock end here. */
  #soonest: Timestamp = Infinity;
  /** Buckets below this number have been moved into `near`. */
  #horizon = -Infinity;

  constructor(width = 1024) {
    this.#width = width;
  }

  schedule(time: Timestamp, item: I): void {
    if (time < this.#soonest) this.#soonest = time;
    const number = Math.floor(time / this.#width);
    if (number < this.#horizon) {
      this.#near.push({ time, item });
      return;
    }
    const bucket = this.#buckets.get(number);
    if (bucket) {
      bucket.push({ time, item });
    } else {
      this.#buckets.set(number, [{ time, item }]);
      this.#order.push(number);
    }
  }

  /** A time before which nothing is due; Infinity when the queue is empty. Exact once the bucket is near. */
  next(): Timestamp {
    const near = this.#near.peek();
    if (near) return near.time;
    const number = this.#order.peek();
    if (number === undefined) return Infinity;
    this.#bringNear(number);
    return this.next();
  }

  /** Takes out everything due at `now`, in order of due time. `visit` may schedule again, later than `now`. */
  take(now: Timestamp, visit: (item: I) => void): void {
    if (now < this.#soonest) return;
    for (let number = this.#order.peek(); number !== undefined && number * this.#width <= now; number = this.#order.peek())
      this.#bringNear(number);
    for (let entry = this.#near.peek(); entry && entry.time <= now; entry = this.#near.peek()) {
      this.#near.pop();
      visit(entry.item);
    }
    this.#soonest = this.next();
  }

  /** Forgets all items but some. */
  keep(wanted: (item: I) => boolean): void {
    const entries = [...this.entries()].filter(([, item]) => wanted(item));
    this.#buckets.clear();
    this.#order.items.length = 0;
    this.#near.items.length = 0;
    this.#horizon = -Infinity;
    this.#soonest = Infinity;
    for (const [time, item] of entries) this.schedule(time, item);
  }

  /** All entries, in no particular order. */
  *entries(): IterableIterator<readonly [Timestamp, I]> {
    for (const entry of this.#near.items) yield [entry.time, entry.item];
    for (const bucket of this.#buckets.values()) for (const entry of bucket) yield [entry.time, entry.item];
  }

  #bringNear(number: number): void {
    this.#order.pop();
    for (const entry of this.#buckets.get(number) ?? []) this.#near.push(entry);
    this.#buckets.delete(number);
    this.#horizon = number + 1;
  }
}

/** A binary heap with the smallest item on top. */
export class Heap<I> {
  readonly items: I[] = [];
  readonly #compare: (a: I, b: I) => number;

  constructor(compare: (a: I, b: I) => number) {
    this.#compare = compare;
  }

  peek(): I | undefined {
    return this.items[0];
  }

  push(item: I): void {
    const { items } = this;
    const compare = this.#compare;
    let at = items.length;
    items.push(item);
    while (at > 0) {
      const up = (at - 1) >> 1;
      if (compare(items[up] as I, item) <= 0) break;
      items[at] = items[up] as I;
      at = up;
    }
    items[at] = item;
  }

  pop(): I | undefined {
    const { items } = this;
    const top = items[0];
    const last = items.pop();
    if (last !== undefined && items.length > 0) this.#sink(last);
    return top;
  }

  /** The item on top has become larger: it goes to its place. */
  settle(): void {
    this.#sink(this.items[0] as I);
  }

  /** Puts an item in place of the one on top. */
  #sink(item: I): void {
    const { items } = this;
    const compare = this.#compare;
    let at = 0;
    for (let child = 1; child < items.length; child = 2 * at + 1) {
      if (child + 1 < items.length && compare(items[child + 1] as I, items[child] as I) < 0) child++;
      if (compare(item, items[child] as I) <= 0) break;
      items[at] = items[child] as I;
      at = child;
    }
    items[at] = item;
  }
}
