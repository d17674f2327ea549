import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Binning, type Bins, collapse, countDown, countUp, joined, keyAt } from '../../src/aggregates/ddSketch.js';

const numbers = fc.oneof(
  fc.double({ noNaN: true }),
  fc.integer({ min: -1000, max: 1000 }),
  fc.constantFrom(0, -0, Infinity, -Infinity, Number.MAX_VALUE, -Number.MAX_VALUE, 2 ** -1022, -(2 ** -1022), 2 ** -1023, 1, -1),
);
const accuracies = fc.constantFrom(1e-6, 0.001, 0.01, 0.1, 0.5, 0.99);
const keys = fc.array(fc.integer({ min: -8, max: 8 }), { maxLength: 40, size: 'max' });

function binsOf(all: readonly number[], most = Infinity): Bins {
  const bins: Bins = { keys: [], counts: [] };
  for (const key of all) {
    countUp(bins, key);
    collapse(bins, most);
  }
  return bins;
}

/** All at once: what lies below the `most` highest keys counts in the lowest of these. */
function model(all: readonly number[], most = Infinity): Bins {
  const ascending = [...new Set(all)].sort((a, b) => a - b);
  const kept = ascending.slice(Math.max(0, ascending.length - most));
  const lowest = kept[0] ?? 0;
  return { keys: kept, counts: kept.map(key => all.filter(other => Math.max(other, lowest) === key).length) };
}

describe('a binning', () => {
  it('gives back each value to its accuracy', () => {
    fc.assert(
      fc.property(numbers, accuracies, (x, accuracy) => {
        const binning = new Binning(accuracy);
        const value = binning.valueOf(binning.keyOf(x));
        if (Math.abs(x) < 2 ** -1022) expect(value).toBe(0);
        else if (Math.abs(x) === Infinity) expect(value).toBe(x);
        else expect(Math.abs(value - x)).toBeLessThanOrEqual(Math.abs(x) * accuracy * (1 + 1e-6));
      }),
      { numRuns: 5_000 },
    );
  });

  it('has whole keys below 2^30, in the order of values', () => {
    fc.assert(
      fc.property(numbers, numbers, accuracies, (x, y, accuracy) => {
        const binning = new Binning(accuracy);
        const [a, b] = [binning.keyOf(Math.min(x, y)), binning.keyOf(Math.max(x, y))];
        expect(a).toBeLessThanOrEqual(b);
        for (const key of [a, b]) expect(Number.isInteger(key) && Math.abs(key) < 2 ** 30).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it('holds what is as far apart as it says in one bin, and no more', () => {
    const binning = new Binning(0.01);
    const gamma = 1.01 / 0.99;
    expect(binning.keyOf(1)).toBe(2 ** 29);
    expect(binning.keyOf(gamma * 0.9999)).toBe(2 ** 29 + 1);
    expect(binning.keyOf(gamma * 1.0001)).toBe(2 ** 29 + 2);
    expect(binning.keyOf(-1)).toBe(-(2 ** 29));
    expect(binning.valueOf(2 ** 29 + 1)).toBeCloseTo((2 * gamma) / (gamma + 1), 12);
  });
});

describe('bins', () => {
  it('count, join and collapse as all at once do, in any order', () => {
    fc.assert(
      fc.property(keys, keys, fc.constantFrom(1, 2, 3, 5, Infinity), (a, b, most) => {
        const expected = model([...a, ...b], most);
        expect(binsOf([...a, ...b], most)).toEqual(expected);
        expect(binsOf([...b, ...a].reverse(), most)).toEqual(expected);
        const [left, right] = [binsOf(a, most), binsOf(b, most)];
        const bins = joined(left, right);
        collapse(bins, most);
        expect(bins).toEqual(expected);
        expect([left, right]).toEqual([model(a, most), model(b, most)]);
      }),
      { numRuns: 1_000 },
    );
  });

  it('forget what is taken back, and say what is not there', () => {
    fc.assert(
      fc.property(keys, keys, (kept, gone) => {
        const bins = binsOf([...kept, ...gone]);
        for (const key of gone) expect(countDown(bins, key)).toBe(true);
        expect(bins).toEqual(model(kept));
        expect(countDown(bins, 99)).toBe(false);
        expect(bins).toEqual(model(kept));
      }),
    );
  });

  it('know which lies at a place', () => {
    fc.assert(
      fc.property(keys, fc.integer({ min: 0, max: 50 }), (all, place) => {
        expect(keyAt(binsOf(all), place)).toBe(all.toSorted((a, b) => a - b)[place]);
      }),
    );
  });
});
