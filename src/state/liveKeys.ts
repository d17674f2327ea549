/**
 * The keys of all live slices of windows that overlap. A key has one number for as long as a slice holds it, however many do: so it is
 * looked up once for an element, and not at all where slices are put together. Numbers that are out of use are given out again.
 */
import { KeyMap } from './keys.js';

export class LiveKeys<K> {
  readonly map: KeyMap<K, number> = new KeyMap<K, number>();
  /** By number. */
  readonly keys: K[] = [];
  /** By number: how many slices hold the key. */
  readonly #holders: number[] = [];
  readonly #vacant: number[] = [];

  /** The number of a key, held once more; `known`: that number, if it is. */
  hold(key: K, known: number | undefined = this.map.get(key)): number {
    if (known !== undefined) {
      (this.#holders[known] as number)++;
      return known;
    }
    const number = this.#vacant.pop() ?? this.keys.length;
    this.keys[number] = key;
    this.#holders[number] = 1;
    this.map.set(key, number);
    return number;
  }

  /** Held once less; true: nobody holds it any more. */
  release(number: number): boolean {
    if (--(this.#holders[number] as number) > 0) return false;
    this.map.delete(this.keys[number] as K);
    this.keys[number] = undefined as K;
    this.#vacant.push(number);
    return true;
  }
}
