import { describe, expect, it } from 'vitest';
import { last } from '../../src/aggregates/last.js';
import { assertAggregateLaws } from '../../src/testing/aggregateLaws.js';
import { refusal, resultOf } from './support.js';

describe('last', () => {
  it('takes the latest by event time, whatever came last', () => {
    expect(resultOf(last<string>(), ['b', 'c', 'a'], [20, 30, 10])).toBe('c');
    expect(
      resultOf(
        last((x: string) => x.length),
        ['bbb', 'a', 'cc'],
        [-20, -10, -30],
      ),
    ).toBe(1);
    expect(resultOf(last(), [])).toBe(undefined);
  });

  it('takes the largest number, bigint or text of those of one time', () => {
    expect(resultOf(last<number>(), [1, 3, 2], [5, 5, 5])).toBe(3);
    expect(resultOf(last<bigint>(), [1n, 3n, 2n], [5, 5, 5])).toBe(3n);
    expect(resultOf(last<string>(), ['a', 'c', 'b'], [5, 5, 5])).toBe('c');
  });

  it('takes the one that came last of other values of one time', () => {
    expect(resultOf(last<object>(), [{ a: 1 }, { a: 0 }], [5, 5])).toEqual({ a: 0 });
  });

  it('keeps the laws, also where all times are the same', () => {
    assertAggregateLaws(last<object>(), { samples: [{ a: 1 }, { a: 0 }, { b: 1 }] });
    assertAggregateLaws(last<number>(), { samples: [3, 1, 2, NaN, 0, -0, Infinity, -Infinity], timestamp: () => 7 });
    assertAggregateLaws(
      last((x: string) => x),
      { samples: ['', 'a', 'b', 'ab'], timestamp: x => x.length },
    );
  });

  it('cannot take retractions, and refuses what is no function', () => {
    expect('remove' in last()).toBe(false);
    expect(refusal(() => last(1 as never))).toMatch(/^BAD_OPTION: last: .* last\(flight => flight.delay\), but came as 1\.$/);
  });
});
