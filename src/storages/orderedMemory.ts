import type BTree from 'sorted-btree';
import { Packer } from '../checkpoint/packer.js';
import type { StateBackend, StateChange, StateTable } from '../state/stateBackend.js';
import { unfit } from './failures.js';

type Tree = BTree.default<string, Uint8Array>;
type TreeClass = new (entries: undefined, compare: (a: string, b: string) => number) => Tree;

/** A table in memory; data are bytes, so that they are shared with nobody, and what a checkpoint cannot keep is refused as early. */
class MemoryTable implements StateTable {
  readonly #tree: Tree;
  readonly #packer: Packer;

  constructor(tree: Tree, packer: Packer) {
    this.#tree = tree;
    this.#packer = packer;
  }

  get size(): number {
    return this.#tree.size;
  }

  get(key: string): unknown {
    const bytes = this.#tree.get(key);
    return bytes && this.#packer.unpack(bytes);
  }

  range(from: string, to: string | undefined, limit: number): (readonly [string, unknown])[] {
    const found: (readonly [string, unknown])[] = [];
    if (limit <= 0) return found;
    for (const [key, bytes] of this.#tree.entries(from)) {
      if (to !== undefined && key >= to) break;
      found.push([key, this.#packer.unpack(bytes)]);
      if (found.length >= limit) break;
    }
    return found;
  }

  write(changes: readonly StateChange[]): void {
    // All are bytes before the first is written: what cannot be kept changes nothing.
    const packed = changes.map(([key, data]) => [key, data === undefined ? undefined : this.#packer.pack(data)] as const);
    for (const [key, bytes] of packed) {
      if (bytes === undefined) this.#tree.delete(key);
      else this.#tree.set(key, bytes);
    }
  }

  clear(): void {
    this.#tree.clear();
  }
}

class MemoryBackend implements StateBackend {
  readonly name = 'orderedMemory()';
  readonly #tables = new Map<string, MemoryTable>();
  #Tree: TreeClass | undefined;

  async open(): Promise<void> {
    this.#tables.clear();
    try {
      const { default: module } = await import('sorted-btree');
      // A package of the older kind: where it is imported, its default is all that it exports.
      this.#Tree = ((module as { default?: unknown }).default ?? module) as TreeClass;
    } catch (error) {
      throw unfit(
        this.name,
        `the package sorted-btree cannot be loaded (${(error as Error).message}). Install it: npm install sorted-btree`,
        error,
      );
    }
  }

  table(name: string): StateTable {
    if (!this.#Tree) throw unfit(this.name, 'it is not open. Call open() first');
    let table = this.#tables.get(name);
    if (!table) {
      table = new MemoryTable(new this.#Tree(undefined, byBytes), new Packer(`${this.name}: ${name}`));
      this.#tables.set(name, table);
    }
    return table;
  }

  async close(): Promise<void> {
    this.#tables.clear();
    this.#Tree = undefined;
  }
}

function byBytes(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * Tables in memory, in B+ trees: for tests, and to see what a backend must do. Needs the package `sorted-btree` 2.
 *
 * @example
 * ```ts
 * import { orderedMemory } from 'tidemark/btree';
 *
 * const backend = orderedMemory();
 * await backend.open();
 * const table = backend.table('counts');
 * table.write([['b', 2], ['a', 1]]);
 * console.log(table.range('', undefined, 10)); // [['a', 1], ['b', 2]]
 * await backend.close();
 * ```
 */
export function orderedMemory(): StateBackend {
  return new MemoryBackend();
}
