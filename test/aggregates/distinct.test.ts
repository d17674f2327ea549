import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { distinct } from '../../src/aggregates/distinct.js';
import { assertAggregateLaws } from '../../src/testing/aggregateLaws.js';
import { fold, keys, refusal, resultOf, resultWithout, sameKey } from './support.js';

describe('distinct', () => {
  it('counts different elements, or values of elements', () => {
    expect(resultOf(distinct(), [])).toBe(0);
    expect(resultOf(distinct(), [1, 2, 1, NaN, NaN, 0, -0, '1', undefined, null, undefined])).toBe(7);
    expect(resultOf(distinct(), [{ a: 1, b: 2 }, { b: 2, a: 1 }, { a: 1 }, [1], [1], new Date(5), new Date(5)])).toBe(4);
    const users = distinct((click: { user: string }) => click.user);
    expect(resultOf(users, [{ user: 'ann' }, { user: 'bob' }, { user: 'ann' }])).toBe(2);
  });

  it('is what a search of all of them finds', () => {
    fc.assert(
      fc.property(fc.array(keys), values => {
        const different = values.filter((value, i) => values.findIndex(other => sameKey(other, value)) === i);
        expect(resultOf(distinct(), values)).toBe(different.length);
      }),
    );
  });

  it('takes values back, one for each time they came', () => {
    expect(resultWithout(distinct(), [1, 1, 2], [1])).toBe(2);
    expect(resultWithout(distinct(), [1, 1, 2], [1, 1])).toBe(1);
    expect(resultWithout(distinct(), [[1], [1], [2]], [[1], [1]])).toBe(1);
    expect(refusal(() => resultWithout(distinct(), [1], [2]))).toMatch(
      /^BAD_VALUE: distinct: a retracted item .* came as 2\. Element: 2\./,
    );
  });

  it('does not keep the elements that it compares by structure', () => {
    const acc = fold(distinct<{ user: string }>(), [{ user: 'ann' }]);
    expect([...(acc.composite ?? new Map())]).toEqual([['{"user":"ann"}', { value: undefined, count: 1 }]]);
  });

  it('keeps the laws', () => {
    assertAggregateLaws(distinct<unknown>(), { samples: [0, -0, 1, '1', 1n, NaN, null, undefined, [1], [1], { a: 1 }, new Date(1)] });
  });

  it('refuses bad arguments and values', () => {
    expect(refusal(() => distinct('user' as never))).toBe(
      'BAD_OPTION: distinct: the argument must be a function, as in distinct() or distinct(click => click.user), but came as "user".',
    );
    expect(refusal(() => resultOf(distinct(), [new Map()]))).toMatch(/^BAD_VALUE: distinct: the value of an element must be a primitive/);
  });
});
