import { describe, expect, it } from 'vitest';
import { Chains } from '../../src/engine/chains.js';
import { cellsIn, item, tables } from './tables.js';

describe('StoredCells', () => {
  it('bring a chain back as it was, with its accumulators, timers and panes', async () => {
    const { cells, lane } = cellsIn(await tables());
    const chains = new Chains(cells);
    const key = { user: 'ann', n: [1] };
    for (const start of [10, 0, 20]) {
      const cell = cells.create(key, start, start + 5, start, { seen: start });
      chains.insert(cell);
      lane.add(cell.slot, item, 0);
      cell.panes = start;
      cell.wakes = { event: [start], processing: [] };
      cells.touch(cell);
    }
    const before = cells.get(key);
    cells.settle();
    const newest = cells.get({ n: [1], user: 'ann' });
    expect(newest).not.toBe(before);
    const found = [];
    for (let cell = newest; cell; cell = cell.older)
      found.push([cell.start, cell.trigger, cell.panes, cell.wakes.event, lane.result(cell.slot)]);
    expect(found).toEqual([20, 10, 0].map(start => [start, { seen: start }, start, [start], 1]));
  });

  it('find a cell by its number as long as it is there', async () => {
    const { cells } = cellsIn(await tables());
    const chains = new Chains(cells);
    const [one, two] = [cells.create('a', 0, 5, 0, null), cells.create('a', 5, 9, 1, null)];
    chains.insert(one);
    chains.insert(two);
    cells.settle();
    expect(cells.at(one.number)?.end).toBe(5);
    const again = cells.at(one.number) as typeof one;
    cells.remove(again);
    chains.remove(again);
    cells.settle();
    expect([cells.at(one.number), cells.at(two.number)?.end]).toEqual([undefined, 9]);
    const last = cells.at(two.number) as typeof two;
    cells.remove(last);
    chains.remove(last);
    expect(cells.get('a')).toBeUndefined();
  });

  it('give blocks of cells as parts', async () => {
    const { cells } = cellsIn(await tables());
    const chains = new Chains(cells);
    for (let i = 0; i < 20; i++) {
      cells.settle();
      chains.insert(cells.create(i, i, i + 1, i, null));
    }
    const parts = [...cells.cut(1, 0)];
    expect(parts.map(({ data }) => (data as { key: number }[]).map(({ key }) => key))).toEqual([
      Array.from({ length: 16 }, (_, i) => i),
      [16, 17, 18, 19],
    ]);
    expect([...cells.cut(2, 1)]).toEqual([{ id: 0 }, { id: 1 }]);
  });
});
