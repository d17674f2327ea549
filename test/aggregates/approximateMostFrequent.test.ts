import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Aggregate } from '../../src/aggregates/aggregate.js';
import { type ApproximateFrequent, approximateMostFrequent, type FrequentCounters } from '../../src/aggregates/approximateMostFrequent.js';
import { mostFrequent } from '../../src/aggregates/mostFrequent.js';
import { sizeOf } from '../../src/aggregates/multiset.js';
import { windowBy } from '../../src/operators/windowBy.js';
import { assertAggregateLaws } from '../../src/testing/aggregateLaws.js';
import { testStream } from '../../src/testing/testStream.js';
import { tumbling } from '../../src/windows/tumbling.js';
import { fold, refusal, resultOf } from './support.js';

type Sketch = Aggregate<number, FrequentCounters, ApproximateFrequent<number>[]>;

const sketch = (k: number, capacity: number): Sketch => approximateMostFrequent<number>(k, undefined, { capacity });

/** What is promised of a result: bounds for each value, the bound of the error, and that none is missing which came oftener. */
function expectPromises(counters: FrequentCounters, values: readonly number[], capacity: number): void {
  expect(sizeOf(counters.set)).toBeLessThanOrEqual(2 * capacity);
  // All that is kept, so that nothing hides behind k.
  const all = sketch(2 * capacity, 2 * capacity).result(counters);
  const times = (value: number): number => values.filter(other => other === value).length;
  for (const { value, count, error } of all) {
    expect(count).toBeGreaterThanOrEqual(times(value));
    expect(count - error).toBeLessThanOrEqual(times(value));
    expect(count - error).toBeGreaterThan(0);
    expect(error).toBeLessThanOrEqual(values.length / (capacity + 1));
  }
  const kept = new Set(all.map(({ value }) => value));
  for (const value of new Set(values)) if (!kept.has(value)) expect(times(value)).toBeLessThanOrEqual(counters.missed);
  expect(all.map(({ count }) => count)).toEqual(all.map(({ count }) => count).sort((a, b) => b - a));
}

/** Numbers of which small ones are frequent. */
const skewed = fc.array(
  fc.tuple(fc.nat(40), fc.nat(40)).map(([a, b]) => Math.min(a, b)),
  { maxLength: 200, size: 'max' },
);

describe('approximateMostFrequent', () => {
  it('is exact while it has not seen twice as many values as it tells apart', () => {
    expect(resultOf(approximateMostFrequent(2), [])).toEqual([]);
    expect(resultOf(approximateMostFrequent<string>(2), ['a', 'b', 'b', 'c', 'b', 'c'])).toEqual([
      { value: 'b', count: 3, error: 0 },
      { value: 'c', count: 2, error: 0 },
    ]);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 8 })), fc.integer({ min: 1, max: 4 }), (values, k) => {
        const exact = resultOf(mostFrequent<number>(k), values);
        expect(resultOf(sketch(k, 4), values)).toEqual(exact.map(one => ({ ...one, error: 0 })));
      }),
    );
  });

  it('takes from all counters what the one behind the first has, by hand', () => {
    // Three counters are more than twice one: the second largest, 2, goes from each.
    expect(resultOf(sketch(1, 1), [7, 7, 7, 8, 8, 9])).toEqual([{ value: 7, count: 3, error: 2 }]);
    // All three have one: none is left.
    expect(resultOf(sketch(1, 1), [7, 8, 9])).toEqual([]);
    expect(resultOf(sketch(1, 1), [7, 8, 9, 9])).toEqual([{ value: 9, count: 2, error: 1 }]);
  });

  it('keeps its promises for any values, added one by one', () => {
    fc.assert(
      fc.property(skewed, fc.integer({ min: 1, max: 9 }), (values, capacity) => {
        expectPromises(fold(sketch(1, capacity), values), values, capacity);
      }),
      { numRuns: 300 },
    );
  });

  it('keeps them merged in any way, and leaves what it merges as it was', () => {
    const lists = fc.array(skewed, { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(lists, fc.integer({ min: 1, max: 9 }), fc.infiniteStream(fc.nat()), (parts, capacity, picks) => {
        const aggregate = sketch(1, capacity);
        const open = parts.map(values => ({ values, counters: fold(aggregate, values) }));
        const pick = (): (typeof open)[number] => open.splice((picks.next().value as number) % open.length, 1)[0] as (typeof open)[number];
        while (open.length > 1) {
          const [a, b] = [pick(), pick()];
          const before = structuredClone(b.counters);
          const counters = aggregate.merge(a.counters, b.counters);
          expect(b.counters).toEqual(before);
          open.push({ values: [...a.values, ...b.values], counters });
        }
        const [{ values, counters }] = open as [(typeof open)[number]];
        expectPromises(counters, values, capacity);
      }),
      { numRuns: 200 },
    );
  });

  it('finds what is frequent among very many, in bounded memory', () => {
    // One in ten is the same page, one in twenty another, and no other page comes twice.
    const values = Array.from({ length: 100_000 }, (_, i) => (i % 10 === 3 ? -1 : i % 20 === 8 ? -2 : i));
    const counters = fold(sketch(2, 50), values);
    expect(sizeOf(counters.set)).toBeLessThanOrEqual(100);
    const [first, second] = sketch(2, 50).result(counters) as [ApproximateFrequent<number>, ApproximateFrequent<number>];
    expect([first.value, second.value]).toEqual([-1, -2]);
    expect(first.count - 10_000).toBeLessThanOrEqual(100_000 / 51);
    expect(first.count).toBeGreaterThanOrEqual(10_000);
  });

  it('is plain data: a restart between any two elements changes nothing', () => {
    fc.assert(
      fc.property(skewed, fc.integer({ min: 1, max: 5 }), (values, capacity) => {
        const aggregate = sketch(1, capacity);
        let restarted = aggregate.create();
        values.forEach((value, i) => {
          restarted = structuredClone(aggregate.add(restarted, value, i));
        });
        expect(aggregate.result(restarted)).toEqual(resultOf(aggregate, values));
      }),
    );
  });

  it('keeps the laws while it is exact, also for values by structure', () => {
    assertAggregateLaws(approximateMostFrequent<unknown>(2), { samples: [0, 1, 1, '1', [1], [1], { a: 1 }, null, undefined] });
    const pages = approximateMostFrequent(1, (click: { page: string[] }) => click.page, { capacity: 1 });
    const clicks = [['x'], ['y'], ['y'], ['z']].map(page => ({ page }));
    expect(resultOf(pages, clicks)).toEqual([{ value: ['y'], count: 2, error: 1 }]);
  });

  it('takes nothing back, so that windows of what may be withdrawn refuse it', () => {
    const { remove } = approximateMostFrequent(1);
    expect(remove).toBeUndefined();
    const twice = () =>
      testStream<number>().pipe(
        windowBy(tumbling(5), { aggregate: mostFrequent<number>(1), accumulation: 'retracting' }),
        windowBy(tumbling(5), { aggregate: approximateMostFrequent(1) }),
      );
    expect(refusal(twice)).toMatch(/^RETRACTION_UNSUPPORTED/);
  });

  it('tells apart a thousand values, or k if that is more', () => {
    expect(approximateMostFrequent(3).name).toBe('approximateMostFrequent(3, capacity 1000)');
    expect(approximateMostFrequent(3000).name).toBe('approximateMostFrequent(3000, capacity 3000)');
    expect(sketch(3, 7).name).toBe('approximateMostFrequent(3, capacity 7)');
  });

  it('refuses bad arguments and values', () => {
    const refused = (...args: unknown[]): string => refusal(() => (approximateMostFrequent as (...all: unknown[]) => unknown)(...args));
    expect(refused(0)).toBe('BAD_OPTION: approximateMostFrequent: k must be a whole number of at least 1, but came as 0.');
    expect(refused(1, 'page')).toMatch(/^BAD_OPTION: approximateMostFrequent: .* but came as "page"\.$/);
    expect(refused(5, undefined, { capacity: 4 })).toBe(
      'BAD_OPTION: approximateMostFrequent: capacity must be a whole number of at least k, 5, but came as 4.',
    );
    expect(refused(5, undefined, { capacity: Infinity })).toMatch(/^BAD_OPTION/);
    expect(refused(5, undefined, { size: 4 })).toBe('BAD_OPTION: approximateMostFrequent: there is no option "size". There are: capacity.');
    expect(refusal(() => resultOf(approximateMostFrequent(1), [Symbol('a')]))).toMatch(/^BAD_VALUE: approximateMostFrequent: /);
  });
});
