import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashOf, SlotIndex } from '../../src/state/slotIndex.js';

/** An index with its owner's keys, filled in the order given, each key once. */
function filled<K>(keys: Iterable<K>, expected: number): { readonly index: SlotIndex<K>; readonly owned: K[] } {
  const owned: K[] = [];
  const index = new SlotIndex<K>(owned, expected);
  for (const key of keys) {
    if (index.get(key) !== undefined) continue;
    owned.push(key);
    index.set(key, owned.length - 1);
  }
  return { index, owned };
}

const MANY = 40_000;

describe('an index of slots', () => {
  it.each<[string, (i: number) => unknown]>([
    ['texts', i => `key-${i}`],
    ['long texts', i => `${'x'.repeat(30)}${i}${'y'.repeat(20)}${i % 7}`],
    ['integers', i => i * 7],
    ['large integers', i => 2 ** 40 + i * 2 ** 13],
    ['fractions', i => i / 1024],
    ['all kinds', i => [`${i}`, i, i / 3, `a${i}`, `b${i}`, -i, [i], { i }, BigInt(i), [true, undefined, Number.NaN, null][i % 4]][i % 10]],
  ])('finds %s, grown from few or made for many', (_name, keyOf) => {
    const keys = Array.from({ length: 2 * MANY }, (_, i) => keyOf(i));
    for (const expected of [8, 2 * MANY]) {
      const { index, owned } = filled(keys, expected);
      expect(index.table).toBeDefined();
      owned.forEach((key, slot) => {
        if (index.get(key) !== slot) throw new Error(`${String(key)} is at ${index.get(key)}, not ${slot}`);
      });
      for (const absent of ['none', -1.5, [-1], Symbol.iterator.toString()]) expect(index.get(absent)).toBeUndefined();
    }
  });

  it('finds what is there at every moment of its growth', () => {
    const keys: number[] = [];
    const index = new SlotIndex<number>(keys, 33_000);
    for (let i = 0; i < 3 * MANY; i++) {
      keys.push(i * 3);
      index.set(i * 3, i);
      for (const back of [0, i >> 1, i - 1, i]) if (back >= 0 && index.get(back * 3) !== back) throw new Error(`${back} at ${i}`);
      if (index.get(i * 3 + 1) !== undefined) throw new Error(`found what is not there at ${i}`);
    }
  });

  it('takes keys by value, as a map does', () => {
    const { index } = filled<unknown>([0, 'a', [1, 2], Number.NaN], 100_000);
    expect([-0, 'a', [1, 2], Number.NaN, '0', [2, 1]].map(key => index.get(key))).toEqual([0, 1, 2, 3, undefined, undefined]);
  });

  it('gives way to a map when keys crowd in one place', () => {
    // Of long texts the two ends are hashed: these differ in the middle alone.
    const keys = Array.from({ length: 300 }, (_, i) => `${'a'.repeat(40)}${String(i).padStart(4, '0')}${'b'.repeat(40)}`);
    expect(new Set(keys.map(hashOf)).size).toBe(1);
    const { index, owned } = filled(keys, 100_000);
    expect(index.table).toBeUndefined();
    expect(owned.map(key => index.get(key))).toEqual(owned.map((_key, slot) => slot));
  });

  it('hashes equal keys equally', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.double(), fc.integer(), fc.maxSafeInteger()), key => {
        expect(hashOf(typeof key === 'string' ? [...key].join('') : key + 0)).toBe(hashOf(key));
        expect(hashOf(key) | 0).toBe(hashOf(key));
      }),
    );
    expect(hashOf(-0)).toBe(hashOf(0));
  });

  it('spreads what people use as keys', () => {
    const places = (keyOf: (i: number) => unknown): number => new Set(Array.from({ length: 4096 }, (_, i) => hashOf(keyOf(i)) & 8191)).size;
    // By chance 4096 keys fall into 3223 of 8192 places.
    for (const keyOf of [
      (i: number) => i,
      (i: number) => `user:${i}`,
      (i: number) => 1.7e12 + i * 1000,
      (i: number) => i / 16,
      (i: number) => 2 ** 45 + i,
    ])
      expect(places(keyOf)).toBeGreaterThan(2500);
  });
});
