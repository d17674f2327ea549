/**
 * Items in order of time, for joins: what comes late is put where it belongs, what lies between two times is found, and what is
 * past goes from the front. The items lie in chunks, so that each of these costs a binary search and a move within one chunk,
 * however many there are. (A B+ tree of two levels.)
 *
 * Invariant: no chunk is empty, times never fall from one item to the next; equal ones are in order of arrival.
 */
import type { Timestamp } from '../time/timestamp.js';

/** What lies on a timeline. */
export interface Timed {
  readonly time: Timestamp;
}

// A chunk that has grown beyond this is halved: moves are of some hundred items at most.
const FULL = 256;

export class Timeline<I extends Timed> {
  size = 0;
  readonly #chunks: I[][] = [];

  /** The earliest item. */
  first(): I | undefined {
    return this.#chunks[0]?.[0];
  }

  insert(item: I): void {
    const chunks = this.#chunks;
    this.size++;
    // After all items of its time: as a rule, at the end.
    const at = Math.max(0, this.#chunkAfter(item.time) - 1);
    const chunk = chunks[at];
    if (!chunk) {
      chunks.push([item]);
      return;
    }
    let to = chunk.length;
    if ((chunk[to - 1] as I).time > item.time) to = firstAbove(chunk, item.time);
    // A chunk at the end stays full when items come in order.
    if (to === chunk.length && to >= FULL && at === chunks.length - 1) {
      chunks.push([item]);
      return;
    }
    if (to === chunk.length) chunk.push(item);
    else chunk.splice(to, 0, item);
    if (chunk.length > FULL) chunks.splice(at + 1, 0, chunk.splice(FULL >> 1));
  }

  /** Calls `visit` for each item with `from <= time <= to`, in order; `visit` must not change the timeline. */
  each(from: Timestamp, to: Timestamp, visit: (item: I) => void): void {
    const chunks = this.#chunks;
    for (let at = this.#chunkOf(from); at < chunks.length; at++) {
      const chunk = chunks[at] as I[];
      for (let i = (chunk[0] as I).time >= from ? 0 : firstAbove(chunk, from - 1); i < chunk.length; i++) {
        const item = chunk[i] as I;
        if (item.time > to) return;
        visit(item);
      }
    }
  }

  /** The items of one time, in order of arrival. */
  at(time: Timestamp): I[] {
    const items: I[] = [];
    this.each(time, time, item => void items.push(item));
    return items;
  }

  /** Takes out an item that is there. */
  remove(item: I): void {
    for (let at = this.#chunkOf(item.time); at < this.#chunks.length; at++) {
      const chunk = this.#chunks[at] as I[];
      const place = chunk.indexOf(item);
      if (place < 0) continue;
      chunk.splice(place, 1);
      if (chunk.length === 0) this.#chunks.splice(at, 1);
      this.size--;
      return;
    }
  }

  /** Takes out all items up to a time, that time included, and calls `visit` for each, in order. */
  take(to: Timestamp, visit: (item: I) => void): void {
    const chunks = this.#chunks;
    let gone = 0;
    for (; gone < chunks.length && ((chunks[gone] as I[]).at(-1) as I).time <= to; gone++) (chunks[gone] as I[]).forEach(visit);
    const whole = gone > 0 ? chunks.splice(0, gone) : [];
    for (const chunk of whole) this.size -= chunk.length;
    const chunk = chunks[0];
    if (!chunk || (chunk[0] as I).time > to) return;
    const items = chunk.splice(0, firstAbove(chunk, to));
    this.size -= items.length;
    items.forEach(visit);
  }

  /** All items, in order. */
  all(): I[] {
    return this.#chunks.flat();
  }

  /** The number of the first chunk that begins after a time. */
  #chunkAfter(time: Timestamp): number {
    const chunks = this.#chunks;
    let high = chunks.length;
    if (high > 0 && ((chunks[high - 1] as I[])[0] as I).time <= time) return high;
    for (let low = 0; low < high; ) {
      const middle = (low + high) >> 1;
      if (((chunks[middle] as I[])[0] as I).time > time) high = middle;
      else low = middle + 1;
    }
    return high;
  }

  /** The number of the chunk that holds the first item of at least a time, if one does. */
  #chunkOf(time: Timestamp): number {
    return Math.max(0, this.#chunkAfter(time - 1) - 1);
  }
}

/** Where the first item later than a time is. */
function firstAbove(chunk: readonly Timed[], time: Timestamp): number {
  let low = 0;
  for (let high = chunk.length; low < high; ) {
    const middle = (low + high) >> 1;
    if ((chunk[middle] as Timed).time > time) high = middle;
    else low = middle + 1;
  }
  return low;
}
