import { describe, expect, it } from 'vitest';
import { count } from '../../src/aggregates/count.js';
import { dropCounts } from '../../src/engine/drops.js';
import { stateOn } from '../../src/engine/stateOn.js';
import { StoredMachine } from '../../src/engine/storedMachine.js';
import { StoredSlicedMachine } from '../../src/engine/storedSlicedMachine.js';
import type { Trigger } from '../../src/engine/trigger.js';
import type { WindowAssigner } from '../../src/engine/window.js';
import { orderedMemory } from '../../src/storages/orderedMemory.js';
import { afterCount } from '../../src/triggers/afterCount.js';
import { afterWatermark } from '../../src/triggers/afterWatermark.js';
import { repeatedly } from '../../src/triggers/repeatedly.js';
import { globalWindow } from '../../src/windows/globalWindow.js';
import { session } from '../../src/windows/session.js';
import { sliding } from '../../src/windows/sliding.js';
import { tumbling } from '../../src/windows/tumbling.js';
import { type Item, specOf } from '../properties/machineRun.js';

const silent = { pane: () => {}, late: () => {}, reached: () => {} };

describe('stateOn', () => {
  it.each<[string, WindowAssigner<Item>, Trigger | undefined, unknown]>([
    ['aligned windows', tumbling(5), undefined, StoredSlicedMachine],
    ['overlapping ones', sliding(6, 4), afterWatermark(), StoredSlicedMachine],
    ['those with a trigger', tumbling(5), repeatedly(afterCount(2)), StoredMachine],
    ['sessions', session(3), undefined, StoredMachine],
    ['lives', globalWindow({ ttl: 5 }), undefined, StoredMachine],
  ])('has a machine for %s', async (_what, assigner, trigger, kind) => {
    const state = await stateOn(orderedMemory()).open();
    const spec = specOf(assigner, count(), {}, trigger);
    expect(state.machine('w', spec)?.(spec, silent, dropCounts())).toBeInstanceOf(kind);
    await state.close();
  });

  it('parks parts of a checkpoint until they are asked for, as often as they are', async () => {
    const backend = orderedMemory();
    const state = await stateOn(backend, { cache: 0 }).open();
    const parked = Array.from({ length: 700 }, (_, i) => state.park?.({ i }));
    expect(backend.table('parked').size).toBeGreaterThan(600);
    expect(parked[3]?.()).toEqual({ i: 3 });
    expect(parked[3]?.()).toEqual({ i: 3 });
    expect(parked[699]?.()).toEqual({ i: 699 });
    state.unpark?.();
    expect(backend.table('parked').size).toBe(0);
  });

  it('serves one run at a time', async () => {
    const backend = orderedMemory();
    const first = await stateOn(backend).open();
    backend.table('t').write([['a', 1]]);
    await expect(stateOn(backend).open()).rejects.toThrow(
      'orderedMemory(): a run has its state in it. Give each run a backend of its own.',
    );
    expect(backend.table('t').get('a')).toBe(1);
    await first.close();
    await stateOn(backend).open();
    backend.table('t').write([['b', 1]]);
    // Closed again, when it is another's.
    await first.close();
    expect(backend.table('t').get('b')).toBe(1);
  });

  it('may be opened again when that has failed', async () => {
    const backend = orderedMemory();
    let broken = true;
    const failing = {
      ...backend,
      table: () => backend.table('t'),
      open: async () => expect(broken).toBe(false),
      close: () => backend.close(),
    };
    const state = stateOn(failing);
    await expect(state.open()).rejects.toThrow();
    broken = false;
    await state.open();
  });

  it('refuses what is no backend, and no number of keys', () => {
    expect(() => stateOn({} as never)).toThrow('stateOn: its first argument must be a backend');
    expect(() => stateOn(orderedMemory(), { cache: -1 })).toThrow('orderedMemory(): cache must be a whole number of keys');
    expect(() => stateOn(orderedMemory(), { size: 1 } as never)).toThrow('there is no option "size"');
  });
});
