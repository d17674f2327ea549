import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alike, deltaOf } from '../../src/compare/alike.js';

describe('alike', () => {
  it.each([
    [1, 1, true],
    [1, 2, false],
    [0, -0, true],
    [NaN, NaN, true],
    [0.1 + 0.2, 0.3, true],
    [0.3, 0.31, false],
    // Whole numbers are exact, however large.
    [2 ** 53 - 1, 2 ** 53 - 2, false],
    [Infinity, 1.5, false],
    ['a', 'a', true],
    [1, '1', false],
    [undefined, null, false],
    [{ a: 0.1 + 0.2, b: [1, 'x'] }, { b: [1, 'x'], a: 0.3 }, true],
    [{ a: 1 }, { a: 1, b: undefined }, false],
    [[1, 2], [1], false],
    [[1], { 0: 1 }, false],
    [Object.assign(Object.create(null), { a: 1 }), { a: 1 }, true],
    [new Date(5), new Date(5), true],
    [new Map([['a', 1]]), new Map([['a', 1]]), true],
    [new Map([['a', 1]]), new Map([['a', 2]]), false],
  ])('%o and %o: %s', (a, b, same) => {
    expect(alike(a, b, 1e-12)).toBe(same);
    expect(alike(b, a, 1e-12)).toBe(same);
  });

  it('ends where values hold themselves', () => {
    const ring = (value: number) => {
      const made: Record<string, unknown> = { value };
      made.self = [made];
      return made;
    };
    expect(alike(ring(1), ring(1), 0)).toBe(true);
    expect(alike(ring(1), ring(2), 0)).toBe(false);
  });

  it('holds for every value and its copy', () => {
    fc.assert(fc.property(fc.anything({ withDate: true, withMap: true }), value => alike(value, structuredClone(value), 0)));
  });
});

describe('deltaOf', () => {
  it.each([
    [1, 3, 2],
    [3, 3, undefined],
    [NaN, 1, undefined],
    ['a', 'b', undefined],
    [1, '2', undefined],
    [{ a: 1, b: 2, c: 'x' }, { a: 4, b: 2, c: 'y' }, { a: 3 }],
    [{ a: { b: 1 } }, { a: { b: 0 } }, { a: { b: -1 } }],
    [{ a: 1 }, { b: 1 }, undefined],
    [[1], [2], undefined],
  ])('from %o to %o: %o', (a, b, delta) => {
    expect(deltaOf(a, b)).toEqual(delta);
  });
});
