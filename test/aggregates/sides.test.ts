import { describe, expect, it } from 'vitest';
import { absent, copySides, lastEqual, type Sided, type Sides, sides, withdrawn } from '../../src/aggregates/sides.js';
import { assertAggregateLaws } from '../../src/testing/aggregateLaws.js';
import { refusal } from '../support.js';

const left = (id: number, value: unknown = id): Sided<unknown> => ({ id, left: true, value });
const right = (id: number, value: unknown = id): Sided<unknown> => ({ id, left: false, value });
const ids = ({ left: l, right: r }: Sides<unknown, unknown>): number[][] => [l.map(({ id }) => id).sort(), r.map(({ id }) => id).sort()];

describe('sides', () => {
  const aggregate = sides('test', ids);
  const fold = (...elements: Sided<unknown>[]): Sides<unknown, unknown> =>
    elements.reduce((all, element) => aggregate.add(all, element, 0), aggregate.create());

  it('keeps the elements of both sides apart', () => {
    expect(aggregate.result(fold(left(1), right(2), left(3)))).toEqual([[1, 3], [2]]);
    expect(aggregate.result(aggregate.create())).toEqual([[], []]);
  });

  it('keeps the laws of aggregates', () => {
    assertAggregateLaws(aggregate, { samples: [1, 2, 3, 4, 5, 6].flatMap(id => [left(id, `l${id}`), right(id, `r${id}`)]) });
  });

  it('takes back the same element of a side, or else an equal one, the last of several', () => {
    const value = { a: 1 };
    const all = fold(left(1, value), left(2, { a: 1 }), right(3, value));
    expect(aggregate.result(aggregate.remove?.(all, left(9, value), 0) as typeof all)).toEqual([[2], [3]]);
    expect(aggregate.result(aggregate.remove?.(all, left(9, value), 0) as typeof all)).toEqual([[], [3]]);
    expect(refusal(() => aggregate.remove?.(all, left(9, value), 0))).toContain('BAD_VALUE: test: a retraction takes back');
  });

  it('copies arrays, not elements', () => {
    const all = fold(left(1), right(2));
    const copy = copySides(all);
    expect([copy, copy.left === all.left, copy.right === all.right, copy.left[0] === all.left[0]]).toEqual([all, false, false, true]);
  });
});

describe('what is withdrawn', () => {
  it('is the pane itself, when a pane is marked as a retraction', () => {
    const pane = { value: 1, retraction: false };
    expect([withdrawn(pane), withdrawn({ ...pane, retraction: true })]).toEqual([pane, pane]);
    expect([withdrawn(5), withdrawn(null), withdrawn(undefined)]).toEqual([5, null, undefined]);
  });

  it('is found by identity first, by structure else', () => {
    const value = { a: 1 };
    expect(lastEqual([{ value }, { value: { a: 1 } }], value)).toBe(0);
    expect(lastEqual([{ value: { a: 1 } }, { value: { a: 1 } }], value)).toBe(1);
    expect(lastEqual([], value)).toBe(-1);
    expect(absent('here', value).code).toBe('BAD_VALUE');
  });
});
