/**
 * Windows with a time to live: the window of a key begins with an element and is over when no element has touched the key for so long, in
 * event time. (Flink's StateTtlConfig, OnCreateAndWrite; but exact: by timestamps and the watermark, not whenever state is looked at.)
 * What comes after that begins anew, also when the watermark is yet to follow: then a key has several windows at once.
 *
 * Invariants: the windows of a key never become one, as sessions do, so that each keeps its name. The elements of one are all earlier than
 * those of the next. So an element finds its window again when it is withdrawn; and if that is over, none.
 */
import type { KeyMap } from '../state/keys.js';
import { shift, type Timestamp, type Watermark } from '../time/timestamp.js';
import type { Cell } from './cell.js';
import type { CellKeeper } from './cellCuts.js';
import { Chains } from './chains.js';

export class Lives<K, R> extends Chains<K, R> {
  readonly #ttl: number;
  readonly #cells: Pick<CellKeeper<K, R>, 'touch'>;

  /** `ttl`: milliseconds. */
  constructor(ttl: number, cells: Pick<CellKeeper<K, R>, 'touch'>, newest?: KeyMap<K, Cell<K, R>>) {
    super(newest);
    this.#ttl = ttl;
    this.#cells = cells;
  }

  /**
   * The window of `key` that an element counts in, prolonged by it unless its trigger has finished. If there is none, `create` makes one;
   * undefined: the element's time is over.
   */
  touch(key: K, timestamp: Timestamp, watermark: Watermark, create: (end: Timestamp) => Cell<K, R>): Cell<K, R> | undefined {
    const end = shift(timestamp, this.#ttl);
    let next: Cell<K, R> | undefined;
    let life = this.newest.get(key);
    for (; life && life.from > timestamp; life = life.older) next = life;
    if (!life || timestamp >= life.end) {
      if (end <= watermark) return undefined;
      life = next && end > next.from ? next : this.#begin(create(end));
      if (!life.closed && timestamp < life.from) {
        this.#cells.touch(life);
        life.from = timestamp;
      }
    }
    if (!life.closed && end > life.end) {
      this.#cells.touch(life);
      life.end = end;
    }
    return life;
  }

  #begin(life: Cell<K, R>): Cell<K, R> {
    this.insert(life);
    return life;
  }
}
