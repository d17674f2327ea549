/**
 * The live cells of a machine, by the slot of their accumulators: so a barrier can be read while cells change, expire and merge. Each cell
 * is a part.
 */
import { Cuts, type OpenCut, type Place } from '../state/cuts.js';
import type { Lane } from '../state/lanes.js';
import { type Cell, dumpCell } from './cell.js';

/** Who must hear of cells that change, and of those that are no more. */
export interface CellKeeper<K, R> {
  /** To be called before anything of a cell changes, its accumulator too. */
  touch(cell: Cell<K, R>): void;
  /** A cell that is no more: its slot is free. */
  remove(cell: Cell<K, R>): void;
}

export class CellCuts<T, K, R> implements CellKeeper<K, R> {
  readonly #lane: Lane<T, R>;
  /** By slot. */
  readonly all: (Cell<K, R> | undefined)[] = [];
  readonly #cuts: Cuts = new Cuts();

  constructor(lane: Lane<T, R>) {
    this.#lane = lane;
  }

  /** The interval at hand: what a cell that has been touched is marked with. */
  get epoch(): number {
    return this.#cuts.epoch;
  }

  /** A new cell, with its slot. */
  add(cell: Cell<K, R>): void {
    cell.mark = this.#cuts.epoch;
    this.all[cell.slot] = cell;
  }

  touch(cell: Cell<K, R>): void {
    if (cell.mark === this.#cuts.epoch) return;
    this.#cuts.keep(cell.slot, cell.mark, () => {
      const data = this.#dump(cell);
      return () => data;
    });
    cell.mark = this.#cuts.epoch;
  }

  remove(cell: Cell<K, R>): void {
    this.touch(cell);
    this.all[cell.slot] = undefined;
    this.#lane.free(cell.slot);
  }

  take(number: number, since: number): OpenCut {
    return this.#cuts.take(number, since, this.#places());
  }

  *#places(): Generator<Place, undefined> {
    const cells = this.all;
    const place = { id: 0, mark: 0, dump: (): unknown => this.#dump(cells[place.id] as Cell<K, R>) };
    for (; place.id < cells.length; place.id++) {
      place.mark = cells[place.id]?.mark ?? 0;
      yield place;
    }
    return undefined;
  }

  #dump(cell: Cell<K, R>): unknown {
    return dumpCell(cell, cell.closed ? undefined : this.#lane.dump(cell.slot));
  }
}
