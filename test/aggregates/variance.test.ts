import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { variance } from '../../src/aggregates/variance.js';
import { assertAggregateLaws } from '../../src/testing/aggregateLaws.js';
import { close, mergedResult, refusal, resultOf, resultWithout } from './support.js';

const population = variance((x: number) => x);
const sample = variance((x: number) => x, { sample: true });

/** In two passes, as in the textbook. */
function textbook(values: readonly number[], fewer: number): number {
  const mean = values.reduce((a, x) => a + x, 0) / values.length;
  return values.reduce((a, x) => a + (x - mean) ** 2, 0) / (values.length - fewer);
}

describe('variance', () => {
  it('is that of the population, or of a sample', () => {
    expect(resultOf(population, [2, 4, 4, 4, 5, 5, 7, 9])).toBeCloseTo(4, 12);
    expect(resultOf(sample, [2, 4, 4, 4, 5, 5, 7, 9])).toBeCloseTo(32 / 7, 12);
    expect(resultOf(population, [5])).toBe(0);
    expect(resultOf(sample, [5])).toBeNaN();
    expect(resultOf(population, [])).toBeNaN();
    expect(resultOf(sample, [])).toBeNaN();
    expect([population.name, sample.name]).toEqual(['variance', 'variance(sample)']);
  });

  it('does not cancel where the mean is large', () => {
    expect(resultOf(population, [1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16])).toBe(22.5);
  });

  it('is what the textbook says, in any order of merging', () => {
    const values = fc.array(fc.double({ min: -1000, max: 1000, noNaN: true }), { minLength: 2, maxLength: 30 });
    fc.assert(
      fc.property(values, fc.array(fc.nat(), { minLength: 1 }), (values, choices) => {
        for (const [aggregate, fewer] of [
          [population, 0],
          [sample, 1],
        ] as const) {
          expect(close(resultOf(aggregate, values), textbook(values, fewer))).toBe(true);
          expect(close(mergedResult(aggregate, values, choices), textbook(values, fewer))).toBe(true);
        }
      }),
    );
  });

  it('takes elements back', () => {
    const integers = fc.array(fc.integer({ min: -1000, max: 1000 }), { maxLength: 20 });
    fc.assert(
      fc.property(integers, integers, (kept, gone) => {
        const all = [...gone, ...kept];
        expect(close(resultWithout(population, all, gone), resultOf(population, kept))).toBe(true);
      }),
    );
  });

  it('is never negative, and exactly 0 for one element that is left', () => {
    expect(resultWithout(population, [0.1, 1e8, 0.1], [1e8])).toBeGreaterThanOrEqual(0);
    expect(resultWithout(population, [0.1, 0.7], [0.7])).toBe(0);
    fc.assert(
      fc.property(fc.double({ noNaN: true, min: -1e12, max: 1e12 }), fc.double({ noNaN: true, min: -1, max: 1 }), (far, near) => {
        expect(resultWithout(population, [near, far, near], [far])).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it('is NaN among infinite values', () => {
    expect(resultOf(population, [1, Infinity])).toBeNaN();
    expect(resultWithout(population, [1, 2, Infinity], [Infinity])).toBeNaN();
  });

  it('keeps the laws', () => {
    const samples = [0, 1, -1, 0.1, 7, 1 / 3, 100];
    assertAggregateLaws(population, { samples, equals: close });
    assertAggregateLaws(sample, { samples, equals: close });
  });

  it('refuses what is no number, no function or no boolean', () => {
    expect(refusal(() => resultOf(population, [NaN]))).toMatch(/^BAD_VALUE: variance: .* came as NaN for the element NaN\./);
    expect(refusal(() => resultWithout(population, [1], [NaN]))).toMatch(/^BAD_VALUE: variance: /);
    expect(refusal(() => variance(null as never))).toMatch(/^BAD_OPTION: variance: .* but came as null\.$/);
    expect(refusal(() => variance((x: number) => x, { sample: 1 as never }))).toBe(
      'BAD_OPTION: variance: sample must be true or false, but came as 1.',
    );
  });
});
