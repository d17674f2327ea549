/** Reads machines of cells on tables: what cellReader.ts does for those in memory. Nothing is at hand afterwards that was not before. */
import { keyBytes } from '../state/keyBytes.js';
import type { HeldParts } from '../state/storedParts.js';
import type { Timestamp, Watermark } from '../time/timestamp.js';
import type { CellData } from './cell.js';
import { CellValues, entryOf } from './cellReader.js';
import type { StoredInside } from './inside.js';
import type { WindowingSpec } from './machine.js';
import { EVERYTHING, inOrder, isWithin, nameOf, newestOf, type ScanRange, type StateEntry, type StateReader } from './stateReader.js';
import type { StoredCell } from './storedCells.js';
import { expiryOf, sameWindow, type TimeWindow } from './window.js';

export class StoredReader<T, K, R> implements StateReader<K, R> {
  readonly #spec: WindowingSpec<T, K, R>;
  readonly #inside: StoredInside<T, K, R>;
  readonly #clock: { readonly watermark: Watermark };
  readonly #held: HeldParts | undefined;
  readonly #values: CellValues<T, R>;

  /** `number`: of the cut to be held; undefined: what the machine has is read as it is. */
  constructor(spec: WindowingSpec<T, K, R>, machine: { readonly watermark: Watermark }, inside: StoredInside<T, K, R>, number?: number) {
    this.#spec = spec;
    this.#inside = inside;
    this.#values = new CellValues(spec);
    this.#clock = number === undefined ? machine : { watermark: machine.watermark };
    this.#held = number === undefined ? undefined : inside.storedCells.hold(number);
  }

  get watermark(): Watermark {
    return this.#clock.watermark;
  }

  find(key: K, window: TimeWindow): StateEntry<K, R> | undefined {
    return this.#read(keyBytes(key), cell => sameWindow(nameOf(cell, this.#spec), window))[0];
  }

  at(key: K, instant: Timestamp): StateEntry<K, R> | undefined {
    return newestOf(this.of(key), instant);
  }

  of(key: K): StateEntry<K, R>[] {
    const entries = this.#read(keyBytes(key), () => true);
    return inOrder(entries);
  }

  *entries(range: ScanRange<K>): Generator<StateEntry<K, R> | undefined, undefined> {
    const wanted = (cell: Pick<CellData<K, R>, 'key' | 'start' | 'end' | 'panes'>): boolean =>
      isWithin(cell, range) && (range.unfired || cell.panes > 0) && range.wants(cell.key);
    const numbers = this.#inside.storedCells.numbers();
    for (const [number, bytes] of range.reverse ? [...numbers].reverse() : numbers) {
      const image = this.#held?.imageOf(number) as CellData<K, R> | undefined;
      if (image) yield wanted(image) ? this.#was(image) : undefined;
      else if (bytes === undefined) yield undefined;
      else yield this.#inside.storedCells.look(bytes, newest => this.#numbered(newest, number, wanted));
    }
  }

  *windows(): Generator<TimeWindow | undefined, undefined> {
    for (const entry of this.entries(EVERYTHING)) yield entry?.window;
  }

  isOver({ end }: TimeWindow): boolean {
    return expiryOf(end, this.#spec.allowedLateness, this.#inside.floor) <= this.watermark;
  }

  release(): void {
    this.#held?.release();
  }

  #numbered(
    newest: StoredCell<K, R> | undefined,
    number: number,
    wanted: (cell: StoredCell<K, R>) => boolean,
  ): StateEntry<K, R> | undefined {
    let cell = newest;
    while (cell && cell.number !== number) cell = cell.older;
    return cell && this.#isThere(cell) && wanted(cell) ? this.#entry(cell) : undefined;
  }

  /** The cells of a key that a reader wants. */
  #read(bytes: string, wants: (cell: TimeWindow) => boolean): StateEntry<K, R>[] {
    const held = this.#held;
    const entries: StateEntry<K, R>[] = [];
    const was = (number: number): void => {
      const image = held?.imageOf(number) as CellData<K, R> | undefined;
      if (image && wants(image)) entries.push(this.#was(image));
    };
    this.#inside.storedCells.look(bytes, newest => {
      for (let cell = newest; cell; cell = cell.older) {
        if (!this.#isThere(cell)) was(cell.number);
        else if (wants(cell)) entries.push(this.#entry(cell));
      }
    });
    for (const number of held?.goneOf(bytes) ?? []) was(number);
    return entries;
  }

  #isThere({ mark }: StoredCell<K, R>): boolean {
    return this.#held === undefined || mark <= this.#held.number;
  }

  #entry(cell: StoredCell<K, R>): StateEntry<K, R> {
    const value = cell.closed ? undefined : this.#values.at(this.#inside.lane, cell.slot, cell);
    return entryOf(cell, this.#spec, this.watermark, this.#inside.floor, value);
  }

  #was(cell: CellData<K, R>): StateEntry<K, R> {
    const value = cell.closed ? undefined : this.#values.of(cell.accumulator, cell);
    return entryOf(cell, this.#spec, this.watermark, this.#inside.floor, value);
  }
}
