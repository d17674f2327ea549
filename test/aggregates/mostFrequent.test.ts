import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mostFrequent } from '../../src/aggregates/mostFrequent.js';
import { assertAggregateLaws } from '../../src/testing/aggregateLaws.js';
import { refusal, resultOf, resultWithout } from './support.js';

describe('mostFrequent', () => {
  it('gives the values that came most often, and how often', () => {
    expect(resultOf(mostFrequent(2), [])).toEqual([]);
    expect(resultOf(mostFrequent<string>(2), ['a', 'b', 'b', 'c', 'b', 'c'])).toEqual([
      { value: 'b', count: 3 },
      { value: 'c', count: 2 },
    ]);
    const pages = mostFrequent(1, (click: { page: string[] }) => click.page);
    expect(resultOf(pages, [{ page: ['x'] }, { page: ['y'] }, { page: ['y'] }])).toEqual([{ value: ['y'], count: 2 }]);
  });

  it('is the count of all of them, sorted, for any order of arrival; the smaller of equally many goes first', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -5, max: 5 })), fc.integer({ min: 1, max: 12 }), (values, k) => {
        const counts = [...new Set(values)].map(value => ({ value, count: values.filter(other => other === value).length }));
        const expected = counts.sort((a, b) => b.count - a.count || a.value - b.value).slice(0, k);
        expect(resultOf(mostFrequent<number>(k), values)).toEqual(expected);
      }),
    );
  });

  it('takes values back', () => {
    expect(resultWithout(mostFrequent<string>(1), ['a', 'a', 'a', 'b', 'b'], ['a', 'a'])).toEqual([{ value: 'b', count: 2 }]);
    expect(refusal(() => resultWithout(mostFrequent<string>(1), ['a'], ['b']))).toMatch(/^BAD_VALUE: mostFrequent: a retracted item/);
  });

  it('keeps the laws', () => {
    assertAggregateLaws(mostFrequent<unknown>(2), { samples: [0, 1, 1, '1', [1], [1], { a: 1 }, null, undefined] });
  });

  it('refuses bad arguments and values', () => {
    expect(refusal(() => mostFrequent(0))).toBe('BAD_OPTION: mostFrequent: k must be a whole number of at least 1, but came as 0.');
    expect(refusal(() => mostFrequent(1, 'page' as never))).toMatch(/^BAD_OPTION: mostFrequent: .* but came as "page"\.$/);
    expect(refusal(() => resultOf(mostFrequent(1), [Symbol('a')]))).toMatch(/^BAD_VALUE: mostFrequent: /);
  });
});
