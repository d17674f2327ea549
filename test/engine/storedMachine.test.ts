import { describe, expect, it } from 'vitest';
import { count } from '../../src/aggregates/count.js';
import { dropCounts } from '../../src/engine/drops.js';
import { generalMachine } from '../../src/engine/generalMachine.js';
import type { MachineFactory } from '../../src/engine/machine.js';
import { StoredMachine } from '../../src/engine/storedMachine.js';
import type { WindowAssigner } from '../../src/engine/window.js';
import { END_OF_TIME } from '../../src/time/timestamp.js';
import { afterCount } from '../../src/triggers/afterCount.js';
import { afterWatermark } from '../../src/triggers/afterWatermark.js';
import { every } from '../../src/triggers/every.js';
import { globalWindow } from '../../src/windows/globalWindow.js';
import { session } from '../../src/windows/session.js';
import { tumbling } from '../../src/windows/tumbling.js';
import { type Item, type MachineStep, runMachine, specOf } from '../properties/machineRun.js';
import { tables } from './tables.js';

async function on(): Promise<MachineFactory> {
  const backend = await tables();
  return (spec, output, drops, snapshot) => new StoredMachine(spec, output, drops, snapshot, backend, 'w', 0);
}

const add = (key: string, at: number): MachineStep => ({ item: { key, value: 1, at }, diff: 1 });

// That it says what the machines in memory say is in test/properties/stored.test.ts.
describe('StoredMachine', () => {
  it('merges sessions that meet, and says those that are due in order of their ends', async () => {
    const steps = [add('a', 0), add('b', 1), add('a', 8), add('a', 4), add('c', 30), { watermark: 20 }];
    const { said } = runMachine(await on(), specOf(session(5), count()), steps);
    expect(said.at(-1)?.panes.map(({ key, value, window }) => [key, value, window.start, window.end])).toEqual([
      ['b', 1, 1, 6],
      ['a', 3, 0, 13],
    ]);
  });

  it('is due once by its end and by its timers', async () => {
    const trigger = afterWatermark({ early: every(5), late: afterCount(1) });
    const steps = [{ clock: 0 }, add('a', 0), { clock: 4 }, { clock: 5 }, add('a', 1), { watermark: 10 }];
    const { said } = runMachine(await on(), specOf(tumbling(10), count(), {}, trigger), steps);
    expect(said.map(({ panes }) => panes.map(({ timing, value }) => `${timing} ${value}`).join())).toEqual([
      '',
      '',
      '',
      'early 1',
      '',
      'on-time 2',
    ]);
  });

  // More windows of a key at once than it is likely to have, and more due at once than are read ahead.
  it.each<[string, WindowAssigner<Item>]>([
    ['sessions', session(3)],
    ['windows', tumbling(4)],
    ['lives', globalWindow({ ttl: 20 })],
  ])('says the same as in memory of thousands of %s', async (_what, assigner) => {
    const steps = Array.from({ length: 1_500 }, (_, i): MachineStep => add(`k${(i * 7) % 40}`, (i * 13) % 600));
    const spec = specOf<number>(assigner, count());
    const all: MachineStep[] = [...steps, { watermark: 300 }, ...steps.slice(0, 300), { watermark: END_OF_TIME }];
    expect(runMachine(await on(), spec, all).said).toEqual(runMachine(generalMachine, spec, all).said);
  });

  it('leaves nothing behind at the end of time but what is skipped', async () => {
    const backend = await tables();
    const spec = specOf(session(3), count(), { timestampCombiner: 'earliest' });
    const output = { pane: () => {}, late: () => {}, reached: () => {} };
    const machine = new StoredMachine(spec, output, dropCounts(), undefined, backend, 'w', 0);
    for (let i = 0; i < 100; i++) machine.element({ key: `k${i % 9}`, value: 1, at: i * 3 }, i * 3, 1);
    machine.advance(END_OF_TIME, 0);
    expect([...machine.cut(1, 0).parts]).toEqual([]);
    expect(backend.table('w/labels').size).toBe(0);
  });
});
