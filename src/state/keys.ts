/**
 * Keys of any kind, by value. Primitives are their own identity (NaN equals NaN, 0 equals -0, as in a Map). Arrays, plain
 * objects and Dates are compared by structure, through a text that is the same for equal keys and different for others.
 * What has no stable identity (functions, symbols, class instances, cycles) is refused, since it could not be found again
 * after a restart.
 */
import { encodeKey, isComposite } from '../aggregates/encodeKey.js';

/** Map from keys to values where composite keys are compared by structure; primitives cost one look-up. */
export class KeyMap<K, V> {
  /** Primitive keys: what hot loops look at first. */
  readonly plain: Map<K, V> = new Map<K, V>();
  /** By the key's text; with the key itself as it came first. */
  #composite: Map<string, [K, V]> | undefined;

  get(key: K): V | undefined {
    // Plain keys first, and without a question: they are what hot paths have.
    const value = this.plain.get(key);
    return value === undefined ? this.#ofComposite(key) : value;
  }

  #ofComposite(key: K): V | undefined {
    return isComposite(key) ? this.#composite?.get(encodeKey(key))?.[1] : undefined;
  }

  set(key: K, value: V): void {
    if (isComposite(key)) {
      this.#composite ??= new Map<string, [K, V]>();
      this.#composite.set(encodeKey(key), [key, value]);
    } else {
      this.plain.set(key, value);
    }
  }

  delete(key: K): void {
    if (isComposite(key)) this.#composite?.delete(encodeKey(key));
    else this.plain.delete(key);
  }

  get size(): number {
    return this.plain.size + (this.#composite?.size ?? 0);
  }

  *values(): IterableIterator<V> {
    yield* this.plain.values();
    if (this.#composite) for (const [, value] of this.#composite.values()) yield value;
  }

  *entries(): IterableIterator<[K, V]> {
    yield* this.plain.entries();
    if (this.#composite) yield* this.#composite.values();
  }
}
