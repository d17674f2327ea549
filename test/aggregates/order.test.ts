import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { precedes } from '../../src/aggregates/order.js';

describe('precedes', () => {
  it('puts numbers, bigints and strings in order', () => {
    const sorted = (values: readonly unknown[]) => values.toSorted((a, b) => (precedes(a, b) ? -1 : precedes(b, a) ? 1 : 0));
    expect(sorted([NaN, 2, 0, Infinity, -0, -1])).toEqual([-1, -0, 0, 2, Infinity, NaN]);
    expect(sorted([3n, -2n, 10n])).toEqual([-2n, 3n, 10n]);
    expect(sorted(['b', 'ab', 'a', ''])).toEqual(['', 'a', 'ab', 'b']);
  });

  it('is a strict order: never both ways, and one way if the values differ', () => {
    const number = fc.oneof(fc.double(), fc.constantFrom(0, -0, NaN));
    fc.assert(fc.property(number, number, (a, b) => void expect(precedes(a, b) !== precedes(b, a)).toBe(!Object.is(a, b))));
  });

  it('says nothing of values of other kinds, or of two kinds', () => {
    for (const [a, b] of [
      [1, '2'],
      [1, 2n],
      [false, true],
      [{ a: 1 }, { a: 2 }],
      [undefined, 1],
    ] as const) {
      expect([precedes(a, b), precedes(b, a)]).toEqual([false, false]);
    }
  });
});
