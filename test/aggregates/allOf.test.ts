import { describe, expect, it } from 'vitest';
import type { Aggregate } from '../../src/aggregates/aggregate.js';
import { allOf } from '../../src/aggregates/allOf.js';
import { collect } from '../../src/aggregates/collect.js';
import { count } from '../../src/aggregates/count.js';
import { exactSum } from '../../src/aggregates/exactSum.js';
import { first } from '../../src/aggregates/first.js';
import { max } from '../../src/aggregates/max.js';
import { mean } from '../../src/aggregates/mean.js';
import { sum } from '../../src/aggregates/sum.js';
import { assertAggregateLaws } from '../../src/testing/aggregateLaws.js';
import { refusal, resultOf, resultWithout } from './support.js';

interface Flight {
  readonly id: string;
  readonly delay: number;
}

const a = { id: 'a', delay: 3 };
const b = { id: 'b', delay: 8 };
const c = { id: 'c', delay: -2 };

const delay = (f: Flight) => f.delay;
const longest: Aggregate<Flight, { text: string }, number> = {
  create: () => ({ text: '' }),
  add: (acc, f) => (f.id.length > acc.text.length ? { text: f.id } : acc),
  merge: (a, b) => (b.text.length > a.text.length ? { ...b } : a),
  result: acc => acc.text.length,
};

describe('allOf', () => {
  const numbers = allOf({ total: sum(delay), n: count(), worst: max(delay) });
  const mixed = allOf({ worst: max(delay), start: first((f: Flight) => f.id), longest });
  const removable = allOf({ n: count(), total: exactSum(delay), list: collect((f: Flight) => f.id) });

  it('gives an object of the results, in the order of the names', () => {
    expect(resultOf(numbers, [a, b, c])).toEqual({ total: 9, n: 3, worst: 8 });
    expect(Object.keys(resultOf(numbers, [a]))).toEqual(['total', 'n', 'worst']);
    expect(resultOf(mixed, [b, a, c])).toEqual({ worst: 8, start: 'b', longest: 1 });
    expect(resultOf(removable, [])).toEqual({ n: 0, total: 0, list: [] });
  });

  it('has rows if all parts have, as wide as theirs together', () => {
    expect(numbers.rows?.stride).toBe(3);
    expect(allOf({ avg: mean(delay), in: allOf({ n: count(), avg: mean(delay) }) }).rows?.stride).toBe(5);
    expect(mixed.rows).toBe(undefined);
    expect(numbers.create()).toBeInstanceOf(Float64Array);
  });

  it('takes retractions if all parts do', () => {
    expect('remove' in numbers).toBe(false);
    expect('remove' in mixed).toBe(false);
    expect(resultWithout(removable, [a, b, c], [b])).toEqual({ n: 2, total: 1, list: ['a', 'c'] });
    const rows = allOf({ n: count(), avg: mean(delay) });
    expect(resultWithout(rows, [a, b, c], [b])).toEqual({ n: 2, avg: 0.5 });
    expect(rows.rows?.remove).toBeTypeOf('function');
  });

  it('hands the timestamp to its parts', () => {
    expect(resultOf(mixed, [b, a, c], [3, 2, 1]).start).toBe('c');
  });

  it('nests', () => {
    const nested = allOf({ outer: count(), inner: allOf({ avg: mean(delay), list: collect<Flight>() }) });
    expect(resultOf(nested, [a, b])).toEqual({ outer: 2, inner: { avg: 5.5, list: [a, b] } });
    expect(nested.name).toBe('allOf(outer: count, inner: allOf(avg: mean, list: collect))');
    expect(mixed.name).toBe('allOf(worst: max, start: first, longest: custom)');
  });

  it('keeps the laws in both forms', () => {
    const samples = [a, b, c, { id: 'dd', delay: 0 }];
    assertAggregateLaws(numbers, { samples });
    assertAggregateLaws(mixed, { samples });
    assertAggregateLaws(allOf({ n: count(), total: exactSum(delay) }), { samples });
    assertAggregateLaws(allOf({ n: count(), avg: mean(delay) }), { samples });
    assertAggregateLaws(allOf({ n: count(), in: allOf({ worst: max(delay), avg: mean(delay) }) }), { samples });
  });

  it('is frozen, and does not see later changes of the object that it was given', () => {
    const parts: Record<string, Aggregate<Flight, any, number>> = { n: count() };
    const aggregate = allOf(parts);
    parts.m = count();
    expect(resultOf(aggregate, [a])).toEqual({ n: 1 });
    expect(Object.isFrozen(aggregate) && Object.isFrozen(mixed)).toBe(true);
  });

  it('names the part in errors, through all levels', () => {
    const bad = { id: 'x', delay: NaN };
    expect(refusal(() => resultOf(numbers, [bad]))).toBe(
      'BAD_VALUE: allOf.total: sum: the value of an element must be a number, but came as NaN for the element {"id":"x","delay":null}. Filter such elements out before the window.',
    );
    expect(refusal(() => resultOf(mixed, [bad]))).toMatch(/^BAD_VALUE: allOf.worst: max: /);
    expect(refusal(() => resultOf(allOf({ in: allOf({ avg: mean(delay) }) }), [bad]))).toMatch(/^BAD_VALUE: allOf.in: allOf.avg: mean: /);
    expect(refusal(() => resultWithout(removable, [a], [bad]))).toMatch(/^BAD_VALUE: allOf.total: exactSum: /);
    expect(refusal(() => resultWithout(allOf({ avg: mean(delay) }), [a], [bad]))).toMatch(/^BAD_VALUE: allOf.avg: mean: /);
  });

  it('passes on what users throw', () => {
    const broken = (): number => {
      throw new RangeError('mine');
    };
    expect(() => resultOf(allOf({ n: count(), x: sum(broken) }), [a])).toThrow(new RangeError('mine'));
    expect(() => resultOf(allOf({ x: sum(broken), list: collect() }), [a])).toThrow(new RangeError('mine'));
  });

  it('refuses nothing, and parts that are no aggregates', () => {
    expect(refusal(() => allOf({}))).toBe(
      'BAD_OPTION: allOf: the argument must be an object of aggregates, such as { flights: count() }, none named __proto__, but came as {}.',
    );
    expect(refusal(() => allOf(undefined as never))).toMatch(/^BAD_OPTION: allOf: .* but came as undefined\.$/);
    expect(refusal(() => allOf({ ['__proto__']: count() }))).toMatch(/^BAD_OPTION: allOf: /);
    expect(refusal(() => allOf({ n: count as never }))).toBe(
      'BAD_OPTION: allOf: n must be an aggregate, such as count(), but came as function count. Call it.',
    );
    expect(refusal(() => allOf({ n: null as never }))).toBe(
      'BAD_OPTION: allOf: n must be an aggregate, such as count(), but came as null.',
    );
  });
});
