import { describe, expect, it } from 'vitest';
import { minBy } from '../../src/aggregates/minBy.js';
import { assertAggregateLaws } from '../../src/testing/aggregateLaws.js';
import { refusal, resultOf } from './support.js';

interface Flight {
  readonly id: string;
  readonly delay: number;
}

const aggregate = minBy((f: Flight) => f.delay);
const flight = (id: string, delay: number): Flight => ({ id, delay });

describe('minBy', () => {
  it('takes the element with the smallest number, and undefined of nothing', () => {
    const flights = [flight('a', 20), flight('b', 10), flight('c', 20)];
    expect(resultOf(aggregate, flights)).toBe(flights[1]);
    expect(resultOf(aggregate, [])).toBe(undefined);
    expect(resultOf(aggregate, [flight('a', -Infinity), flight('b', Infinity)])?.id).toBe('a');
  });

  it('takes the earliest of equal ones, then the one that came first', () => {
    expect(resultOf(aggregate, [flight('a', 5), flight('b', 5), flight('c', 5)], [20, 10, 30]).id).toBe('b');
    expect(resultOf(aggregate, [flight('a', 0), flight('b', -0)], [10, 10]).id).toBe('a');
    expect(resultOf(aggregate, [flight('a', -0), flight('b', 0)], [10, 10]).id).toBe('a');
  });

  it('keeps the laws', () => {
    assertAggregateLaws(aggregate, { samples: [flight('a', 5), flight('b', 5), flight('c', 30), flight('d', -0), flight('e', 0)] });
  });

  it('cannot take retractions, and refuses what is no number or no function', () => {
    expect('remove' in aggregate).toBe(false);
    expect(refusal(() => resultOf(aggregate, [flight('a', NaN)]))).toBe(
      'BAD_VALUE: minBy: the value of an element must be a number, but came as NaN for the element {"id":"a","delay":null}. Filter such elements out before the window.',
    );
    expect(refusal(() => minBy(undefined as never))).toMatch(
      /^BAD_OPTION: minBy: .* minBy\(flight => flight.delay\), but came as undefined\.$/,
    );
  });
});
