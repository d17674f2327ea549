/** What holds the watermark downstream back, where cells need not be at hand: holds.ts over numbers of cells. */
import type { SpilledQueue } from '../state/spilledQueue.js';
import type { Timestamp, Watermark } from '../time/timestamp.js';
import type { StoredCell, StoredCells } from './storedCells.js';

export class StoredHolds<K, R> {
  readonly #queue: SpilledQueue;
  readonly #cells: StoredCells<any, K, R>;
  readonly #timeOf: (cell: StoredCell<K, R>) => Timestamp;

  /** `timeOf`: the time that the watermark must not pass; Infinity: none. */
  constructor(queue: SpilledQueue, cells: StoredCells<any, K, R>, timeOf: (cell: StoredCell<K, R>) => Timestamp) {
    this.#queue = queue;
    this.#cells = cells;
    this.#timeOf = timeOf;
  }

  /** A cell may have a time now. `held` of it is the one that is queued. */
  hold(cell: StoredCell<K, R>): void {
    const time = this.#timeOf(cell);
    if (time >= cell.held) return;
    cell.held = time;
    this.#cells.keep(cell);
    this.#queue.push(time, 0, 0, cell.number);
  }

  /** `watermark`, but not past what is held. */
  bound(watermark: Watermark): Watermark {
    for (let top = this.#queue.peek(); top; top = this.#queue.peek()) {
      this.#cells.settle();
      const cell = this.#cells.at(top.number);
      if (cell && this.#timeOf(cell) === top.a) return Math.min(watermark, top.a);
      this.#queue.pop();
      if (!cell) continue;
      cell.held = Infinity;
      this.hold(cell);
    }
    return watermark;
  }
}
