import { describe, expect, it } from 'vitest';
import { sum } from '../../src/aggregates/sum.js';
import { Cell } from '../../src/engine/cell.js';
import { CellCuts } from '../../src/engine/cellCuts.js';
import { createLane } from '../../src/state/lanes.js';

function setUp() {
  const lane = createLane(sum((value: number) => value));
  const cells = new CellCuts<number, string, number>(lane);
  const born = (key: string, value: number): Cell<string, number> => {
    const cell = new Cell<string, number>(key, 0, 10, 0, lane.alloc(), null);
    cells.add(cell);
    lane.add(cell.slot, value, 0);
    return cell;
  };
  const read = (parts: Iterable<{ id: number; data?: unknown }>): unknown[] =>
    [...parts].map(({ id, data }) => {
      const { key, accumulator } = (data ?? {}) as { key?: string; accumulator?: unknown };
      return [id, key, accumulator];
    });
  return { lane, cells, born, read };
}

describe('the cells of a machine', () => {
  it('are read as they were, with their accumulators, and those that are new are not', () => {
    const { lane, cells, born, read } = setUp();
    const [a, b] = [born('a', 1), born('b', 2)];
    const cut = cells.take(1, 0);
    cells.touch(a);
    lane.add(a.slot, 5, 0);
    cells.remove(b);
    born('c', 3);
    expect(read(cut)).toEqual([
      [0, 'a', [1]],
      [1, 'b', [2]],
    ]);
    expect(read(cells.take(2, 1))).toEqual([
      [0, 'a', [6]],
      [1, 'c', [3]],
    ]);
  });

  it('are named only, if they have not changed, and closed ones have no accumulator', () => {
    const { cells, born, read } = setUp();
    const [, b] = [born('a', 1), born('b', 2)] as const;
    expect(read(cells.take(1, 0))).toHaveLength(2);
    cells.touch(b);
    b.closed = true;
    expect(read(cells.take(2, 1))).toEqual([
      [0, undefined, undefined],
      [1, 'b', undefined],
    ]);
  });
});
