import { describe, expect, it } from 'vitest';
import { count } from '../../src/aggregates/count.js';
import type { OpenWindow } from '../../src/engine/openWindows.js';
import type { Pane } from '../../src/engine/pane.js';
import { StoredPanes } from '../../src/engine/storedPanes.js';
import { StoredSlices } from '../../src/engine/storedSlices.js';
import { sliding } from '../../src/windows/sliding.js';
import { type Item, specOf } from '../properties/machineRun.js';
import { item, tables } from './tables.js';

async function panes(accumulation: 'accumulating' | 'retracting') {
  const spec = specOf(sliding(20, 10), count(), { accumulation, allowedLateness: 9 });
  const slices = new StoredSlices<Item, string, number>(spec, await tables(), 'w', 0);
  const said: string[] = [];
  const pane = ({ key, value, timing, index, retraction }: Pane<string, number>): void =>
    void said.push(`${retraction ? '-' : ''}${key}=${value} ${timing} ${index}`);
  const stored = new StoredPanes(spec, { pane, late: () => {}, reached: () => {} }, slices);
  for (const start of [0, 10]) slices.live.all.push(slices.open(start, start + 10, start + 10, start + 29));
  let seq = 0;
  const add = (slice: number, key: string): void =>
    slices.lane.add(slices.change(slices.live.all[slice] as never, key, () => seq++).slot, item, 0);
  const window: OpenWindow<string> = { start: 0, end: 20, firedAt: -1, late: undefined };
  const fire = (): void => {
    window.firedAt = seq;
    stored.sayOnTime(window, false);
  };
  const late = (key: string): void => stored.correct([window], key, () => add(1, key), item, 0, 1);
  return { said, add, fire, late, last: () => stored.sayLast(window) };
}

describe('StoredPanes', () => {
  it('puts a window together from its slices, and corrects it', async () => {
    const { said, add, fire, late } = await panes('accumulating');
    for (const [slice, key] of [
      [0, 'b'],
      [1, 'a'],
      [1, 'b'],
    ] as const)
      add(slice, key);
    fire();
    late('b');
    late('c');
    expect(said).toEqual(['b=2 on-time 0', 'a=1 on-time 0', 'b=3 late 1', 'c=1 late 0']);
  });

  it('withdraws what it said, and says it at last', async () => {
    const { said, add, fire, late, last } = await panes('retracting');
    add(0, 'a');
    fire();
    late('a');
    last();
    expect(said).toEqual(['a=1 on-time 0', '-a=1 on-time 0', 'a=2 late 1', '-a=2 late 1', 'a=2 late 2']);
  });
});
