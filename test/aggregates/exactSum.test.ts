import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exactSum } from '../../src/aggregates/exactSum.js';
import { assertAggregateLaws } from '../../src/testing/aggregateLaws.js';
import { extreme, finite, fold, mergedResult, nearest, refusal, resultOf, resultWithout, units } from './support.js';

const plain = exactSum((x: number) => x);
const exact = (values: readonly number[]) => nearest(values.reduce((total, x) => total + units(x), 0n)) + 0;
const { MAX_VALUE, MIN_VALUE } = Number;

describe('the reference that exactSum is checked against', () => {
  it('reads every finite number back', () => {
    fc.assert(fc.property(finite, x => void expect(nearest(units(x))).toBe(x + 0)));
    fc.assert(fc.property(extreme, x => void expect(nearest(units(x))).toBe(x)));
  });

  it('rounds halves to even and what exceeds the range to infinity', () => {
    expect(nearest(units(2 ** 53) + units(1))).toBe(2 ** 53);
    expect(nearest(units(2 ** 53 + 2) + units(1))).toBe(2 ** 53 + 4);
    expect(nearest(units(MAX_VALUE) + units(2 ** 970))).toBe(Infinity);
    expect(nearest(units(MAX_VALUE) + units(2 ** 970) - 1n)).toBe(MAX_VALUE);
  });
});

describe('exactSum', () => {
  it('rounds once, at the end', () => {
    expect(resultOf(plain, [])).toBe(0);
    expect(
      resultOf(
        plain,
        Array.from({ length: 10 }, () => 0.1),
      ),
    ).toBe(1);
    expect(resultOf(plain, [0.1, 0.2, 0.3])).toBe(0.6);
    expect(resultOf(plain, [1, 1e100, 1, -1e100])).toBe(2);
    expect(resultOf(plain, [1e16, 1, 1e-16])).toBe(10000000000000002);
    expect(resultOf(plain, [-0])).toBe(0);
  });

  it('is the exact sum, correctly rounded', () => {
    fc.assert(fc.property(fc.array(finite, { maxLength: 30 }), values => void expect(resultOf(plain, values)).toBe(exact(values))));
  });

  it('is so where sums exceed the range on the way', () => {
    fc.assert(
      fc.property(fc.array(extreme, { maxLength: 8 }), values => void expect(resultOf(plain, values)).toBe(exact(values))),
      { numRuns: 3000 },
    );
    fc.assert(
      fc.property(
        fc.array(fc.oneof(extreme, finite), { maxLength: 12 }),
        values => void expect(resultOf(plain, values)).toBe(exact(values)),
      ),
      { numRuns: 2000 },
    );
  });

  it('comes back from an overflow, and stays out where the sum does', () => {
    expect(resultOf(plain, [MAX_VALUE, MAX_VALUE, -MAX_VALUE])).toBe(MAX_VALUE);
    expect(resultOf(plain, [MAX_VALUE, MAX_VALUE, -MAX_VALUE, -MAX_VALUE, 3])).toBe(3);
    expect(resultOf(plain, [MAX_VALUE, MAX_VALUE, MAX_VALUE])).toBe(Infinity);
    expect(resultOf(plain, [-MAX_VALUE, -MAX_VALUE])).toBe(-Infinity);
    expect(resultOf(plain, [MAX_VALUE, 2 ** 970])).toBe(Infinity);
    expect(resultOf(plain, [MAX_VALUE, 2 ** 970, -MIN_VALUE])).toBe(MAX_VALUE);
    expect(resultOf(plain, [-MAX_VALUE, -(2 ** 970), MIN_VALUE])).toBe(-MAX_VALUE);
    expect(resultOf(plain, [MAX_VALUE, 2 ** 970, MIN_VALUE])).toBe(Infinity);
  });

  it('is the same to the last bit for any order and any merging', () => {
    const cases = fc.array(fc.oneof(finite, extreme), { minLength: 1, maxLength: 12 }).chain(values =>
      fc.record({
        values: fc.constant(values),
        other: fc.shuffledSubarray(values, { minLength: values.length }),
        choices: fc.array(fc.nat(), { minLength: 1 }),
      }),
    );
    fc.assert(
      fc.property(cases, ({ values, other, choices }) => {
        expect(resultOf(plain, other)).toBe(resultOf(plain, values));
        expect(mergedResult(plain, values, choices)).toBe(resultOf(plain, values));
      }),
      { numRuns: 1000 },
    );
  });

  it('forgets what is taken back to the last bit', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(finite, extreme)), fc.array(fc.oneof(finite, extreme)), (kept, gone) => {
        expect(resultWithout(plain, [...kept, ...gone], gone)).toBe(resultOf(plain, kept));
        expect(resultWithout(plain, [...gone, ...kept], gone)).toBe(resultOf(plain, kept));
      }),
    );
  });

  it('counts infinite values, so that they can be taken back too', () => {
    expect(resultOf(plain, [1, Infinity])).toBe(Infinity);
    expect(resultOf(plain, [1, -Infinity])).toBe(-Infinity);
    expect(resultOf(plain, [Infinity, -Infinity])).toBeNaN();
    expect(resultWithout(plain, [1, Infinity, -Infinity], [Infinity])).toBe(-Infinity);
    expect(resultWithout(plain, [1, Infinity, -Infinity], [-Infinity, Infinity])).toBe(1);
  });

  it('keeps a handful of partials for values of like size, in order of size', () => {
    const values = Array.from({ length: 5000 }, (_, i) => Math.sin(i) * 10 ** ((i % 7) - 3));
    const sizes = fold(plain, values).partials.map(Math.abs);
    expect(sizes.length).toBeLessThanOrEqual(6);
    expect(sizes).toEqual(sizes.toSorted((a, b) => a - b));
  });

  it('keeps the laws', () => {
    const samples = [0.1, 0.2, -0.3, 1e100, -1e100, 1, 2 ** -53, MAX_VALUE, -MAX_VALUE, Infinity, -Infinity, MIN_VALUE, -0];
    assertAggregateLaws(plain, { samples, runs: 300 });
  });

  it('refuses what is no number and what is no function', () => {
    expect(refusal(() => resultOf(plain, [1, NaN]))).toBe(
      'BAD_VALUE: exactSum: the value of an element must be a number, but came as NaN for the element NaN. Filter such elements out before the window.',
    );
    expect(refusal(() => resultWithout(plain, [1], [undefined as never]))).toContain('BAD_VALUE: exactSum: ');
    expect(refusal(() => exactSum('price' as never))).toBe(
      'BAD_OPTION: exactSum: the argument must be a function, as in exactSum(flight => flight.delay), but came as "price".',
    );
  });
});
