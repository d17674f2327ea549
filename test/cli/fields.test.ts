import { describe, expect, it } from 'vitest';
import { fieldOf, pathsOf, timeOf } from '../../src/cli/fields.js';

describe('fieldOf', () => {
  it('follows a path, and prefers a name that has the dots in it', () => {
    const record = { a: { b: [5, { c: 6 }], 'b.d': 7 }, 'a.b.0': 8, n: null };
    expect(['a.b.1.c', 'a.b.d', 'a.b.0', 'n', 'n.x', 'a.x', 'toString', 'a.b.length.x'].map(path => fieldOf(record, path))).toEqual([
      6,
      7,
      8,
      null,
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    expect([fieldOf(5, 'a'), fieldOf(null, 'a')]).toEqual([undefined, undefined]);
  });
});

it('pathsOf names the fields, three levels deep', () => {
  expect(pathsOf({ a: 1, b: { c: { d: { e: 1 } }, f: [1] }, g: {} })).toEqual(['a', 'b.c.d', 'b.f', 'g']);
  expect(pathsOf([1])).toEqual([]);
});

describe('timeOf', () => {
  it.each<[unknown, 'ms' | 's' | 'us' | 'ns' | 'iso' | undefined, number | undefined]>([
    [1_710_000_000_000, undefined, 1_710_000_000_000],
    ['1710000000000', undefined, 1_710_000_000_000],
    [-5.5, undefined, -6],
    ['1.5e3', 'ms', 1_500],
    [1_710_000_000.001, 's', 1_710_000_000_001],
    [1_710_000_000_000_999, 'us', 1_710_000_000_000],
    ['-1', 'us', -1],
    ['1710000000000500000', 'ns', 1_710_000_000_000],
    ['1710000000', 's', 1_710_000_000_000],
    ['2024-03-09T16:00:00Z', undefined, 1_710_000_000_000],
    ['2024-03-09T17:00:00+01:00', 'iso', 1_710_000_000_000],
    ['2024-03-09T17:00:00.000 +0100', 'iso', 1_710_000_000_000],
    ['2024-03-09 17:00:00+01', 'iso', 1_710_000_000_000],
    ['2024-03-09 16:00', undefined, 1_710_000_000_000],
    ['2024-03-09', undefined, 1_709_942_400_000],
    ['2024-03', undefined, 1_709_251_200_000],
    ['2024-03-09T16:00:00Z', 'ms', undefined],
    ['2024-13-09', undefined, undefined],
    ['soon', undefined, undefined],
    ['', undefined, undefined],
    ['', 's', undefined],
    [5, 'iso', undefined],
    [Number.NaN, undefined, undefined],
    [1e300, undefined, undefined],
    [true, undefined, undefined],
    [null, 'ms', undefined],
    [{}, 's', undefined],
  ])('of %o in %s is %s', (value, unit, time) => {
    expect(timeOf(value, unit)).toBe(time);
  });
});
