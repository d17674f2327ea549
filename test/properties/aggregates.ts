/** Every built-in aggregate beside a naive function of all elements at once; values are integers. */
import type { Aggregate } from '../../src/aggregates/aggregate.js';
import { allOf } from '../../src/aggregates/allOf.js';
import { approximateDistinct } from '../../src/aggregates/approximateDistinct.js';
import { approximateMostFrequent } from '../../src/aggregates/approximateMostFrequent.js';
import { collect } from '../../src/aggregates/collect.js';
import { count } from '../../src/aggregates/count.js';
import { distinct } from '../../src/aggregates/distinct.js';
import { distinctValues } from '../../src/aggregates/distinctValues.js';
import { exactSum } from '../../src/aggregates/exactSum.js';
import { first } from '../../src/aggregates/first.js';
import { histogram } from '../../src/aggregates/histogram.js';
import { last } from '../../src/aggregates/last.js';
import { max } from '../../src/aggregates/max.js';
import { maxBy } from '../../src/aggregates/maxBy.js';
import { mean } from '../../src/aggregates/mean.js';
import { min } from '../../src/aggregates/min.js';
import { minBy } from '../../src/aggregates/minBy.js';
import { mostFrequent } from '../../src/aggregates/mostFrequent.js';
import { ohlc } from '../../src/aggregates/ohlc.js';
import { quantiles } from '../../src/aggregates/quantiles.js';
import { reduce } from '../../src/aggregates/reduce.js';
import { sum } from '../../src/aggregates/sum.js';
import { topK } from '../../src/aggregates/topK.js';
import { variance } from '../../src/aggregates/variance.js';
import type { Item } from './machineRun.js';

export interface Known {
  readonly name: string;
  readonly aggregate: Aggregate<Item, any, unknown>;
  /** The result for these elements, of which there is at least one. */
  readonly naive: (items: readonly Item[]) => unknown;
  /** Brings a result into a form that does not depend on the order of arrival where the aggregate leaves that open. */
  readonly canonical?: (result: unknown) => unknown;
  /** It refuses to take back what it does not hold. */
  readonly strict?: boolean;
}

const value = (item: Item): number => item.value;
const total = (items: readonly Item[]): number => items.reduce((all, item) => all + item.value, 0);
const average = (items: readonly Item[]): number => total(items) / items.length;
const spread = (items: readonly Item[]): number => items.reduce((all, item) => all + (item.value - average(items)) ** 2, 0) / items.length;
const values = (items: readonly Item[]): number[] => items.map(value);
const ascending = (numbers: readonly number[]): number[] => [...numbers].sort((a, b) => a - b);
const different = (items: readonly Item[]): number[] => [...new Set(ascending(values(items)))];
const half = (item: Item): number => Math.floor(item.value / 2);
/** The items in the order of the given criteria, one after the other. */
const ordered = (items: readonly Item[], ...criteria: readonly ((item: Item) => number)[]): Item[] =>
  [...items].sort((a, b) => criteria.map(by => by(a) - by(b)).find(order => order !== 0) ?? 0);
/** The least item by the given criteria, one after the other. */
const least = (items: readonly Item[], ...criteria: readonly ((item: Item) => number)[]): Item => ordered(items, ...criteria)[0] as Item;
const valueAndTime = (result: unknown): unknown => ({ value: (result as Item).value, at: (result as Item).at });
/** Ten digits: mean and variance may differ in the last bits. */
const rounded = (result: unknown): unknown => Number((result as number).toPrecision(10)) + 0;

export const KNOWN: readonly Known[] = [
  { name: 'count', aggregate: count(), naive: items => items.length },
  { name: 'sum', aggregate: sum(value), naive: total },
  { name: 'exactSum', aggregate: exactSum(value), naive: total },
  { name: 'mean', aggregate: mean(value), naive: items => rounded(average(items)), canonical: rounded },
  {
    name: 'variance',
    aggregate: variance(value),
    naive: items => nearZero(spread(items)),
    canonical: result => nearZero(result as number),
  },
  { name: 'min', aggregate: min(value), naive: items => Math.min(...values(items)) },
  { name: 'max', aggregate: max(value), naive: items => Math.max(...values(items)) },
  { name: 'minBy', aggregate: minBy(value), naive: items => valueAndTime(least(items, value, item => item.at)), canonical: valueAndTime },
  {
    name: 'maxBy',
    aggregate: maxBy(value),
    naive: items =>
      valueAndTime(
        least(
          items,
          item => -item.value,
          item => item.at,
        ),
      ),
    canonical: valueAndTime,
  },
  { name: 'first', aggregate: first(value), naive: items => least(items, item => item.at, value).value },
  {
    name: 'last',
    aggregate: last(value),
    naive: items =>
      least(
        items,
        item => -item.at,
        item => -item.value,
      ).value,
  },
  {
    name: 'collect',
    aggregate: collect(value),
    strict: true,
    naive: items => ascending(values(items)),
    canonical: result => ascending(result as number[]),
  },
  {
    name: 'reduce',
    aggregate: reduce((a: Item, b: Item) => ({ key: a.key, value: a.value + b.value, at: Math.max(a.at, b.at) })),
    naive: items => ({ value: total(items), at: Math.max(...items.map(item => item.at)) }),
    canonical: valueAndTime,
  },
  {
    name: 'allOf',
    aggregate: allOf({ n: count(), total: exactSum(value), earliest: first(value), high: max(value) }),
    naive: items => ({
      n: items.length,
      total: total(items),
      earliest: least(items, item => item.at, value).value,
      high: Math.max(...values(items)),
    }),
  },
  {
    name: 'allOf in rows',
    aggregate: allOf({ n: count(), high: max(value) }),
    naive: items => ({ n: items.length, high: Math.max(...values(items)) }),
  },
  { name: 'distinct', aggregate: distinct(value), strict: true, naive: items => different(items).length },
  { name: 'distinct of arrays', aggregate: distinct((item: Item) => [item.value]), strict: true, naive: items => different(items).length },
  { name: 'distinctValues', aggregate: distinctValues(value), strict: true, naive: different },
  { name: 'mostFrequent', aggregate: mostFrequent(2, value), strict: true, naive: twoMostFrequent },
  // So few values are counted exactly.
  {
    name: 'approximateMostFrequent',
    aggregate: approximateMostFrequent(2, value),
    naive: items => twoMostFrequent(items).map(one => ({ ...one, error: 0 })),
  },
  { name: 'approximateDistinct', aggregate: approximateDistinct(value), naive: items => different(items).length },
  {
    name: 'topK',
    aggregate: topK(3, half, { of: value }),
    naive: threeHighest,
  },
  {
    name: 'topK retractable',
    aggregate: topK(3, half, { of: value, retractable: true }),
    strict: true,
    naive: threeHighest,
  },
  {
    name: 'quantiles',
    aggregate: quantiles([0, 0.3, 0.5, 1], value),
    strict: true,
    naive: items => [0, 0.3, 0.5, 1].map(q => ascending(values(items))[Math.floor(q * (items.length - 1))]),
    canonical: result => (result as readonly number[]).map(number => Math.round(number) + 0),
  },
  {
    name: 'histogram',
    aggregate: histogram(value, [-2, 0, 3]),
    naive: items => [
      { from: -Infinity, to: -2, count: values(items).filter(x => x < -2).length },
      { from: -2, to: 0, count: values(items).filter(x => x >= -2 && x < 0).length },
      { from: 0, to: 3, count: values(items).filter(x => x >= 0 && x < 3).length },
      { from: 3, to: Infinity, count: values(items).filter(x => x >= 3).length },
    ],
  },
  {
    name: 'ohlc',
    aggregate: ohlc(value, { volume: value }),
    naive: items => ({
      open: least(items, item => item.at, value).value,
      high: Math.max(...values(items)),
      low: Math.min(...values(items)),
      close: (ordered(items, item => item.at, value).at(-1) as Item).value,
      count: items.length,
      volume: total(items),
    }),
  },
];

function threeHighest(items: readonly Item[]): number[] {
  const best = ordered(
    items,
    item => -half(item),
    item => item.at,
    value,
  );
  return values(best.slice(0, 3));
}

function twoMostFrequent(items: readonly Item[]): object[] {
  const counted = different(items).map(one => ({ value: one, count: values(items).filter(x => x === one).length }));
  return counted.sort((a, b) => b.count - a.count || a.value - b.value).slice(0, 2);
}

function nearZero(number: number): unknown {
  return Math.abs(number) < 1e-9 ? 0 : rounded(number);
}
