/**
 * Slots by key, for one of many slices that mostly hold the same keys: by the number that a key has among the live ones. A slice that
 * holds few of them, or one of very many, has an index of its own as well.
 */
import type { KeyMap } from './keys.js';
import type { LiveKeys } from './liveKeys.js';
import { type KeyIndex, MANY, SlotIndex, type SlotTable } from './slotIndex.js';

/** So many numbers for each key that a slice holds, and some to begin with, and an index of its own is smaller. */
const SPARSE = 16;
const FEW = 64;

export class SharedIndex<K> implements KeyIndex<K> {
  map: KeyMap<K, number>;
  table: SlotTable<K> | undefined = undefined;
  places: Int32Array | undefined;
  /** By slot: the number of the key. */
  readonly numbers: number[] = [];
  readonly #live: LiveKeys<K>;
  readonly #keys: readonly K[];
  #own: SlotIndex<K> | undefined;

  /** `keys`: by slot, kept by the owner, of which `expected` are made room for. */
  constructor(live: LiveKeys<K>, keys: readonly K[], expected: number) {
    this.#live = live;
    this.#keys = keys;
    this.map = live.map;
    this.#makeRoom(Math.max(live.keys.length, expected), expected);
  }

  get(key: K, hash?: number): number | undefined {
    if (this.#own) return this.#own.get(key, hash);
    const number = this.map.get(key);
    return number === undefined ? undefined : this.at(number, key);
  }

  /** The slot of a key whose number is known. */
  at(number: number, key: K): number | undefined {
    if (this.places === undefined) return this.get(key);
    const place = this.places[number];
    return place ? place - 1 : undefined;
  }

  set(key: K, slot: number, hash?: number, known?: number): void {
    const number = this.#live.hold(key, known);
    this.numbers[slot] = number;
    if (this.places && number >= this.places.length) this.#makeRoom(2 * number, slot);
    if (this.places) this.places[number] = slot + 1;
    else this.#setOwn(key, slot, hash);
  }

  #setOwn(key: K, slot: number, hash?: number): void {
    const own = this.#own as SlotIndex<K>;
    own.set(key, slot, hash);
    this.table = own.table;
  }

  /** Room for so many numbers, or an index of its own for the slots so far. */
  #makeRoom(numbers: number, slots: number): void {
    if (numbers > 2 * MANY || numbers > SPARSE * (slots + FEW)) {
      this.places = undefined;
      this.#own = new SlotIndex(this.#keys, slots);
      this.map = this.#own.map;
      for (let slot = 0; slot < this.numbers.length - 1; slot++) this.#setOwn(this.#keys[slot] as K, slot);
      return;
    }
    const places = new Int32Array(numbers);
    if (this.places) places.set(this.places);
    this.places = places;
  }
}
