import { describe, expect, it } from 'vitest';
import { sum } from '../../src/aggregates/sum.js';
import { variance } from '../../src/aggregates/variance.js';
import { Slice } from '../../src/engine/slice.js';
import { sliding } from '../../src/windows/sliding.js';
import { type Item, specOf } from '../properties/machineRun.js';

describe('a slice', () => {
  //   0    4    8    12
  //   [-------------)      sliding(12, 4): three windows
  //        [----)          hold the slice [4,8): the first ends at 8, the last at 16
  it('gives each key a slot in the order in which they come', () => {
    const slice = new Slice<Item, string, number>(
      specOf(
        sliding(12, 4),
        sum(item => item.value),
      ),
      4,
      8,
      8,
      16,
      1,
    );
    const slots = ['b', 'a', 'c'].map((key, i) => slice.add(key, 10 + i));
    expect(slots).toEqual([0, 1, 2]);
    expect([slice.keys, [...slice.seqs.subarray(0, 3)]]).toEqual([
      ['b', 'a', 'c'],
      [10, 11, 12],
    ]);
    expect([slice.index.get('a'), slice.index.get('d')]).toEqual([1, undefined]);
    slice.lane.add(1, { key: 'a', value: 5, at: 4 }, 4);
    expect(slots.map(slot => slice.lane.result(slot))).toEqual([0, 5, 0]);
  });

  it('has room for more keys than were expected, whatever the length of a row', () => {
    const slice = new Slice<Item, string, number>(
      specOf(
        sliding(12, 4),
        variance(item => item.value),
      ),
      4,
      8,
      8,
      16,
      1,
    );
    for (let i = 0; i < 20; i++) {
      const slot = slice.add(`k${i}`, i);
      for (const value of [0, 2 * i]) slice.lane.add(slot, { key: `k${i}`, value, at: 4 }, 4);
    }
    expect(slice.keys.map((_key, slot) => slice.lane.result(slot))).toEqual(slice.keys.map((_key, i) => i * i));
  });
});
