import { describe, expect, it } from 'vitest';
import { Chains } from '../../src/engine/chains.js';
import { StoredHolds } from '../../src/engine/storedHolds.js';
import { SpilledQueue } from '../../src/state/spilledQueue.js';
import { cellsIn, tables } from './tables.js';

describe('StoredHolds', () => {
  it('hold the watermark at the earliest time that still is one, though no cell is at hand', async () => {
    const backend = await tables();
    const { cells } = cellsIn(backend);
    const chains = new Chains(cells);
    const times = new Map<number, number>();
    const holds = new StoredHolds(new SpilledQueue(backend.table('holds'), 0), cells, cell => times.get(cell.number) ?? Infinity);
    const numbers = [7, 3, 9].map(time => {
      const cell = cells.create(`k${time}`, 0, 99, 0, null);
      chains.insert(cell);
      times.set(cell.number, time);
      holds.hold(cell);
      holds.hold(cell);
      cells.settle();
      return cell.number;
    });
    expect(holds.bound(20)).toBe(3);
    times.set(numbers[1] as number, 8);
    expect(holds.bound(20)).toBe(7);
    times.delete(numbers[0] as number);
    expect(holds.bound(5)).toBe(5);
    expect(holds.bound(20)).toBe(8);
    const gone = cells.at(numbers[1] as number) as never;
    cells.remove(gone);
    chains.remove(gone);
    expect(holds.bound(20)).toBe(9);
    times.clear();
    expect(holds.bound(20)).toBe(20);
  });
});
