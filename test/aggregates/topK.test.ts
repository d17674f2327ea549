import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Aggregate } from '../../src/aggregates/aggregate.js';
import { maxBy } from '../../src/aggregates/maxBy.js';
import { topK } from '../../src/aggregates/topK.js';
import { assertAggregateLaws } from '../../src/testing/aggregateLaws.js';
import { fold, refusal, resultOf, resultWithout } from './support.js';

interface Flight {
  readonly id: string;
  readonly delay: number;
}

const flight = (id: string, delay: number): Flight => ({ id, delay });
const top3 = topK(3, (f: Flight) => f.delay);
const ids3 = topK(3, (f: Flight) => f.delay, { of: f => f.id });
const all3 = topK(3, (f: Flight) => f.delay, { of: f => f.id, retractable: true });

const flights = fc.array(
  fc.record({ id: fc.constantFrom('a', 'b', 'c', 'd'), delay: fc.integer({ min: -2, max: 2 }), at: fc.integer({ min: 0, max: 3 }) }),
  { maxLength: 20 },
);

/** Sorted by number, time and id; the ids of the first k. */
function sorted(all: readonly (Flight & { at: number })[], k: number): string[] {
  const order = (a: Flight & { at: number }, b: Flight & { at: number }) =>
    b.delay - a.delay || a.at - b.at || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
  return all
    .toSorted(order)
    .slice(0, k)
    .map(({ id }) => id);
}

describe('topK', () => {
  it('takes the elements with the largest numbers, the highest first', () => {
    const four = [flight('a', 20), flight('b', -Infinity), flight('c', 40), flight('d', 30)];
    expect(resultOf(top3, four)).toEqual([four[2], four[3], four[0]]);
    expect(resultOf(top3, four)[0]).toBe(four[2]);
    expect(resultOf(ids3, four.slice(0, 2))).toEqual(['a', 'b']);
    expect(resultOf(top3, [])).toEqual([]);
  });

  it('takes the earliest of equal ones, then the smaller item, then the one that came first', () => {
    const equal = [flight('b', 5), flight('a', 5), flight('c', 5), flight('d', 5)];
    expect(resultOf(ids3, equal, [20, 20, 10, 30])).toEqual(['c', 'a', 'b']);
    expect(resultOf(top3, equal, [1, 1, 1, 1]).map(({ id }) => id)).toEqual(['b', 'a', 'c']);
    expect(resultOf(ids3, [flight('b', 0), flight('a', -0)], [1, 1])).toEqual(['a', 'b']);
  });

  it('is the beginning of all elements in order, for any order of arrival', () => {
    fc.assert(
      fc.property(flights, fc.integer({ min: 1, max: 6 }), (all, k) => {
        for (const retractable of [false, true]) {
          const aggregate = topK(k, (f: Flight) => f.delay, { of: f => f.id, retractable });
          expect(
            resultOf(
              aggregate,
              all,
              all.map(({ at }) => at),
            ),
          ).toEqual(sorted(all, k));
        }
      }),
    );
  });

  it('takes any element back where it keeps all', () => {
    fc.assert(
      fc.property(flights, flights, (kept, gone) => {
        const all = [...gone, ...kept];
        let acc = fold(
          all3,
          all,
          all.map(({ at }) => at),
        );
        for (const one of gone) acc = all3.remove?.(acc, one, one.at) ?? acc;
        expect(all3.result(acc)).toEqual(sorted(kept, 3));
        expect(acc.length).toBe(kept.length);
      }),
    );
  });

  it('takes back the very same item before an equal one', () => {
    const [a, b] = [flight('a', 1), flight('a', 1)];
    const aggregate = topK(3, (f: Flight) => f.delay, { retractable: true });
    const acc = fold(aggregate, [a, b], [0, 0]);
    expect(aggregate.result(aggregate.remove?.(acc, b, 0) ?? [])[0]).toBe(a);
    expect(aggregate.remove?.(acc, { ...a }, 0)).toEqual([]);
  });

  it('refuses to take back what it does not hold: another number, time or item', () => {
    const gone = (one: Flight, at: number) => refusal(() => all3.remove?.(fold(all3, [flight('a', 1)], [5]), one, at));
    expect(gone(flight('a', 1), 5)).toBe('nothing was thrown');
    expect(gone(flight('b', 1), 5)).toMatch(/^BAD_VALUE: topK: a retracted item .* came as "b"\. Element: {"id":"b","delay":1}/);
    expect(gone(flight('a', 2), 5)).toMatch(/^BAD_VALUE/);
    expect(gone(flight('a', 1), 6)).toMatch(/^BAD_VALUE/);
    expect('remove' in ids3).toBe(false);
    expect(refusal(() => resultWithout(all3, [], [flight('a', NaN)]))).toMatch(/^BAD_VALUE: topK: .* came as NaN/);
  });

  it('keeps no more than k, and asks no more than it must', () => {
    let asked = 0;
    const aggregate = topK(2, (x: number) => x, { of: x => x + 0 * asked++ });
    const acc = fold(aggregate, [5, 4, 3, 2, 1]);
    expect(acc.map(({ item }) => item)).toEqual([5, 4]);
    expect(asked).toBe(2);
    expect(aggregate.merge(acc, fold(aggregate, [6, 1])).map(({ item }) => item)).toEqual([6, 5]);
  });

  it('puts the first part first where it merges items that have no order', () => {
    const [a, b] = [fold(top3, [flight('a', 1), flight('b', 1)], [5, 5]), fold(top3, [flight('c', 1), flight('d', 1)], [5, 5])];
    expect(top3.result(top3.merge(a, b)).map(({ id }) => id)).toEqual(['a', 'b', 'c']);
  });

  it('begins with what maxBy takes', () => {
    const best = maxBy((f: Flight) => f.delay);
    fc.assert(
      fc.property(flights, all => {
        const times = all.map((_, i) => -i);
        expect(resultOf(top3, all, times)[0]).toBe(resultOf(best, all, times));
      }),
    );
  });

  it('keeps the laws', () => {
    const samples = [flight('a', 5), flight('b', 5), flight('c', 30), flight('d', -0), flight('e', 0), flight('f', Infinity)];
    for (const aggregate of [top3, ids3, all3] as Aggregate<Flight, any, unknown>[]) {
      assertAggregateLaws(aggregate, { samples });
      assertAggregateLaws(aggregate, { samples: samples.slice(0, 3), timestamp: ({ id }) => id.charCodeAt(0) });
    }
    assertAggregateLaws(ids3, { samples, timestamp: () => 7 });
    assertAggregateLaws(all3, { samples, timestamp: () => 7 });
  });

  it('refuses bad arguments and values', () => {
    expect(refusal(() => topK(0, (f: Flight) => f.delay))).toBe('BAD_OPTION: topK: k must be a whole number of at least 1, but came as 0.');
    expect(refusal(() => topK(1.5, (f: Flight) => f.delay))).toMatch(/^BAD_OPTION: topK: k /);
    expect(refusal(() => topK(3, 'delay' as never))).toMatch(
      /^BAD_OPTION: topK: .* topK\(3, flight => flight.delay\), but came as "delay"\.$/,
    );
    expect(refusal(() => topK(3, (f: Flight) => f.delay, { of: 'id' as never }))).toBe(
      'BAD_OPTION: topK: of must be a function, but came as "id".',
    );
    expect(refusal(() => topK(3, (f: Flight) => f.delay, { retractable: 1 as never }))).toBe(
      'BAD_OPTION: topK: retractable must be true or false, but came as 1.',
    );
    expect(refusal(() => topK(3, (f: Flight) => f.delay, { lowest: true } as never))).toMatch(
      /^BAD_OPTION: topK: there is no option "lowest"/,
    );
    expect(refusal(() => resultOf(top3, [flight('a', NaN)]))).toBe(
      'BAD_VALUE: topK: the value of an element must be a number, but came as NaN for the element {"id":"a","delay":null}. Filter such elements out before the window.',
    );
    expect(refusal(() => resultOf(top3, [{ id: 'a', delay: '1' as never }]))).toMatch(/^BAD_VALUE/);
  });
});
