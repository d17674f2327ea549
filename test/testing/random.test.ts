import { describe, expect, it } from 'vitest';
import { below, mulberry32, shuffle } from '../../src/testing/random.js';

describe('mulberry32', () => {
  it('gives the numbers of its published form, so that a seed means the same everywhere', () => {
    const random = mulberry32(1);
    expect([random(), random(), random()]).toEqual([0.6270739405881613, 0.002735721180215478, 0.5274470399599522]);
  });

  it('stays in [0, 1) and differs by seed', () => {
    const random = mulberry32(42);
    const numbers = Array.from({ length: 1000 }, random);
    expect(numbers.every(x => x >= 0 && x < 1)).toBe(true);
    expect(new Set(numbers).size).toBeGreaterThan(990);
    expect(mulberry32(43)()).not.toBe(numbers[0]);
  });
});

describe('below and shuffle', () => {
  it('reach every number below the bound and every order', () => {
    const random = mulberry32(7);
    expect(new Set(Array.from({ length: 100 }, () => below(random, 4)))).toEqual(new Set([0, 1, 2, 3]));
    const items = [1, 2, 3];
    expect(new Set(Array.from({ length: 200 }, () => shuffle(items, random).join(''))).size).toBe(6);
    expect(items).toEqual([1, 2, 3]);
  });
});
