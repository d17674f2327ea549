import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mean } from '../../src/aggregates/mean.js';
import { assertAggregateLaws } from '../../src/testing/aggregateLaws.js';
import { close, refusal, resultOf, resultWithout } from './support.js';

const plain = mean((x: number) => x);

describe('mean', () => {
  it('is the sum divided by the count, and NaN for nothing', () => {
    expect(resultOf(plain, [])).toBeNaN();
    expect(resultOf(plain, [1, 2, 6])).toBe(3);
    expect(resultOf(plain, [1, Infinity])).toBe(Infinity);
    expect(resultWithout(plain, [1, 2, 6], [2])).toBe(3.5);
  });

  it('is the same for any order of integers', () => {
    const orders = fc
      .array(fc.integer(), { minLength: 1 })
      .chain(values => fc.tuple(fc.constant(values), fc.shuffledSubarray(values, { minLength: values.length })));
    fc.assert(fc.property(orders, ([values, other]) => void expect(resultOf(plain, other)).toBe(resultOf(plain, values))));
  });

  it('keeps no rounding error once everything is taken back', () => {
    const acc = plain.create();
    for (const x of [0.1, 0.2, 0.3]) plain.add(acc, x, 0);
    for (const x of [0.1, 0.2, 0.3]) plain.remove?.(acc, x, 0);
    expect(plain.result(acc)).toBeNaN();
    expect(plain.result(plain.add(acc, 0.7, 0))).toBe(0.7);
  });

  it('keeps the laws', () => {
    assertAggregateLaws(plain, { samples: [0, 1, -1, 7, 2 ** 40] });
    assertAggregateLaws(plain, { samples: [0.1, 0.2, 0.7, -1e3, 1 / 3], equals: close });
  });

  it('refuses what is no number or no function', () => {
    expect(refusal(() => resultOf(plain, [NaN]))).toMatch(/^BAD_VALUE: mean: .* came as NaN for the element NaN\./);
    expect(refusal(() => resultWithout(plain, [1], ['1' as never]))).toMatch(/^BAD_VALUE: mean: .* came as "1" for the element "1"\./);
    expect(refusal(() => mean({} as never))).toMatch(/^BAD_OPTION: mean: .* mean\(flight => flight.delay\), but came as \{\}\.$/);
  });
});
