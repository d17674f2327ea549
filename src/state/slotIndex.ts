/**
 * Slots by key, for the many keys of one slice. A V8 Map is best for some ten thousand keys. Beyond that it has two faults: when it
 * grows it stops the loop to rehash all of it (a tenth of a second at a million keys), and each look-up waits for memory several times in
 * a row. The table here is open addressing over a plain array; it grows in steps, a few keys for each new one, and a loop can look many
 * keys up side by side, so that their waits overlap.
 *
 * Texts and numbers lie in the table; other keys, of which there are hardly many, in a KeyMap. Hashes are no secret: should keys be so
 * chosen that they crowd in one place, the table gives way to the Map again.
 */
import { KeyMap } from './keys.js';

/** From so many keys on the table is better than a Map. */
export const MANY = 32_768;

/** How many places may be looked at for one key: at half load a hundred is beyond chance. */
const CROWD = 128;

/** How many keys move to the larger table with each new one. */
const STEP = 8;

/** Slots by key. */
export interface KeyIndex<K> {
  /** All keys, or those that are not for the table. */
  readonly map: KeyMap<K, number>;
  readonly table: SlotTable<K> | undefined;
  /** Where what the map holds are not slots: by that, the slot from 1 on; 0: the key is not there. */
  readonly places: Int32Array | undefined;
  /** `hash`: that of the key, where it is known. */
  get(key: K, hash?: number): number | undefined;
  /** A key that is not there yet, at the next slot; `number`: what the map holds for it, where that is known and no slot. */
  set(key: K, slot: number, hash?: number, number?: number): void;
}

export class SlotIndex<K> implements KeyIndex<K> {
  readonly map: KeyMap<K, number> = new KeyMap<K, number>();
  table: SlotTable<K> | undefined;
  readonly places = undefined;
  /** By slot. */
  readonly #keys: readonly K[];
  #crowded = false;

  /** `keys`: by slot, kept by the owner. `expected` of them are made room for. */
  constructor(keys: readonly K[], expected: number) {
    this.#keys = keys;
    if (expected > MANY) this.table = new SlotTable(keys, expected);
  }

  get(key: K, hash?: number): number | undefined {
    const { table } = this;
    if (table === undefined || !isHashed(key)) return this.map.get(key);
    const slot = table.find(key, hash ?? hashOf(key));
    return slot < 0 ? undefined : slot;
  }

  set(key: K, slot: number, hash?: number): void {
    const { table, map } = this;
    if (table !== undefined && isHashed(key)) {
      if (!table.insert(slot, hash ?? hashOf(key))) this.#giveWay();
      return;
    }
    map.set(key, slot);
    if (table === undefined && !this.#crowded && map.plain.size > MANY) this.#spread();
  }

  /** The map has grown large: texts and numbers move to a table. */
  #spread(): void {
    const { plain } = this.map;
    const table = new SlotTable(this.#keys, 2 * plain.size);
    const rest = [...plain].filter(([key, slot]) => !isHashed(key) || !table.insert(slot, hashOf(key)));
    plain.clear();
    for (const [key, slot] of rest) plain.set(key, slot);
    this.table = table;
    if (rest.some(([key]) => isHashed(key))) this.#giveWay();
  }

  #giveWay(): void {
    this.#crowded = true;
    this.table = undefined;
    this.#keys.forEach((key, slot) => void (isHashed(key) && this.map.plain.set(key, slot)));
  }
}

/** Open addressing: places that hold slots, from 1; 0 is an empty one. At most half of them are taken. */
class SlotTable<K> {
  readonly #keys: readonly K[];
  #places: Int32Array;
  /** By slot. */
  #hashes: Int32Array;
  #count = 0;
  /** The smaller table before, while slots from `moved` on are still there alone. */
  #old: Int32Array | undefined = undefined;
  #moved = 0;
  #end = 0;

  constructor(keys: readonly K[], expected: number) {
    this.#keys = keys;
    this.#places = new Int32Array(2 ** Math.ceil(Math.log2(2 * expected + 2)));
    this.#hashes = new Int32Array(this.#places.length >> 1);
  }

  /** The slot of a key; -1: it is not there. */
  find(key: K, hash: number): number {
    const places = this.#places;
    const hashes = this.#hashes;
    const keys = this.#keys;
    const mask = places.length - 1;
    for (let at = hash & mask; ; at = (at + 1) & mask) {
      const slot = (places[at] as number) - 1;
      if (slot < 0) return this.#old === undefined ? -1 : this.#findOld(key, hash);
      if (hashes[slot] === hash && keys[slot] === key) return slot;
    }
  }

  /** Takes a new key in; false: there is too much of a crowd where it belongs. */
  insert(slot: number, hash: number): boolean {
    if (++this.#count * 2 > this.#places.length) this.#grow();
    if (slot >= this.#hashes.length) {
      const hashes = new Int32Array(2 * slot);
      hashes.set(this.#hashes);
      this.#hashes = hashes;
    }
    this.#hashes[slot] = hash;
    if (this.#old !== undefined) this.#move();
    return this.#put(slot, hash);
  }

  #put(slot: number, hash: number): boolean {
    const places = this.#places;
    const mask = places.length - 1;
    let at = hash & mask;
    for (let looked = 0; places[at] !== 0; looked++) {
      if (looked > CROWD) return false;
      at = (at + 1) & mask;
    }
    places[at] = slot + 1;
    return true;
  }

  #grow(): void {
    while (this.#old !== undefined) this.#move();
    this.#old = this.#places;
    this.#places = new Int32Array(2 * this.#old.length);
    this.#moved = 0;
    this.#end = this.#old.length;
  }

  /** A stretch of the old table moves. */
  #move(): void {
    const old = this.#old as Int32Array;
    const end = Math.min(this.#moved + 2 * STEP, this.#end);
    for (let at = this.#moved; at < end; at++) {
      const slot = (old[at] as number) - 1;
      // In twice the room nothing is crowded that was not so before.
      if (slot >= 0) this.#put(slot, this.#hashes[slot] as number);
    }
    this.#moved = end;
    if (end === this.#end) this.#old = undefined;
  }

  #findOld(key: K, hash: number): number {
    const old = this.#old as Int32Array;
    const mask = old.length - 1;
    for (let at = hash & mask; ; at = (at + 1) & mask) {
      const slot = (old[at] as number) - 1;
      if (slot < 0) return -1;
      if (this.#hashes[slot] === hash && this.#keys[slot] === key) return slot;
    }
  }
}

export type { SlotTable };

/** Whether a key is for the table. NaN is not: it does not equal itself. */
function isHashed(key: unknown): boolean {
  return typeof key === 'string' || (typeof key === 'number' && key === key);
}

/** The hash of a text or number, 32 bits; of anything else 0, where it is not found. */
export function hashOf(key: unknown): number {
  let hash = 0;
  if (typeof key === 'string') {
    const { length } = key;
    // Of a very long text the two ends: mostly they tell it from others.
    const head = length > 64 ? 32 : length;
    for (let i = 0; i < head; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
    if (length > 64) for (let i = length - 32; i < length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  } else if (typeof key === 'number') {
    hash = Math.imul(key | 0, 0x9e3779b1);
    if (key !== (key | 0)) {
      hash ^= Math.imul((key / 4_294_967_296) | 0, 0x85ebca6b) ^ (((key % 1) * 4_294_967_296) | 0);
      hash = Math.imul(hash ^ (hash >>> 16), 0xc2b2ae35);
    }
  }
  return hash ^ (hash >>> 15);
}
