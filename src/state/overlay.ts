/**
 * What is at hand of a table that may be larger than memory: a bounded number of entries, as live values, over a table of plain data.
 * Changes are written when an entry must make room for others, a block of them at a time, and only between turns: so a value that
 * has been given out may be changed until the turn ends, if it is put back.
 *
 * Entries lie in two generations. What is used moves to the young one; when that holds half of what may be there it becomes the old one,
 * of which blocks are let go. So entries that are used stay, without a list of who came last.
 */
import type { StateChange, StateTable } from './stateBackend.js';

/** How values lie in the table. */
export interface Form<V> {
  /** As plain data. */
  save(value: V): unknown;
  load(data: unknown): V;
  /** The value is no longer at hand, and has been saved if it was changed. */
  release?(value: V): void;
}

/** Values that are plain data themselves, and are not changed once they are put. */
export const AS_IT_IS: Form<any> = { save: value => value, load: data => data };

interface Held<V> {
  /** Undefined: deleted. */
  value: V | undefined;
  /** Not as in the table. */
  dirty: boolean;
  /** The table may have it. */
  stored: boolean;
}

/** How many entries make room at a time: few enough for a pause that is not felt, enough for a transaction to be worth it. */
const BLOCK = 512;

export class Overlay<K extends string | number, V> {
  readonly #table: StateTable;
  readonly #form: Form<V>;
  readonly #bytesOf: (key: K) => string;
  readonly #bound: number;
  #young = new Map<K, Held<V>>();
  #old = new Map<K, Held<V>>();
  /** Whether the table has ever held anything. */
  #spilled = false;
  #size = 0;

  /** Takes a table over, and empties it. `bound`: how many entries may be at hand between turns. `bytesOf`: the key in the table. */
  constructor(table: StateTable, form: Form<V>, bound: number, bytesOf: (key: K) => string) {
    table.clear();
    this.#table = table;
    this.#form = form;
    this.#bytesOf = bytesOf;
    this.#bound = bound;
  }

  /** How many entries are at hand. */
  get held(): number {
    return this.#young.size + this.#old.size;
  }

  get(key: K): V | undefined {
    return (this.#young.get(key) ?? this.#fetch(key))?.value;
  }

  /** What `use` makes of the value of a key, which need not be at hand for it, nor is afterwards: so that who reads all does not drive out what is used. */
  look<U>(key: K, use: (value: V) => U): U | undefined {
    const held = this.#young.get(key) ?? this.#old.get(key);
    if (held) return held.value === undefined ? undefined : use(held.value);
    const data = this.#spilled ? this.#table.get(this.#bytesOf(key)) : undefined;
    if (data === undefined) return undefined;
    const value = this.#form.load(data);
    const made = use(value);
    this.#form.release?.(value);
    return made;
  }

  /** `key` has this value now; one that was changed must be put again before the turn ends. */
  put(key: K, value: V): void {
    const held = this.#young.get(key) ?? this.#fetch(key);
    if (held) {
      if (held.value === undefined) this.#size++;
      held.value = value;
      held.dirty = true;
    } else {
      this.#size++;
      this.#young.set(key, { value, dirty: true, stored: false });
    }
  }

  delete(key: K): void {
    const held = this.#young.get(key) ?? this.#fetch(key);
    if (held?.value === undefined) return;
    this.#size--;
    held.value = undefined;
    held.dirty = true;
    if (!held.stored) this.#young.delete(key);
  }

  /** How many keys there are. */
  get size(): number {
    return this.#size;
  }

  /** Forgets all keys. */
  clear(): void {
    this.#young.clear();
    this.#old.clear();
    this.#table.clear();
    this.#spilled = false;
    this.#size = 0;
  }

  /** Between turns: entries beyond the bound make room. */
  settle(): void {
    while (this.#young.size + this.#old.size > this.#bound) this.#evict();
  }

  /** In order of their bytes, the keys from `from` on and before `to`, with their data; at most `limit`. */
  range(from: string, to: string | undefined, limit: number): [key: string, data: unknown][] {
    this.#write([...this.#young.entries(), ...this.#old.entries()].filter(([, { dirty }]) => dirty));
    return [...this.#table.range(from, to, limit)] as [string, unknown][];
  }

  /** The entry of a key that is not young. */
  #fetch(key: K): Held<V> | undefined {
    let held = this.#old.get(key);
    if (held) this.#old.delete(key);
    else {
      const data = this.#spilled ? this.#table.get(this.#bytesOf(key)) : undefined;
      if (data === undefined) return undefined;
      held = { value: this.#form.load(data), dirty: false, stored: true };
    }
    this.#young.set(key, held);
    return held;
  }

  #evict(): void {
    if (this.#old.size === 0) [this.#old, this.#young] = [this.#young, this.#old];
    const block: [K, Held<V>][] = [];
    for (const entry of this.#old) {
      block.push(entry);
      if (block.length === BLOCK) break;
    }
    this.#write(block.filter(([, { dirty }]) => dirty));
    for (const [key, { value }] of block) {
      this.#old.delete(key);
      if (value !== undefined) this.#form.release?.(value);
    }
  }

  #write(entries: readonly (readonly [K, Held<V>])[]): void {
    if (entries.length === 0) return;
    this.#table.write(
      entries.map(([key, { value }]): StateChange => [this.#bytesOf(key), value === undefined ? undefined : this.#form.save(value)]),
    );
    this.#spilled = true;
    for (const [, held] of entries) {
      held.dirty = false;
      held.stored = held.value !== undefined;
    }
  }
}
