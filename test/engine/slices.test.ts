import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { count } from '../../src/aggregates/count.js';
import { Slice } from '../../src/engine/slice.js';
import { Slices } from '../../src/engine/slices.js';
import { tumbling } from '../../src/windows/tumbling.js';
import { type Item, specOf } from '../properties/machineRun.js';

function sliceOf(start: number, end: number): Slice<Item, string, number> {
  return new Slice(specOf(tumbling(1), count()), start, end, end, end, 1);
}

describe('slices', () => {
  //  0    2    4         8    10
  //  [----)    [---------)----)      three slices, with a hole
  it('finds the slices of a window', () => {
    const slices = new Slices<Slice<Item, string, number>>();
    slices.all.push(sliceOf(0, 2), sliceOf(4, 8), sliceOf(8, 10));
    const starts = (start: number, end: number): number[] => slices.of({ start, end }).map(slice => slice.start);
    expect(starts(0, 10)).toEqual([0, 4, 8]);
    expect(starts(2, 8)).toEqual([4]);
    expect(starts(8, 20)).toEqual([8]);
    expect(starts(2, 4)).toEqual([]);
    expect(starts(-5, 0)).toEqual([]);
  });

  it('finds places near the newest and far behind it', () => {
    const ends = fc.uniqueArray(fc.integer({ min: 1, max: 200 }), { maxLength: 60 }).map(some => some.sort((a, b) => a - b));
    fc.assert(
      fc.property(ends, fc.integer({ min: -5, max: 210 }), (all, wanted) => {
        const slices = new Slices<Slice<Item, string, number>>();
        slices.all.push(...all.map((end, i) => sliceOf(all[i - 1] ?? 0, end)));
        const place = all.findIndex(end => end >= wanted);
        expect(slices.placeOf(wanted)).toBe(place < 0 ? all.length : place);
      }),
    );
  });
});
