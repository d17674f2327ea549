import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { histogram } from '../../src/aggregates/histogram.js';
import { assertAggregateLaws } from '../../src/testing/aggregateLaws.js';
import { refusal, resultOf, resultWithout } from './support.js';

const same = (x: number): number => x;
const boundaries = fc.uniqueArray(fc.integer({ min: -20, max: 20 }), { minLength: 1 }).map(all => all.sort((a, b) => a - b));
const numbers = fc.array(fc.oneof(fc.integer({ min: -25, max: 25 }), fc.constantFrom(-Infinity, Infinity, -0, 0.5)));

/** Each bucket by itself. */
function naive(values: readonly number[], bounds: readonly number[]) {
  const edges = [-Infinity, ...bounds, Infinity];
  return edges.slice(1).map((to, i) => {
    const from = edges[i] as number;
    return { from, to, count: values.filter(x => (x >= from && x < to) || (x === to && to === Infinity)).length };
  });
}

describe('histogram', () => {
  it('counts between boundaries, below and above', () => {
    expect(resultOf(histogram(same, [0, 10]), [-1, 0, 9.99, 10, 10, 1e9])).toEqual([
      { from: -Infinity, to: 0, count: 1 },
      { from: 0, to: 10, count: 2 },
      { from: 10, to: Infinity, count: 3 },
    ]);
    expect(resultOf(histogram(same, [5]), []).map(({ count }) => count)).toEqual([0, 0]);
  });

  it('is what a filter for each bucket counts, also after taking back', () => {
    fc.assert(
      fc.property(boundaries, numbers, numbers, (bounds, kept, gone) => {
        expect(resultOf(histogram(same, bounds), kept)).toEqual(naive(kept, bounds));
        expect(resultWithout(histogram(same, bounds), [...gone, ...kept], gone)).toEqual(naive(kept, bounds));
      }),
    );
  });

  it('does not mind what becomes of the list of boundaries', () => {
    const bounds = [0, 10];
    const aggregate = histogram(same, bounds);
    bounds.length = 0;
    expect(resultOf(aggregate, [5]).map(({ count }) => count)).toEqual([0, 1, 0]);
  });

  it('keeps the laws', () => {
    assertAggregateLaws(histogram(same, [-1, 0, 1.5]), { samples: [-2, -1, -0.5, -0, 0, 1.5, 2, Infinity, -Infinity] });
  });

  it('refuses bad arguments and values', () => {
    expect(refusal(() => histogram('x' as never, [1]))).toMatch(/^BAD_OPTION: histogram: .* but came as "x"\.$/);
    for (const bad of [[], [1, 1], [2, 1], [NaN], [0, Infinity], ['1'], undefined, new Float64Array([1])]) {
      expect(refusal(() => histogram(same, bad as never))).toMatch(
        /^BAD_OPTION: histogram: boundaries must be a list of finite numbers, each/,
      );
    }
    expect(refusal(() => resultOf(histogram(same, [0]), [NaN]))).toMatch(/^BAD_VALUE: histogram: .* came as NaN for the element NaN\./);
    expect(refusal(() => resultWithout(histogram(same, [0]), [1], ['1' as never]))).toMatch(/^BAD_VALUE: histogram: /);
  });
});
