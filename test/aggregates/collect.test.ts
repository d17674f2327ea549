import { describe, expect, it } from 'vitest';
import { collect } from '../../src/aggregates/collect.js';
import { equal } from '../../src/aggregates/equal.js';
import { assertAggregateLaws } from '../../src/testing/aggregateLaws.js';
import { fold, refusal, resultOf, resultWithout } from './support.js';

describe('collect', () => {
  it('keeps the elements, or a value of each, in order of arrival', () => {
    expect(resultOf(collect(), [])).toEqual([]);
    expect(resultOf(collect<string>(), ['b', 'a', 'b'], [3, 2, 1])).toEqual(['b', 'a', 'b']);
    expect(
      resultOf(
        collect((x: string) => x.length),
        ['b', 'aa', ''],
      ),
    ).toEqual([1, 2, 0]);
  });

  it('gives a new array each time, of the elements themselves', () => {
    const aggregate = collect<object>();
    const element = { a: 1 };
    const acc = fold(aggregate, [element]);
    const result = aggregate.result(acc);
    expect(result).not.toBe(aggregate.result(acc));
    expect(result[0]).toBe(element);
    result.length = 0;
    expect(aggregate.result(acc)).toEqual([element]);
    expect(aggregate.copy?.(acc)[0]).toBe(element);
  });

  it('appends the second part to the first when it merges', () => {
    const aggregate = collect<number>();
    expect(aggregate.merge(fold(aggregate, [1, 2]), fold(aggregate, [3, 1]))).toEqual([1, 2, 3, 1]);
  });

  it('takes back the same element, or else an equal one, the last of several', () => {
    const [a, b] = [{ id: 1 }, { id: 1 }];
    expect(resultWithout(collect<object>(), [a, b], [a])[0]).toBe(b);
    expect(resultWithout(collect<object>(), [a, b], [{ id: 1 }])[0]).toBe(a);
    expect(resultWithout(collect<number>(), [1, 2, 1, NaN], [1, NaN])).toEqual([1, 2]);
    expect(
      resultWithout(
        collect((x: { id: number }) => [x.id]),
        [a, { id: 2 }],
        [{ id: 1 }],
      ),
    ).toEqual([[2]]);
  });

  it('refuses to take back what it does not hold', () => {
    expect(refusal(() => resultWithout(collect<object>(), [{ id: 1 }], [{ id: 2 }]))).toBe(
      'BAD_VALUE: collect: a retracted item must be one that the window holds, but came as {"id":2}. Element: {"id":2}. Retract it as it was added.',
    );
  });

  it('keeps the laws but for the order, which shows', () => {
    const samples = [1, 2, 2, 3, 10];
    const sorted = (items: readonly number[]) => items.toSorted((a, b) => a - b);
    assertAggregateLaws(collect<number>(), { samples, equals: (a, b) => equal(sorted(a), sorted(b)) });
    expect(() => assertAggregateLaws(collect<number>(), { samples })).toThrow('another order');
  });

  it('refuses what is no function', () => {
    expect(refusal(() => collect('page' as never))).toMatch(
      /^BAD_OPTION: collect: .* collect\(flight => flight.delay\), but came as "page"\.$/,
    );
  });
});
