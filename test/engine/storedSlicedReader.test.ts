import { describe, expect, it } from 'vitest';
import { sum } from '../../src/aggregates/sum.js';
import { dropCounts } from '../../src/engine/drops.js';
import { StoredSlicedMachine } from '../../src/engine/storedSlicedMachine.js';
import { StoredSlicedReader } from '../../src/engine/storedSlicedReader.js';
import { StoredSlices } from '../../src/engine/storedSlices.js';
import { sliding } from '../../src/windows/sliding.js';
import { nextNumber } from '../cuts.js';
import { type Item, specOf } from '../properties/machineRun.js';
import { tables } from './tables.js';

const item = (key: string, at: number): Item => ({ key, at, value: 1 });

describe('a reader of slices on tables', () => {
  it('sees at a cut slices that are gone since', async () => {
    const spec = specOf(
      sliding(10, 5),
      sum((x: Item) => x.value),
    );
    const slices = new StoredSlices<Item, string, number>(spec, await tables(), 'w', 0);
    const machine = new StoredSlicedMachine(spec, { pane() {}, late() {}, reached() {} }, dropCounts(), undefined, slices);
    for (const at of [1, 6, 7]) machine.element(item('a', at), at, 1);
    const held = new StoredSlicedReader(spec, machine, machine.inside, nextNumber());
    const live = new StoredSlicedReader(spec, machine, machine.inside);
    expect(live.find('a', { start: 0, end: 10 })).toMatchObject({ value: 3, expires: 10 });
    machine.element(item('a', 6), 6, 1);
    expect(live.find('a', { start: 0, end: 10 })?.value).toBe(4);
    machine.advance(90, 0);
    expect(live.of('a')).toEqual([]);
    expect(held.of('a').map(({ value }) => value)).toEqual([1, 3, 2]);
    held.release();
  });
});
