/**
 * The keys that have changed, in a ring: the latest change of each, by a number that ascends. Whoever has read up to a number goes on from
 * there, as long as the ring has not turned over since.
 */
import { KeyMap } from '../state/keys.js';

export class TouchedKeys<K> {
  /** The number of the next change. */
  next = 0;
  readonly #size: number;
  /** By number, counted round. */
  readonly #ring: K[] = [];
  /** The newest change of each key that is in the ring. */
  readonly #newest = new KeyMap<K, number>();

  constructor(size: number) {
    this.#size = size;
  }

  /** The oldest number that one can go on from. */
  get oldest(): number {
    return Math.max(0, this.next - this.#size);
  }

  touch(key: K): void {
    const number = this.next++;
    const place = number % this.#size;
    if (number >= this.#size) {
      const gone = this.#ring[place] as K;
      if (this.#newest.get(gone) === number - this.#size) this.#newest.delete(gone);
    }
    this.#ring[place] = key;
    this.#newest.set(key, number);
  }

  /** The first key from `number` on that has not changed again, and the number behind it; undefined: there is none. */
  after(number: number): { readonly key: K; readonly next: number } | undefined {
    for (let at = number; at < this.next; at++) {
      const key = this.#ring[at % this.#size] as K;
      if (this.#newest.get(key) === at) return { key, next: at + 1 };
    }
    return undefined;
  }
}
