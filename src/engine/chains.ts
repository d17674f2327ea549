/** Windows that each key has several of, in order of time: those of a key hang on the one that starts last. */
import { KeyMap } from '../state/keys.js';
import type { Cell } from './cell.js';

export class Chains<K, R> {
  /** The window of each key that starts last; it leads to the others. */
  readonly newest: KeyMap<K, Cell<K, R>>;

  constructor(newest: KeyMap<K, Cell<K, R>> = new KeyMap<K, Cell<K, R>>()) {
    this.newest = newest;
  }

  /** All windows of all keys, those that are closed too. */
  all(): Cell<K, R>[] {
    const all: Cell<K, R>[] = [];
    for (const newest of this.newest.values()) for (let cell: Cell<K, R> | undefined = newest; cell; cell = cell.older) all.push(cell);
    // The older first, as they must come back.
    return all.reverse();
  }

  /** A new one. */
  insert(cell: Cell<K, R>): void {
    let older = this.newest.get(cell.key);
    let newer: Cell<K, R> | undefined;
    for (; older && older.start > cell.start; older = older.older) newer = older;
    cell.older = older;
    if (newer) newer.older = cell;
    else this.newest.set(cell.key, cell);
  }

  /** One that has expired, or has become part of another. */
  remove(cell: Cell<K, R>): void {
    cell.dead = true;
    let newer = this.newest.get(cell.key) as Cell<K, R>;
    if (newer !== cell) {
      while (newer.older !== cell) newer = newer.older as Cell<K, R>;
      newer.older = cell.older;
    } else if (cell.older) this.newest.set(cell.key, cell.older);
    else this.newest.delete(cell.key);
    cell.older = undefined;
  }
}
