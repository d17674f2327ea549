/** What the compiler infers. The assertions are types: `tsc -p test` fails where they do not hold; vitest runs the values. */
import { describe, expect, expectTypeOf, it } from 'vitest';
import type { Aggregate, ResultOf } from '../../src/aggregates/aggregate.js';
import { allOf } from '../../src/aggregates/allOf.js';
import { collect } from '../../src/aggregates/collect.js';
import { count } from '../../src/aggregates/count.js';
import { exactSum } from '../../src/aggregates/exactSum.js';
import { first } from '../../src/aggregates/first.js';
import { last } from '../../src/aggregates/last.js';
import { max } from '../../src/aggregates/max.js';
import { maxBy } from '../../src/aggregates/maxBy.js';
import { mean } from '../../src/aggregates/mean.js';
import { min } from '../../src/aggregates/min.js';
import { minBy } from '../../src/aggregates/minBy.js';
import { reduce } from '../../src/aggregates/reduce.js';
import { sum } from '../../src/aggregates/sum.js';
import { variance } from '../../src/aggregates/variance.js';
import { resultOf } from './support.js';

interface Flight {
  readonly airport: string;
  readonly delay: number;
}

const flights: readonly Flight[] = [
  { airport: 'AMS', delay: 1 },
  { airport: 'CDG', delay: 3 },
];

/** Gives `T` from elsewhere, as the operator of a pipe does: the lambdas of the aggregate must find it. */
function over<T, R>(values: readonly T[], options: { readonly aggregate: Aggregate<NoInfer<T>, any, R> }): R {
  return resultOf(options.aggregate, values);
}

describe('the types of aggregates', () => {
  it('find the element type from where they stand', () => {
    expectTypeOf(over(flights, { aggregate: count() })).toEqualTypeOf<number>();
    expectTypeOf(over(flights, { aggregate: sum(f => f.delay) })).toEqualTypeOf<number>();
    expectTypeOf(over(flights, { aggregate: exactSum(f => f.delay) })).toEqualTypeOf<number>();
    expectTypeOf(over(flights, { aggregate: mean(f => f.delay) })).toEqualTypeOf<number>();
    expectTypeOf(over(flights, { aggregate: min(f => f.delay) })).toEqualTypeOf<number>();
    expectTypeOf(over(flights, { aggregate: max(f => f.delay) })).toEqualTypeOf<number>();
    expectTypeOf(over(flights, { aggregate: variance(f => f.delay, { sample: true }) })).toEqualTypeOf<number>();
    expectTypeOf(over(flights, { aggregate: first() })).toEqualTypeOf<Flight>();
    expectTypeOf(over(flights, { aggregate: last(f => f.airport) })).toEqualTypeOf<string>();
    expectTypeOf(over(flights, { aggregate: minBy(f => f.delay) })).toEqualTypeOf<Flight>();
    expectTypeOf(over(flights, { aggregate: maxBy(f => f.delay) })).toEqualTypeOf<Flight>();
    expectTypeOf(over(flights, { aggregate: collect() })).toEqualTypeOf<Flight[]>();
    expectTypeOf(over(flights, { aggregate: collect(f => f.airport) })).toEqualTypeOf<string[]>();
    expectTypeOf(over(flights, { aggregate: reduce((a, b) => (a.delay > b.delay ? a : b)) })).toEqualTypeOf<Flight>();
  });

  it('find it inside allOf, however deep', () => {
    const results = over(flights, {
      aggregate: allOf({
        n: count(),
        avg: mean(f => f.delay),
        list: collect(),
        airports: collect(f => f.airport),
        start: first(),
        worst: maxBy(f => f.delay),
        inner: allOf({ top: max(f => f.delay), all: collect() }),
      }),
    });
    expectTypeOf(results).toEqualTypeOf<{
      readonly n: number;
      readonly avg: number;
      readonly list: Flight[];
      readonly airports: string[];
      readonly start: Flight;
      readonly worst: Flight;
      readonly inner: { readonly top: number; readonly all: Flight[] };
    }>();
    expect(results.inner.top + results.avg).toBe(5);
  });

  it('tell what is wrong where it is wrong', () => {
    // @ts-expect-error no such field
    over(flights, { aggregate: mean(f => f.nope ?? 1) });
    // @ts-expect-error no such field, inside allOf
    over(flights, { aggregate: allOf({ avg: mean(f => f.nope ?? 1) }) });
    // @ts-expect-error no number
    expect(() => over(flights, { aggregate: sum(f => f.airport) })).toThrow('sum');
    // @ts-expect-error results are read only
    over(flights, { aggregate: allOf({ n: count() }) }).n = 1;
  });

  it('stand by themselves', () => {
    expectTypeOf(count()).toEqualTypeOf<Aggregate<unknown, Float64Array, number>>();
    expectTypeOf(sum((f: Flight) => f.delay)).toEqualTypeOf<Aggregate<Flight, Float64Array, number>>();
    const delays = allOf({ flights: count(), mean: mean((f: Flight) => f.delay) });
    expectTypeOf<ResultOf<typeof delays>>().toEqualTypeOf<{ readonly flights: number; readonly mean: number }>();
    expect(over(flights, { aggregate: delays })).toEqual({ flights: 2, mean: 2 });
  });
});
