import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exactSum } from '../../src/aggregates/exactSum.js';
import { sum } from '../../src/aggregates/sum.js';
import { assertAggregateLaws } from '../../src/testing/aggregateLaws.js';
import { close, mergedResult, refusal, resultOf, resultWithout } from './support.js';

const plain = sum((x: number) => x);
const exact = exactSum((x: number) => x);

/** Some values, the same in another order, and how to merge them. */
function orders(value: fc.Arbitrary<number>): fc.Arbitrary<{ values: number[]; other: number[]; choices: number[] }> {
  return fc.array(value, { minLength: 1, maxLength: 40 }).chain(values =>
    fc.record({
      values: fc.constant(values),
      other: fc.shuffledSubarray(values, { minLength: values.length }),
      choices: fc.array(fc.nat(), { minLength: 1 }),
    }),
  );
}

describe('sum', () => {
  it('adds up', () => {
    expect(resultOf(plain, [])).toBe(0);
    expect(resultOf(plain, [1, 2, 3.5])).toBe(6.5);
    expect(
      resultOf(
        sum((f: { delay: number }) => f.delay),
        [{ delay: 4 }, { delay: -1 }],
      ),
    ).toBe(3);
    expect(resultWithout(plain, [1, 2, 3], [2])).toBe(4);
    expect(resultOf(plain, [-0])).toBe(0);
  });

  it('is exact and the same for any order of integers whose sums stay within 2^53', () => {
    const integers = fc.integer({ min: -(2 ** 53) / 64, max: 2 ** 53 / 64 });
    fc.assert(
      fc.property(orders(integers), ({ values, other, choices }) => {
        expect(resultOf(plain, values)).toBe(resultOf(exact, values));
        expect(resultOf(plain, other)).toBe(resultOf(plain, values));
        expect(mergedResult(plain, values, choices)).toBe(resultOf(plain, values));
        expect(resultWithout(plain, [...other, ...values], other)).toBe(resultOf(plain, values));
      }),
    );
  });

  it('differs between orders of fractions by no more than n * epsilon * the sum of sizes', () => {
    const fractions = fc.oneof(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.double({ min: -1e-3, max: 1e9, noNaN: true }));
    fc.assert(
      fc.property(orders(fractions), ({ values, other, choices }) => {
        const sizes = resultOf(exact, values.map(Math.abs));
        const bound = values.length * Number.EPSILON * sizes;
        const first = resultOf(plain, values);
        expect(Math.abs(resultOf(plain, other) - first)).toBeLessThanOrEqual(bound);
        expect(Math.abs(mergedResult(plain, values, choices) - first)).toBeLessThanOrEqual(bound);
        expect(Math.abs(resultOf(exact, values) - first)).toBeLessThanOrEqual(bound);
        // 3n values, and three times the sizes: added, added again and taken back.
        expect(Math.abs(resultWithout(plain, [...other, ...values], other) - first)).toBeLessThanOrEqual(9 * bound);
      }),
      { numRuns: 500 },
    );
  });

  it('does differ: fractions are not promised to be the same', () => {
    expect(resultOf(plain, [0.1, 0.2, 0.3])).not.toBe(resultOf(plain, [0.3, 0.2, 0.1]));
  });

  it('lets infinity in, and does not get rid of it', () => {
    expect(resultOf(plain, [1, Infinity])).toBe(Infinity);
    expect(resultOf(plain, [Infinity, -Infinity])).toBeNaN();
    expect(resultWithout(plain, [1, Infinity], [Infinity])).toBeNaN();
  });

  it('keeps the laws, to the last bit for integers', () => {
    assertAggregateLaws(plain, { samples: [0, -0, 1, -1, 7, 2 ** 40, -(2 ** 41)] });
    assertAggregateLaws(plain, { samples: [0.1, 0.2, 0.7, -1e3, 1 / 3], equals: close });
  });

  it('refuses what is no number, naming the value and the element, and adds nothing', () => {
    const delays = sum((f: { id: string; delay: unknown }) => f.delay as number);
    const say = (delay: unknown) => refusal(() => resultOf(delays, [{ id: 'KL1', delay }]));
    const head = 'BAD_VALUE: sum: the value of an element must be a number, but came as';
    expect(say(NaN)).toBe(`${head} NaN for the element {"id":"KL1","delay":null}. Filter such elements out before the window.`);
    expect(say('12')).toBe(`${head} "12" for the element {"id":"KL1","delay":"12"}. Return Number(text).`);
    expect(say(undefined)).toBe(
      `${head} undefined for the element {"id":"KL1"}. Return value ?? 0, or filter such elements out before the window.`,
    );
    expect(say(12n)).toBe(`${head} 12n for the element {"id":"KL1","delay":"12n"}. Return Number(value).`);
    expect(refusal(() => resultWithout(plain, [1], [NaN]))).toContain(head);
    const acc = plain.create();
    expect(() => plain.add(acc, NaN, 0)).toThrow();
    expect(plain.result(acc)).toBe(0);
  });

  it('passes on what the function throws', () => {
    const broken = sum(() => {
      throw new RangeError('mine');
    });
    expect(() => resultOf(broken, [1])).toThrow(new RangeError('mine'));
  });

  it('refuses what is no function when it is built', () => {
    expect(refusal(() => sum(undefined as never))).toBe(
      'BAD_OPTION: sum: the argument must be a function, as in sum(flight => flight.delay), but came as undefined.',
    );
  });
});
