import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { distinctValues } from '../../src/aggregates/distinctValues.js';
import { assertAggregateLaws } from '../../src/testing/aggregateLaws.js';
import { fold, keys, refusal, resultOf, resultWithout, sameKey } from './support.js';

describe('distinctValues', () => {
  it('gives each value once, in order', () => {
    expect(resultOf(distinctValues(), [])).toEqual([]);
    expect(resultOf(distinctValues<number | string>(), [10, 9, 'b', 'a', 9, NaN, -0])).toEqual([0, 9, 10, NaN, 'a', 'b']);
    const airports = distinctValues((flight: { airport: string }) => flight.airport);
    expect(resultOf(airports, [{ airport: 'CDG' }, { airport: 'AMS' }, { airport: 'CDG' }])).toEqual(['AMS', 'CDG']);
  });

  it('gives the same values in the same order for any order of arrival', () => {
    const orders = fc.array(keys).chain(values => fc.tuple(fc.constant(values), fc.shuffledSubarray(values, { minLength: values.length })));
    fc.assert(
      fc.property(orders, ([values, other]) => {
        const [a, b] = [resultOf(distinctValues(), values), resultOf(distinctValues(), other)];
        expect(a.every((value, i) => sameKey(value, b[i]))).toBe(true);
        expect(a.length).toBe(values.filter((value, i) => values.findIndex(one => sameKey(one, value)) === i).length);
      }),
    );
  });

  it('takes values back', () => {
    expect(resultWithout(distinctValues<unknown>(), [1, [2], 1, [2], [3]], [[2], 1, [2]])).toEqual([1, [3]]);
  });

  it('gives a new array each time', () => {
    const aggregate = distinctValues<number>();
    const acc = fold(aggregate, [1, 2]);
    aggregate.result(acc).length = 0;
    expect(aggregate.result(acc)).toEqual([1, 2]);
  });

  it('keeps the laws', () => {
    assertAggregateLaws(distinctValues<unknown>(), { samples: [0, -0, 1, '1', 1n, NaN, null, undefined, [1], [1], { a: 1 }, new Date(1)] });
  });

  it('refuses bad arguments and values', () => {
    expect(refusal(() => distinctValues(1 as never))).toMatch(/^BAD_OPTION: distinctValues: .* but came as 1\.$/);
    expect(refusal(() => resultOf(distinctValues(), [() => 1]))).toMatch(/^BAD_VALUE: distinctValues: /);
  });
});
