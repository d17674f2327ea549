import { describe, expect, it } from 'vitest';
import type { StoredSlice, StoredSlices } from '../../src/engine/storedSlices.js';
import { keyBytes } from '../../src/state/keyBytes.js';
import type { Item } from '../properties/machineRun.js';
import { item, slicesIn, tables } from './tables.js';

let seq = 0;
function add(slices: StoredSlices<Item, string, number>, slice: StoredSlice, ...keys: string[]): void {
  for (const key of keys) {
    slices.settle();
    slices.lane.add(slices.change(slice, key, () => seq++).slot, item, 0);
  }
}

/** Keys and their counts, in the order in which they come. */
function contentOf(slices: StoredSlices<Item, string, number>, ...of: StoredSlice[]): [string, number][] {
  const content: [string, number][] = [];
  // At hand until the next.
  for (const { key, entries } of slices.content(of))
    content.push([key, entries.reduce((sum, { slot }) => sum + slices.lane.result(slot), 0)]);
  return content;
}

describe('StoredSlices', () => {
  it('keeps the keys of a slice in the order in which they came', async () => {
    const slices = slicesIn(await tables());
    const slice = slices.open(0, 10, 10, 10);
    add(slices, slice, 'b', 'c', 'a', 'b', 'c', 'b');
    expect(slice.count).toBe(3);
    expect(contentOf(slices, slice)).toEqual([
      ['b', 3],
      ['c', 2],
      ['a', 1],
    ]);
  });

  it('says each key of several slices once, where it came first', async () => {
    const slices = slicesIn(await tables());
    const [first, second] = [slices.open(0, 10, 10, 10), slices.open(10, 20, 20, 20)];
    add(slices, second, 'b', 'a');
    add(slices, first, 'c', 'b');
    add(slices, second, 'c', 'd');
    const keys = [...slices.content([first, second])].map(({ key, entries }) => [key, entries.map(({ number }) => number < 2 ** 28)]);
    expect(keys).toEqual([
      ['b', [true, false]],
      ['a', [false]],
      ['c', [true, false]],
      ['d', [false]],
    ]);
  });

  it('lets go of a slice with all that it has, and of keys that no slice has', async () => {
    const backend = await tables();
    const slices = slicesIn(backend);
    const [first, second] = [slices.open(0, 10, 10, 10), slices.open(10, 20, 20, 20)];
    add(slices, first, 'a', 'b');
    add(slices, second, 'b');
    slices.drop(first);
    expect(slices.record(keyBytes('a'))).toBeUndefined();
    expect(contentOf(slices, second)).toEqual([['b', 1]]);
    slices.drop(second);
    slices.settle();
    expect([backend.table('w/keys').size, backend.table('w/labels').size]).toEqual([0, 0]);
  });

  it('gives parts as slices in memory do, and takes such', async () => {
    const slices = slicesIn(await tables());
    const slice = slices.open(0, 10, 10, 10);
    const keys = Array.from({ length: 20 }, (_, i) => `k${i}`);
    seq = 0;
    add(slices, slice, ...keys, 'k0');
    const parts = [...slices.cut(1, 0)];
    expect(parts.map(({ data }) => (data as { keys: string[] }).keys.length)).toEqual([16, 4]);
    expect(parts[1]?.data).toEqual({ slice: 0, keys: keys.slice(16), seqs: [16, 17, 18, 19], values: [1, 1, 1, 1], stamps: [] });
    const other = slicesIn(await tables());
    const loaded = other.open(0, 10, 10, 10);
    for (const { data } of parts) other.load(loaded, data as never);
    expect(contentOf(other, loaded)).toEqual(contentOf(slices, slice));
  });
});
