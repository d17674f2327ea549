/** What the compiler infers. The assertions are types: `tsc -p test` fails where they do not hold; vitest runs the values. */
import { describe, expect, expectTypeOf, it } from 'vitest';
import type { Aggregate, ResultOf } from '../../src/aggregates/aggregate.js';
import { allOf } from '../../src/aggregates/allOf.js';
import { approximateDistinct } from '../../src/aggregates/approximateDistinct.js';
import { collect } from '../../src/aggregates/collect.js';
import { count } from '../../src/aggregates/count.js';
import { distinct } from '../../src/aggregates/distinct.js';
import { distinctValues } from '../../src/aggregates/distinctValues.js';
import { exactSum } from '../../src/aggregates/exactSum.js';
import { first } from '../../src/aggregates/first.js';
import { type Bucket, histogram } from '../../src/aggregates/histogram.js';
import { last } from '../../src/aggregates/last.js';
import { max } from '../../src/aggregates/max.js';
import { maxBy } from '../../src/aggregates/maxBy.js';
import { mean } from '../../src/aggregates/mean.js';
import { min } from '../../src/aggregates/min.js';
import { minBy } from '../../src/aggregates/minBy.js';
import { type Frequent, mostFrequent } from '../../src/aggregates/mostFrequent.js';
import { type Candle, ohlc, type VolumeCandle } from '../../src/aggregates/ohlc.js';
import { quantiles } from '../../src/aggregates/quantiles.js';
import { reduce } from '../../src/aggregates/reduce.js';
import { sum } from '../../src/aggregates/sum.js';
import { topK } from '../../src/aggregates/topK.js';
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
    expectTypeOf(over(flights, { aggregate: topK(2, f => f.delay) })).toEqualTypeOf<Flight[]>();
    expectTypeOf(over(flights, { aggregate: topK(2, f => f.delay, { retractable: true }) })).toEqualTypeOf<Flight[]>();
    expectTypeOf(over(flights, { aggregate: topK(2, f => f.delay, { of: f => f.airport }) })).toEqualTypeOf<string[]>();
    expectTypeOf(over(flights, { aggregate: distinct() })).toEqualTypeOf<number>();
    expectTypeOf(over(flights, { aggregate: distinct(f => f.airport) })).toEqualTypeOf<number>();
    expectTypeOf(over(flights, { aggregate: distinctValues() })).toEqualTypeOf<Flight[]>();
    expectTypeOf(over(flights, { aggregate: distinctValues(f => f.airport) })).toEqualTypeOf<string[]>();
    expectTypeOf(over(flights, { aggregate: mostFrequent(2) })).toEqualTypeOf<Frequent<Flight>[]>();
    expectTypeOf(over(flights, { aggregate: mostFrequent(2, f => f.airport) })).toEqualTypeOf<Frequent<string>[]>();
    expectTypeOf(over(flights, { aggregate: approximateDistinct(f => f.airport, { precision: 12 }) })).toEqualTypeOf<number>();
    expectTypeOf(over(flights, { aggregate: quantiles([0.5, 0.99], f => f.delay) })).toEqualTypeOf<readonly [number, number]>();
    expectTypeOf(over(flights, { aggregate: quantiles([0.5] as number[], f => f.delay) })).toEqualTypeOf<readonly number[]>();
    expectTypeOf(over(flights, { aggregate: quantiles({ p50: 0.5, p99: 0.99 }, f => f.delay) })).toEqualTypeOf<{
      readonly p50: number;
      readonly p99: number;
    }>();
    expectTypeOf(over(flights, { aggregate: histogram(f => f.delay, [0, 10]) })).toEqualTypeOf<Bucket[]>();
    expectTypeOf(over(flights, { aggregate: ohlc(f => f.delay) })).toEqualTypeOf<Candle>();
    expectTypeOf(over(flights, { aggregate: ohlc(f => f.delay, { sequence: f => f.delay }) })).toEqualTypeOf<Candle>();
    expectTypeOf(over(flights, { aggregate: ohlc(f => f.delay, { volume: f => f.delay }) })).toEqualTypeOf<VolumeCandle>();
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
        top: topK(1, f => f.delay, { of: f => f.airport }),
        different: distinct(f => f.airport),
        delays: quantiles({ p90: 0.9 }, f => f.delay),
        ends: quantiles([0, 1], f => f.delay),
        candle: ohlc(f => f.delay, { volume: f => f.delay }),
        frequent: mostFrequent(1, f => f.airport),
      }),
    });
    expectTypeOf(results).toEqualTypeOf<{
      readonly n: number;
      readonly avg: number;
      readonly list: Flight[];
      readonly airports: string[];
      readonly start: Flight;
      readonly worst: Flight;
      readonly top: string[];
      readonly different: number;
      readonly delays: { readonly p90: number };
      readonly ends: readonly [number, number];
      readonly candle: VolumeCandle;
      readonly frequent: Frequent<string>[];
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
    // @ts-expect-error no number
    expect(() => over(flights, { aggregate: topK(1, f => f.airport) })).toThrow('topK');
    // @ts-expect-error no number
    expect(() => over(flights, { aggregate: quantiles([0.5], f => f.airport) })).toThrow('quantiles');
    // @ts-expect-error no number
    expect(() => over(flights, { aggregate: ohlc(f => f.delay, { volume: f => f.airport }) })).toThrow('ohlc');
    // @ts-expect-error no volume was asked for
    expect(over(flights, { aggregate: ohlc(f => f.delay) }).volume).toBe(undefined);
    // @ts-expect-error no such quantile was asked for
    expect(over(flights, { aggregate: quantiles({ p50: 0.5 }, f => f.delay) }).p99).toBe(undefined);
    // @ts-expect-error quantiles are numbers
    expect(() => quantiles(['p50'], (f: Flight) => f.delay)).toThrow('quantiles');
    // @ts-expect-error results are read only
    over(flights, { aggregate: allOf({ n: count() }) }).n = 1;
  });

  it('stand by themselves', () => {
    expectTypeOf(count()).toEqualTypeOf<Aggregate<unknown, Float64Array, number>>();
    expectTypeOf(sum((f: Flight) => f.delay)).toEqualTypeOf<Aggregate<Flight, Float64Array, number>>();
    expectTypeOf(ohlc((f: Flight) => f.delay)).toEqualTypeOf<Aggregate<Flight, Float64Array, Candle>>();
    expectTypeOf<ResultOf<ReturnType<typeof distinct>>>().toEqualTypeOf<number>();
    const delays = allOf({ flights: count(), mean: mean((f: Flight) => f.delay) });
    expectTypeOf<ResultOf<typeof delays>>().toEqualTypeOf<{ readonly flights: number; readonly mean: number }>();
    expect(over(flights, { aggregate: delays })).toEqual({ flights: 2, mean: 2 });
  });
});
