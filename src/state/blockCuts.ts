/**
 * What a state in memory has many of, as parts of cuts. Each item lies at a place of its own, and may change there; places next to each other
 * make a block, and a block is a part: so a barrier costs nothing, what has changed is written a few items at a time, and items that
 * have not need not be named one by one. Places that are free are given out again.
 *
 * Invariant: what a block was at an open cut that has not read it yet can still be told: it has not changed, or was copied before.
 */
import type { StatePart } from './cut.js';
import { Cuts, type Place } from './cuts.js';

/** How many places a block has, by powers of two: few, so that scattered changes leave most blocks as they are. */
const BITS = 2;

export class BlockCuts<I> {
  /** An item as plain data that stays as it is. */
  readonly #dump: (item: I) => unknown;
  readonly #items: (I | undefined)[] = [];
  readonly #free: number[] = [];
  /** By block: the interval between two cuts in which it last changed (0: it is empty), and how many items it has. */
  readonly #marks: number[] = [];
  readonly #counts: number[] = [];
  readonly #cuts: Cuts = new Cuts();

  constructor(dump: (item: I) => unknown) {
    this.#dump = dump;
  }

  /** A new item; returns its place. */
  add(item: I): number {
    const items = this.#items;
    const place = this.#free.pop() ?? items.push(undefined) - 1;
    const block = place >> BITS;
    if (block === this.#marks.length) {
      this.#marks.push(0);
      this.#counts.push(0);
    }
    this.touch(place);
    (this.#counts[block] as number)++;
    items[place] = item;
    return place;
  }

  /** To be called before the item at a place changes. */
  touch(place: number): void {
    const block = place >> BITS;
    const mark = this.#marks[block] as number;
    const { epoch } = this.#cuts;
    if (mark === epoch) return;
    if (mark > 0) {
      this.#cuts.keep(block, mark, () => {
        const data = this.#read(block);
        return () => data;
      });
    }
    this.#marks[block] = epoch;
  }

  /** The item at a place is no more; it has not been changed without `touch`. */
  remove(place: number): void {
    const block = place >> BITS;
    this.touch(place);
    this.#items[place] = undefined;
    this.#free.push(place);
    if (--(this.#counts[block] as number) === 0) this.#marks[block] = 0;
  }

  /** All items as they are now, in parts: the data of each are some items, as `dump` gives them. */
  take(number: number, since: number): Iterable<StatePart> {
    return this.#cuts.take(number, since, this.#places());
  }

  *#places(): Generator<Place, undefined> {
    const marks = this.#marks;
    const place = { id: 0, mark: 0, dump: (): unknown => this.#read(place.id) };
    for (; place.id < marks.length; place.id++) {
      place.mark = marks[place.id] as number;
      yield place;
    }
    return undefined;
  }

  #read(block: number): unknown[] {
    const found: unknown[] = [];
    const from = block << BITS;
    for (const item of this.#items.slice(from, from + (1 << BITS))) if (item !== undefined) found.push(this.#dump(item));
    return found;
  }
}

/** The items of parts that were read, in no order. */
export function itemsOf<D>(parts: readonly StatePart[]): D[] {
  return parts.flatMap(({ data }) => data as D[]);
}
