/** Tables and cells for tests of machines on them. */
import { count } from '../../src/aggregates/count.js';
import { StoredCells } from '../../src/engine/storedCells.js';
import { StoredSlices } from '../../src/engine/storedSlices.js';
import { createLane, type Lane } from '../../src/state/lanes.js';
import type { StateBackend } from '../../src/state/stateBackend.js';
import { orderedMemory } from '../../src/storages/orderedMemory.js';
import { tumbling } from '../../src/windows/tumbling.js';
import { type Item, specOf } from '../properties/machineRun.js';

export async function tables(): Promise<StateBackend> {
  const backend = orderedMemory();
  await backend.open();
  return backend;
}

/** Cells of counts, of which no key stays at hand. */
export function cellsIn(backend: StateBackend): { cells: StoredCells<Item, unknown, number>; lane: Lane<Item, number> } {
  const lane = createLane<Item, number>(count());
  return { cells: new StoredCells<Item, unknown, number>(lane, backend, 'w', 0), lane };
}

export function slicesIn(backend: StateBackend): StoredSlices<Item, string, number> {
  return new StoredSlices(specOf(tumbling(10), count()), backend, 'w', 0);
}

export const item: Item = { key: 'a', value: 1, at: 0 };
