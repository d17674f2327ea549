import { describe, expect, it } from 'vitest';
import { count } from '../../src/aggregates/count.js';
import { dropCounts } from '../../src/engine/drops.js';
import type { MachineFactory } from '../../src/engine/machine.js';
import { StoredSlicedMachine } from '../../src/engine/storedSlicedMachine.js';
import { StoredSlices } from '../../src/engine/storedSlices.js';
import { END_OF_TIME } from '../../src/time/timestamp.js';
import { sliding } from '../../src/windows/sliding.js';
import { tumbling } from '../../src/windows/tumbling.js';
import { runMachine, specOf } from '../properties/machineRun.js';
import { tables } from './tables.js';

async function on(): Promise<MachineFactory> {
  const backend = await tables();
  return (spec, output, drops, snapshot) => new StoredSlicedMachine(spec, output, drops, snapshot, new StoredSlices(spec, backend, 'w', 0));
}

const add = (key: string, at: number) => ({ item: { key, value: 1, at }, diff: 1 as const });

// That it says what the machine in memory says is in test/properties/stored.test.ts.
describe('StoredSlicedMachine', () => {
  it('says windows in order, their keys as they came', async () => {
    const spec = specOf(sliding(10, 5), count(), { allowedLateness: 5 });
    const { said, drops } = runMachine(await on(), spec, [
      add('b', 1),
      add('a', 2),
      add('b', 7),
      { watermark: 12 },
      add('a', 9),
      add('a', 1),
    ]);
    expect(said[3]?.panes.map(({ key, value, window }) => [key, value, window.start])).toEqual([
      ['b', 1, -5],
      ['a', 1, -5],
      ['b', 2, 0],
      ['a', 1, 0],
    ]);
    expect(said[4]?.panes.map(({ timing, value }) => [timing, value])).toEqual([['late', 2]]);
    expect(said[5]?.panes.map(({ window }) => window.start)).toEqual([0]);
    expect(drops.expired).toBe(0);
  });

  it('leaves nothing behind at the end of time', async () => {
    const backend = await tables();
    const spec = specOf(tumbling(10), count());
    const slices = new StoredSlices(spec, backend, 'w', 0);
    const machine = new StoredSlicedMachine(spec, { pane: () => {}, late: () => {}, reached: () => {} }, dropCounts(), undefined, slices);
    for (let i = 0; i < 100; i++) machine.element({ key: `k${i}`, value: 1, at: i }, i, 1);
    expect(backend.table('w/keys').size).toBeGreaterThan(90);
    machine.advance(END_OF_TIME, 0);
    slices.settle();
    expect(['keys', 'labels', 'images'].map(name => backend.table(`w/${name}`).size)).toEqual([0, 0, 0]);
  });

  it('goes on after an element that an aggregate refuses, as far as its state is asked for', async () => {
    const spec = specOf<number>(tumbling(10), {
      ...count(),
      rows: undefined as never,
      create: () => [0],
      add: refuse,
      result: () => 0,
    } as never);
    const machine = (await on())(spec, { pane: () => {}, late: () => {}, reached: () => {} }, dropCounts());
    expect(() => machine.element({ key: 'a', value: 1, at: 1 }, 1, 1)).toThrow('refused');
    expect([...machine.cut(1, 0).parts].length).toBe(1);
  });
});

function refuse(): never {
  throw new Error('refused');
}
