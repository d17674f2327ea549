import { describe, expect, it } from 'vitest';
import { max } from '../../src/aggregates/max.js';
import { assertAggregateLaws } from '../../src/testing/aggregateLaws.js';
import { refusal, resultOf } from './support.js';

const plain = max((x: number) => x);

describe('max', () => {
  it('finds the number, and NaN in nothing', () => {
    expect(resultOf(plain, [])).toBeNaN();
    expect(resultOf(plain, [3, -2, 7])).toBe(7);
    expect(resultOf(plain, [-Infinity, 1])).toBe(1);
    expect(resultOf(plain, [Infinity, -Infinity, 0])).toBe(Infinity);
  });

  it('counts -0 as 0, so that no order shows', () => {
    expect(resultOf(plain, [0, -0])).toBe(0);
    expect(resultOf(plain, [-0, 0])).toBe(0);
    expect(resultOf(plain, [-0])).toBe(0);
  });

  it('cannot take retractions', () => {
    expect('remove' in plain).toBe(false);
    expect('remove' in (plain.rows ?? {})).toBe(false);
  });

  it('keeps the laws', () => assertAggregateLaws(plain, { samples: [0, -0, 0.5, -3, 8, Infinity, -Infinity] }));

  it('refuses what is no number or no function', () => {
    expect(refusal(() => resultOf(plain, [1, NaN]))).toMatch(/^BAD_VALUE: max: .* came as NaN for the element NaN\./);
    expect(refusal(() => resultOf(plain, [null as never]))).toMatch(/^BAD_VALUE: max: .* came as null for the element null\./);
    expect(refusal(() => max(1 as never))).toMatch(/^BAD_OPTION: max: .* max\(flight => flight.delay\), but came as 1\.$/);
  });
});
