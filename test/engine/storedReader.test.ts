import { describe, expect, it } from 'vitest';
import { sum } from '../../src/aggregates/sum.js';
import { dropCounts } from '../../src/engine/drops.js';
import { StoredMachine } from '../../src/engine/storedMachine.js';
import { StoredReader } from '../../src/engine/storedReader.js';
import { session } from '../../src/windows/session.js';
import { nextNumber } from '../cuts.js';
import { type Item, specOf } from '../properties/machineRun.js';
import { tables } from './tables.js';

const item = (key: string, at: number): Item => ({ key, at, value: 1 });

describe('a reader of cells on tables', () => {
  it('sees at a cut what has merged or expired since, and lets go of its images', async () => {
    const spec = specOf(
      session(5),
      sum((x: Item) => x.value),
    );
    const backend = await tables();
    const machine = new StoredMachine(spec, { pane() {}, late() {}, reached() {} }, dropCounts(), undefined, backend, 'w', 0);
    for (const at of [0, 8]) machine.element(item('a', at), at, 1);
    machine.element(item('b', 1), 1, 1);
    const held = new StoredReader(spec, machine, machine.inside, nextNumber());
    const live = new StoredReader(spec, machine, machine.inside);
    machine.element(item('a', 4), 4, 1);
    machine.advance(7, 0);
    expect(live.of('a').map(({ window, value }) => [window.start, window.end, value])).toEqual([[0, 13, 3]]);
    expect(live.of('b')).toEqual([]);
    for (let i = 0; i < 2; i++) {
      expect(held.of('a').map(({ window, value }) => [window.start, window.end, value])).toEqual([
        [0, 5, 1],
        [8, 13, 1],
      ]);
      expect(held.of('b')).toMatchObject([{ value: 1, window: { start: 1, end: 6 } }]);
    }
    held.release();
    expect([backend.table('w/images').size, backend.table('w/gone').size]).toEqual([0, 0]);
  });
});
