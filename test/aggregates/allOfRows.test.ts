import { describe, expect, it } from 'vitest';
import { sideBySide } from '../../src/aggregates/allOfRows.js';
import { collect } from '../../src/aggregates/collect.js';
import { count } from '../../src/aggregates/count.js';
import { mean } from '../../src/aggregates/mean.js';
import { min } from '../../src/aggregates/min.js';

const avg = mean((x: number) => x);

describe('sideBySide', () => {
  it('lays the parts one after the other, wherever the row begins', () => {
    const rows = sideBySide(['n', 'avg', 'm'], [count(), avg, count()]);
    if (!rows) throw new Error('no rows');
    const table = new Float64Array(7).fill(-1);
    rows.init(table, 2);
    for (const x of [4, 6]) rows.add(table, 2, x, 0);
    expect([...table]).toEqual([-1, -1, 2, 2, 10, 2, -1]);
    rows.merge(table, 2, new Float64Array([9, 1, 2, 3, 5]), 1);
    expect([...table]).toEqual([-1, -1, 3, 4, 13, 7, -1]);
    rows.remove?.(table, 2, 3, 0);
    expect([...table]).toEqual([-1, -1, 2, 3, 10, 6, -1]);
    expect(rows.result(table, 2)).toEqual({ n: 2, avg: 10 / 3, m: 6 });
  });

  it('is undefined if a part has no rows, and has no remove if a part has none', () => {
    expect(sideBySide(['n', 'list'], [count(), collect()])).toBe(undefined);
    expect('remove' in (sideBySide(['n', 'low'], [count(), min((x: number) => x)]) ?? {})).toBe(false);
  });
});
