import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quantiles } from '../../src/aggregates/quantiles.js';
import { assertAggregateLaws } from '../../src/testing/aggregateLaws.js';
import { mulberry32 } from '../../src/testing/random.js';
import { fold, refusal, resultOf, resultWithout } from './support.js';

const QS = [0, 0.01, 0.25, 0.5, 0.75, 0.9, 0.99, 0.999, 1] as const;
const same = (x: number): number => x;

/** The elements that the quantiles name: of all, sorted. */
function exact(values: readonly number[], qs: readonly number[]): number[] {
  const sorted = values.toSorted((a, b) => a - b);
  return qs.map(q => sorted[Math.floor(q * (sorted.length - 1))] ?? NaN);
}

function expectWithin(accuracy: number, got: readonly number[], expected: readonly number[]): void {
  expect(got.length).toBe(expected.length);
  expected.forEach((value, i) => {
    if (!Number.isFinite(value)) expect(got[i]).toBe(value);
    else expect(Math.abs((got[i] as number) - value)).toBeLessThanOrEqual(Math.abs(value) * accuracy * (1 + 1e-6) + 2 ** -1022);
  });
}

const DISTRIBUTIONS: Readonly<Record<string, (random: () => number) => number>> = {
  uniform: random => 1000 * random(),
  exponential: random => -Math.log(1 - random()) * 250,
  lognormal: random => Math.exp(3 + 2 * normal(random)),
  'heavy-tailed (Pareto, 0.5)': random => (1 - random()) ** -2,
  constant: () => 42,
  'integers, with zeros': random => Math.floor(10 * random()),
  'normal, of both signs': random => 100 * normal(random),
  'with two peaks': random => (random() < 0.5 ? 1 + random() : 1e6 + random()),
  'over the whole range': random => (random() < 0.5 ? -1 : 1) * Math.exp(1400 * (random() - 0.5)),
};

function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

describe('quantiles', () => {
  it('answer in the form of the question, with NaN for nothing', () => {
    expect(resultOf(quantiles([0.5, 1], same), [])).toEqual([NaN, NaN]);
    expect(resultOf(quantiles({ median: 0.5 }, same), [])).toEqual({ median: NaN });
    const [median, most] = resultOf(quantiles([0.5, 1], same), [1, 2, 3]);
    expectWithin(0.01, [median, most], [2, 3]);
    expectWithin(0.01, [resultOf(quantiles({ p90: 0.9 }, same), [1, 2, 3]).p90], [2]);
    expect(resultOf(quantiles([0, 0.5, 1], same), [-Infinity, 0, Infinity])).toEqual([-Infinity, 0, Infinity]);
    expect(resultOf(quantiles({ ['__proto__']: 0.5 }, same), [0])).toEqual(Object.fromEntries([['__proto__', 0]]));
  });

  it.each(Object.entries(DISTRIBUTIONS))('are as accurate as they say: %s', (_name, draw) => {
    const random = mulberry32(7);
    const values = Array.from({ length: 5_000 }, () => draw(random));
    for (const accuracy of [0.0001, 0.01, 0.2]) {
      expectWithin(accuracy, resultOf(quantiles(QS, same, { accuracy }), values), exact(values, QS));
    }
  });

  it('are as accurate as they say for any numbers, and the same for any order and merging', () => {
    const numbers = fc.array(fc.oneof(fc.double({ noNaN: true }), fc.integer({ min: -20, max: 20 })), { minLength: 1 });
    fc.assert(
      fc.property(numbers, numbers, (a, b) => {
        const aggregate = quantiles(QS, same);
        const got = resultOf(aggregate, [...a, ...b]);
        expectWithin(0.01, got, exact([...a, ...b], QS));
        expect(resultOf(aggregate, [...b, ...a].reverse())).toEqual(got);
        expect(aggregate.result(aggregate.merge(fold(aggregate, b), fold(aggregate, a)))).toEqual(got);
        expect(resultWithout(aggregate, [...a, ...b], a)).toEqual(resultOf(aggregate, b));
        expect(aggregate.result(structuredClone(fold(aggregate, [...a, ...b])))).toEqual(got);
      }),
    );
  });

  it('keep their accuracy above the bins that maxBins puts together; below, they are too high', () => {
    const random = mulberry32(1);
    const values = Array.from({ length: 2_000 }, () => Math.exp(10 * random()));
    const bounded = quantiles(QS, same, { maxBins: 100 });
    const acc = fold(bounded, values);
    expect(acc.keys.length).toBe(100);
    const expected = exact(values, QS);
    const got = bounded.result(acc);
    const lowest = Math.max(...values) / (1.01 / 0.99) ** 99;
    QS.forEach((_q, i) => {
      if ((expected[i] as number) > lowest) expectWithin(0.01, [got[i] as number], [expected[i] as number]);
      else expect(got[i]).toBeGreaterThan(expected[i] as number);
    });
    expect(got.filter((_, i) => (expected[i] as number) > lowest).length).toBeGreaterThan(3);
    expect('remove' in bounded).toBe(false);
  });

  it('keep no more bins than they say they do', () => {
    const bins = (values: readonly number[]) => fold(quantiles([0.5], same), values).keys.length;
    const spread = (low: number, high: number, n: number) => Array.from({ length: n }, (_, i) => low * (high / low) ** (i / (n - 1)));
    expect(bins(spread(1, 10, 5_000))).toBe(117);
    expect(bins(spread(1, 86_400_000, 20_000))).toBeLessThanOrEqual(917);
    expect(bins(spread(2 ** -1022, Number.MAX_VALUE, 200_000))).toBeLessThan(71_000);
  });

  it('keep the laws', () => {
    const samples = [0, -0, 1, -1, 1.001, 5, 1e-9, 1e9, Infinity, -Infinity, 2 ** -1030];
    assertAggregateLaws(quantiles(QS, same), { samples });
    assertAggregateLaws(quantiles({ p50: 0.5, p99: 0.99 }, same, { maxBins: 3 }), { samples });
  });

  it('refuse bad arguments and values', () => {
    const list = /^BAD_OPTION: quantiles: the first argument must be a list of numbers from 0 to 1/;
    for (const asked of [[], {}, 0.5, undefined, [1.01], [-0.1], [NaN], ['0.5'], { p99: 99 }]) {
      expect(refusal(() => quantiles(asked as never, same))).toMatch(list);
    }
    expect(refusal(() => quantiles([0.5], 'ms' as never))).toMatch(
      /^BAD_OPTION: quantiles: .* request => request.ms\), but came as "ms"\.$/,
    );
    for (const accuracy of [0, 1, 1e-7, NaN, '0.01']) {
      expect(refusal(() => quantiles([0.5], same, { accuracy: accuracy as never }))).toMatch(
        /^BAD_OPTION: quantiles: accuracy must be a number from 0.000001 up to but without 1, /,
      );
    }
    for (const maxBins of [0, 1.5, NaN, '10']) {
      expect(refusal(() => quantiles([0.5], same, { maxBins: maxBins as never }))).toMatch(
        /^BAD_OPTION: quantiles: maxBins must be a whole/,
      );
    }
    expect(refusal(() => quantiles([0.5], same, { error: 1 } as never))).toMatch(/^BAD_OPTION: quantiles: there is no option "error"/);
    expect(refusal(() => resultOf(quantiles([0.5], same), [NaN]))).toMatch(/^BAD_VALUE: quantiles: .* came as NaN for the element NaN\./);
    expect(refusal(() => resultWithout(quantiles([0.5], same), [1], [2]))).toMatch(
      /^BAD_VALUE: quantiles: a retracted item .* came as 2\. /,
    );
    expect(refusal(() => resultWithout(quantiles([0.5], same), [1], [NaN]))).toMatch(/^BAD_VALUE: quantiles: .* came as NaN/);
  });
});
