import { describe, expect, it } from 'vitest';
import type { Rows } from '../../src/aggregates/aggregate.js';
import { rowAggregate } from '../../src/aggregates/rows.js';
import { assertAggregateLaws } from '../../src/testing/aggregateLaws.js';
import { fold, refusal, resultOf } from './support.js';

/** `[latest time, sum of value * time]`: both numbers and the timestamp are used. */
const weighted: Rows<number, readonly [number, number]> = {
  stride: 2,
  init: (rows, at) => {
    rows[at] = -Infinity;
    rows[at + 1] = 0;
  },
  add: (rows, at, value, timestamp) => {
    rows[at] = Math.max(rows[at] as number, timestamp);
    rows[at + 1] = (rows[at + 1] as number) + value * timestamp;
  },
  merge: (rows, at, from, fromAt) => {
    rows[at] = Math.max(rows[at] as number, from[fromAt] as number);
    rows[at + 1] = (rows[at + 1] as number) + (from[fromAt + 1] as number);
  },
  result: (rows, at) => [rows[at] as number, rows[at + 1] as number],
};

describe('rowAggregate', () => {
  const aggregate = rowAggregate('weighted', weighted);

  it('derives the general form', () => {
    expect(aggregate.name).toBe('weighted');
    expect(aggregate.rows).toBe(weighted);
    expect(aggregate.create()).toEqual(new Float64Array([-Infinity, 0]));
    expect(resultOf(aggregate, [1, 2, 3], [10, 30, 20])).toEqual([30, 130]);
    expect(aggregate.result(aggregate.merge(fold(aggregate, [1], [10]), fold(aggregate, [2], [30])))).toEqual([30, 70]);
  });

  it('changes and returns the accumulator that it is given', () => {
    const acc = aggregate.create();
    expect(aggregate.add(acc, 1, 1)).toBe(acc);
    expect(aggregate.merge(acc, aggregate.create())).toBe(acc);
    expect(aggregate.copy?.(acc)).not.toBe(acc);
    expect(aggregate.copy?.(acc)).toEqual(acc);
  });

  it('has remove only if the rows have', () => {
    expect('remove' in aggregate).toBe(false);
    const removable = rowAggregate<number, number>('total', {
      ...weighted,
      init: (rows, at) => {
        rows[at] = 0;
        rows[at + 1] = 0;
      },
      add: (rows, at, value) => {
        rows[at] = (rows[at] as number) + value;
      },
      result: (rows, at) => rows[at] as number,
      merge: (rows, at, from, fromAt) => {
        rows[at] = (rows[at] as number) + (from[fromAt] as number);
      },
      remove: (rows, at, value, timestamp) => {
        rows[at] = (rows[at] as number) - value;
        rows[at + 1] = timestamp;
      },
    });
    const acc = fold(removable, [5, 7]);
    expect(removable.remove?.(acc, 5, 99)).toBe(acc);
    expect(acc).toEqual(new Float64Array([7, 99]));
  });

  it('keeps the laws', () => assertAggregateLaws(aggregate, { samples: [1, 2, 3, -4] }));

  it('is frozen', () => expect(Object.isFrozen(aggregate)).toBe(true));

  it('refuses a stride that is no positive integer', () => {
    for (const stride of [0, -1, 1.5, NaN, Infinity]) {
      expect(refusal(() => rowAggregate('odd', { ...weighted, stride }))).toBe(
        `BAD_OPTION: rowAggregate("odd"): stride must be a whole number of at least 1, but came as ${stride}.`,
      );
    }
  });
});
