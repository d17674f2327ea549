/**
 * Reads machines that have a cell for each window of a key. Of a cut that is held: a cell whose mark is not above the number of the cut is as
 * it was; all others that were there are in its images, which are put in order of their keys when the first key is looked up.
 */
import type { Images } from '../state/cuts.js';
import { KeyMap } from '../state/keys.js';
import { createLane, type Lane } from '../state/lanes.js';
import type { Timestamp, Watermark } from '../time/timestamp.js';
import type { Cell, CellData } from './cell.js';
import type { CellInside } from './inside.js';
import type { WindowingSpec } from './machine.js';
import {
  EVERYTHING,
  inOrder,
  isWithin,
  nameOf,
  newestOf,
  type ScanRange,
  type StateEntry,
  type StateReader,
  saidOf,
} from './stateReader.js';
import { expiryOf, sameWindow, type TimeWindow } from './window.js';

/** A cell, or what it was. */
type Known<K, R> = Pick<CellData<K, R>, 'key' | 'start' | 'end' | 'fresh' | 'panes' | 'spoken' | 'timing' | 'last' | 'closed'>;

/** A cut that is held. */
interface Held<K, R> {
  readonly number: number;
  readonly images: CellImages<K, R>;
  /** Those that there were. */
  readonly windows: readonly TimeWindow[];
  readonly release: () => void;
}

/** The cells that have changed since a cut, as they were, by slot and by key. */
class CellImages<K, R> extends Map<number, (() => unknown) | undefined> implements Images {
  readonly #added: (() => unknown)[] = [];
  readonly #byKey = new KeyMap<K, CellData<K, R>[]>();
  #ordered = 0;

  override set(slot: number, image: () => unknown): this {
    this.#added.push(image);
    return super.set(slot, image);
  }

  of(key: K): readonly CellData<K, R>[] {
    for (; this.#ordered < this.#added.length; this.#ordered++) {
      const cell = (this.#added[this.#ordered] as () => unknown)() as CellData<K, R>;
      const cells = this.#byKey.get(cell.key);
      if (cells) cells.push(cell);
      else this.#byKey.set(cell.key, [cell]);
    }
    return this.#byKey.get(key) ?? [];
  }
}

export class CellReader<T, K, R> implements StateReader<K, R> {
  readonly #spec: WindowingSpec<T, K, R>;
  readonly #inside: CellInside<T, K, R>;
  readonly #clock: { readonly watermark: Watermark };
  readonly #held: Held<K, R> | undefined;
  readonly #values: CellValues<T, R>;

  /** `number`: of the cut to be held; undefined: what the machine has is read as it is. */
  constructor(spec: WindowingSpec<T, K, R>, machine: { readonly watermark: Watermark }, inside: CellInside<T, K, R>, number?: number) {
    this.#spec = spec;
    this.#inside = inside;
    this.#values = new CellValues(spec);
    this.#clock = number === undefined ? machine : { watermark: machine.watermark };
    if (number === undefined) return;
    const images = new CellImages<K, R>();
    const cut = inside.cells.take(number, 0);
    cut.images = images;
    this.#held = { number, images, windows: [...(inside.windows?.values() ?? [])].flat(), release: () => void cut.return() };
  }

  get watermark(): Watermark {
    return this.#clock.watermark;
  }

  find(key: K, window: TimeWindow): StateEntry<K, R> | undefined {
    for (const cell of this.#cellsOf(key, window.end)) if (sameWindow(nameOf(cell, this.#spec), window)) return this.#entry(cell);
    for (const cell of this.#held?.images.of(key) ?? []) if (sameWindow(nameOf(cell, this.#spec), window)) return this.#was(cell);
    return undefined;
  }

  at(key: K, instant: Timestamp): StateEntry<K, R> | undefined {
    const { chains } = this.#inside;
    if (!chains || this.#held) return newestOf(this.of(key), instant);
    // In order of their starts, from the newest on.
    let newest: Cell<K, R> | undefined;
    for (let cell = chains.newest.get(key); cell && !(newest && cell.start < newest.start); cell = cell.older) {
      const { start, end } = nameOf(cell, this.#spec);
      if (start <= instant && instant < end && !(newest && newest.end > cell.end)) newest = cell;
    }
    return newest && this.#entry(newest);
  }

  of(key: K): StateEntry<K, R>[] {
    const entries = [...this.#cellsOf(key)].map(cell => this.#entry(cell));
    for (const cell of this.#held?.images.of(key) ?? []) entries.push(this.#was(cell));
    return inOrder(entries);
  }

  *entries(range: ScanRange<K>): Generator<StateEntry<K, R> | undefined, undefined> {
    const { all } = this.#inside.cells;
    // What comes in later is not part of a cut; without one, nothing comes in.
    const count = all.length;
    for (let n = 0; n < count; n++) {
      const slot = range.reverse ? count - 1 - n : n;
      const image = this.#held?.images.get(slot);
      const cell = image ? undefined : all[slot];
      if (image) yield this.#wanted(image() as CellData<K, R>, range) ? this.#was(image() as CellData<K, R>) : undefined;
      else yield cell && this.#isThere(cell) && this.#wanted(cell, range) ? this.#entry(cell) : undefined;
    }
  }

  *windows(): Generator<TimeWindow | undefined, undefined> {
    const { windows, chains } = this.#inside;
    if (windows && !chains) {
      for (const { start, end } of this.#held?.windows ?? [...windows.values()].flat()) yield { start, end };
      return;
    }
    for (const entry of this.entries(EVERYTHING)) yield entry?.window;
  }

  isOver({ end }: TimeWindow): boolean {
    return expiryOf(end, this.#spec.allowedLateness, this.#inside.floor) <= this.watermark;
  }

  release(): void {
    this.#held?.release();
  }

  /** The cells of a key that are as they were; `end`: of the window that is looked for. */
  *#cellsOf(key: K, end?: number): Generator<Cell<K, R>, undefined> {
    const { chains, windows } = this.#inside;
    if (chains) {
      for (let cell = chains.newest.get(key); cell; cell = cell.older) if (this.#isThere(cell)) yield cell;
      return;
    }
    const some = end === undefined ? [...(windows?.values() ?? [])].flat() : (windows?.get(end) ?? []);
    for (const { cells } of some) {
      const cell = cells.get(key);
      if (cell && this.#isThere(cell)) yield cell;
    }
  }

  #isThere({ mark }: Cell<K, R>): boolean {
    return this.#held === undefined || mark <= this.#held.number;
  }

  #wanted(cell: Known<K, R>, range: ScanRange<K>): boolean {
    return isWithin(cell, range) && (range.unfired || cell.panes > 0) && range.wants(cell.key);
  }

  #entry(cell: Cell<K, R>): StateEntry<K, R> {
    const value = cell.closed ? undefined : this.#values.at(this.#inside.lane, cell.slot, cell);
    return entryOf(cell, this.#spec, this.watermark, this.#inside.floor, value);
  }

  #was(cell: CellData<K, R>): StateEntry<K, R> {
    const value = cell.closed ? undefined : this.#values.of(cell.accumulator, cell);
    return entryOf(cell, this.#spec, this.watermark, this.#inside.floor, value);
  }
}

/** A cell as its reader gives it. */
export function entryOf<K, R>(
  cell: Known<K, R>,
  spec: WindowingSpec<any, K, R>,
  watermark: Watermark,
  floor: Timestamp,
  value: R | undefined,
): StateEntry<K, R> {
  const status = cell.closed ? 'closed' : watermark < cell.end ? 'open' : 'complete';
  const expires = expiryOf(cell.end, spec.allowedLateness, floor);
  return { key: cell.key, window: nameOf(cell, spec), value, status, expires, pane: saidOf(cell), fresh: cell.fresh };
}

/** The values of cells, of which nothing changes by that. */
export class CellValues<T, R> {
  readonly #spec: WindowingSpec<T, any, R>;
  readonly #one: Lane<T, R>;

  constructor(spec: WindowingSpec<T, any, R>) {
    this.#spec = spec;
    this.#one = createLane(spec.aggregate, 1);
    this.#one.alloc();
  }

  at(lane: Lane<T, R>, slot: number, window: TimeWindow): R {
    // What an evictor leaves out stays where it is.
    return this.#spec.resultIn ? this.of(lane.dump(slot), window) : lane.result(slot);
  }

  of(accumulator: unknown, window: TimeWindow): R {
    const { resultIn } = this.#spec;
    this.#one.load(0, accumulator);
    return resultIn ? resultIn(this.#one.accumulators[0], nameOf(window, this.#spec)) : this.#one.result(0);
  }
}
