/**
 * Items by due time, for what has no common deadline: delays of single panes, and times asked for by triggers.
 * Far items lie unsorted in buckets of `width` milliseconds; the bucket that the clock has reached is sorted, if it is not already: many
 * items are due at the same time, and come in order. Only what is put into such a bucket later needs a heap.
 * An item may be scheduled often; whoever gets it back checks whether it is really due.
 */
import type { Timestamp } from '../time/timestamp.js';

interface Entry<I> {
  readonly time: Timestamp;
  readonly item: I;
}

interface Bucket<I> {
  entries: Entry<I>[];
  soonest: Timestamp;
  sorted: boolean;
}

/** A priority queue of items by due time, with cheap insertion. */
export class TimerQueue<I> {
  readonly #width: number;
  readonly #buckets = new Map<number, Bucket<I>>();
  /** Numbers of the buckets, the smallest first. */
  readonly #order: Heap<number> = new Heap<number>((a, b) => a - b);
  /** What came with the buckets below the horizon, in order; taken out before `at`. */
  #run: Entry<I>[] = [];
  #at = 0;
  /** What came later. */
  readonly #near: Heap<Entry<I>> = new Heap<Entry<I>>((a, b) => a.time - b.time);
  /** Nothing is due before this: most steps of the clock end here. */
  #soonest: Timestamp = Infinity;
  /** Buckets below this number have been opened. */
  #horizon = -Infinity;

  constructor(width = 1024) {
    this.#width = width;
  }

  schedule(time: Timestamp, item: I): void {
    if (time < this.#soonest) this.#soonest = time;
    const entry = { time, item };
    const number = Math.floor(time / this.#width);
    if (number < this.#horizon) {
      this.#near.push(entry);
      return;
    }
    const bucket = this.#buckets.get(number);
    if (bucket) {
      const { entries } = bucket;
      if (time < (entries[entries.length - 1] as Entry<I>).time) bucket.sorted = false;
      if (time < bucket.soonest) bucket.soonest = time;
      entries.push(entry);
    } else {
      this.#buckets.set(number, { entries: [entry], soonest: time, sorted: true });
      this.#order.push(number);
    }
  }

  /** The time at which something is due; Infinity when the queue is empty. */
  next(): Timestamp {
    return this.#soonest;
  }

  /** Takes out everything due at `now`, in order of due time. `visit` may schedule again, later than `now`. */
  take(now: Timestamp, visit: (item: I) => void): void {
    if (now < this.#soonest) return;
    for (let number = this.#order.peek(); number !== undefined && number * this.#width <= now; number = this.#order.peek())
      this.#open(number);
    for (let entry = this.#first(); entry && entry.time <= now; entry = this.#first()) {
      if (entry === this.#run[this.#at]) this.#at++;
      else this.#near.pop();
      visit(entry.item);
    }
    const number = this.#order.peek();
    this.#soonest = this.#first()?.time ?? (number === undefined ? Infinity : (this.#buckets.get(number) as Bucket<I>).soonest);
  }

  /** Forgets all items but some. */
  keep(wanted: (item: I) => boolean): void {
    const entries = [...this.entries()].filter(([, item]) => wanted(item));
    this.#buckets.clear();
    this.#order.items.length = 0;
    this.#near.items.length = 0;
    this.#run = [];
    this.#at = 0;
    this.#horizon = -Infinity;
    this.#soonest = Infinity;
    for (const [time, item] of entries) this.schedule(time, item);
  }

  /** All entries, in no particular order. */
  *entries(): IterableIterator<readonly [Timestamp, I]> {
    const all = [this.#run.slice(this.#at), this.#near.items, ...[...this.#buckets.values()].map(({ entries }) => entries)];
    for (const entries of all) for (const { time, item } of entries) yield [time, item];
  }

  /** The first of what is below the horizon. */
  #first(): Entry<I> | undefined {
    const run = this.#run[this.#at];
    const near = this.#near.peek();
    return run && near ? (near.time < run.time ? near : run) : (run ?? near);
  }

  /** All buckets before this one are open, so its entries belong behind theirs. */
  #open(number: number): void {
    const { entries, sorted } = this.#buckets.get(number) as Bucket<I>;
    this.#order.pop();
    this.#buckets.delete(number);
    this.#horizon = number + 1;
    if (!sorted) entries.sort((a, b) => a.time - b.time);
    this.#run = this.#at < this.#run.length ? this.#run.slice(this.#at).concat(entries) : entries;
    this.#at = 0;
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
