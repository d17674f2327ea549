import { describe, expect, it } from 'vitest';
import { byWindow, Cell, dumpCell, loadCell } from '../../src/engine/cell.js';
import { makePane } from '../../src/engine/emitter.js';
import type { TimeWindow } from '../../src/engine/window.js';

const cell = (start: number, end: number, seq: number): Cell<string, number> => new Cell<string, number>('k', start, end, seq, 0, null);

describe('byWindow', () => {
  //  0    5    10   15
  //  a[--------)         end 10, the first of its end by its start
  //       b[---)         end 10, first seen before c
  //       c[---)
  //  d[-------------)    end 15, though it starts first
  it('orders by end, then start, then by who was first seen', () => {
    const [a, b, c, d] = [cell(0, 10, 9), cell(5, 10, 1), cell(5, 10, 2), cell(0, 15, 0)] as const;
    expect([d, c, b, a].sort(byWindow)).toEqual([a, b, c, d]);
  });
});

describe('a cell as data', () => {
  const full = (): Cell<string, number> => {
    const window = { start: 0, end: 10 };
    const last = makePane('k', window, 7, 'early', 0, -1, false, 9);
    const rest = {
      fresh: true,
      timely: true,
      panes: 3,
      spoken: 1,
      last,
      replaces: [{ start: 0, end: 4 }],
      earliest: 2,
      latest: 8,
      closed: true,
    };
    return Object.assign(new Cell<string, number>('k', 0, 10, 5, 2, { n: 1 }), rest);
  };

  it('comes back as it was, but in the slot that it is given', () => {
    const data = structuredClone(dumpCell(full(), [7]));
    expect(data.accumulator).toEqual([7]);
    expect(loadCell(data, 4)).toEqual(Object.assign(full(), { slot: 4 }));
  });

  it('shares neither the state of the trigger nor the list of replaced windows', () => {
    const before = full();
    const data = dumpCell(before, 0);
    const after = loadCell(data, 0);
    (before.trigger as { n: number }).n = 2;
    (before.replaces as TimeWindow[]).push({ start: 4, end: 6 });
    expect(data).toMatchObject({ trigger: { n: 1 }, replaces: [{ start: 0, end: 4 }] });
    (after.trigger as { n: number }).n = 3;
    (after.replaces as TimeWindow[]).pop();
    expect(data).toMatchObject({ trigger: { n: 1 }, replaces: [{ start: 0, end: 4 }] });
  });
});
