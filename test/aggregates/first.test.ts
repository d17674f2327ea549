import { describe, expect, it } from 'vitest';
import { first } from '../../src/aggregates/first.js';
import { assertAggregateLaws } from '../../src/testing/aggregateLaws.js';
import { refusal, resultOf } from './support.js';

describe('first', () => {
  it('takes the earliest by event time, whatever came first', () => {
    expect(resultOf(first<string>(), ['b', 'a', 'c'], [20, 10, 30])).toBe('a');
    expect(
      resultOf(
        first((x: string) => x.length),
        ['bbb', 'a', 'cc'],
        [20, -10, 30],
      ),
    ).toBe(1);
    expect(resultOf(first(), [])).toBe(undefined);
  });

  it('keeps an element that is undefined', () => {
    expect(resultOf(first<number | undefined>(), [undefined, 1], [1, 2])).toBe(undefined);
  });

  it('takes the smallest number, bigint or text of those of one time', () => {
    expect(resultOf(first<number>(), [3, 1, 2], [5, 5, 5])).toBe(1);
    expect(resultOf(first<bigint>(), [3n, 1n, 2n], [5, 5, 5])).toBe(1n);
    expect(resultOf(first<string>(), ['c', 'a', 'b'], [5, 5, 5])).toBe('a');
  });

  it('takes the one that came first of other values of one time', () => {
    expect(resultOf(first<object>(), [{ a: 1 }, { a: 0 }], [5, 5])).toEqual({ a: 1 });
  });

  it('keeps the laws, also where all times are the same', () => {
    assertAggregateLaws(first<object>(), { samples: [{ a: 1 }, { a: 0 }, { b: 1 }] });
    assertAggregateLaws(first<number>(), { samples: [3, 1, 2, NaN, 0, -0, Infinity, -Infinity], timestamp: () => 7 });
    assertAggregateLaws(
      first((x: string) => x),
      { samples: ['', 'a', 'b', 'ab'], timestamp: x => x.length },
    );
  });

  it('cannot take retractions, and refuses what is no function', () => {
    expect('remove' in first()).toBe(false);
    expect(refusal(() => first('price' as never))).toBe(
      'BAD_OPTION: first: the argument must be a function, as in first(flight => flight.delay), but came as "price".',
    );
  });
});
