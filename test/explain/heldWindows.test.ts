/** What the properties of explanations see of held windows in passing, by hand: of each kind of machine. State on tables is theirs. */
import { expect, it } from 'vitest';
import { generalMachine } from '../../src/engine/generalMachine.js';
import type { MachineFactory } from '../../src/engine/machine.js';
import { sessionMachine } from '../../src/engine/sessionMachine.js';
import { slicedMachine } from '../../src/engine/slicedMachine.js';
import type { WindowAssigner } from '../../src/engine/window.js';
import { heldIn, openIn } from '../../src/explain/heldWindows.js';
import { session, sliding } from '../../src/index.js';
import { Bench } from '../engine/support.js';

const hops = sliding(20, 10);

function seen(factory: MachineFactory, assigner: WindowAssigner<any>): (key: string, start: number, end: number) => unknown[] {
  const bench = new Bench(factory, assigner, { allowedLateness: 100 });
  for (const at of [5, 12, 31]) bench.add('a', at);
  bench.add('b', 12);
  bench.watermark(25);
  bench.add('a', 12);
  return (key, start, end) => [
    openIn(bench.machine),
    ...heldIn(bench.machine, key, start, end).map(held => `[${held.start},${held.end}) ${held.panes}${held.fresh ? ' fresh' : ''}`),
  ];
}

it.each([
  ['slices', slicedMachine],
  ['cells', generalMachine],
])('finds the windows of a key that reach into a range: %s', (_name, factory) => {
  const held = seen(factory, hops);
  expect(held('a', -100, 100)).toEqual([5, '[-10,10) 1', '[0,20) 2', '[10,30) 0 fresh', '[20,40) 0 fresh', '[30,50) 0 fresh']);
  expect(held('b', -100, 100)).toEqual([5, '[0,20) 1', '[10,30) 0 fresh']);
  expect(held('a', 20, 30)).toEqual([5, '[10,30) 0 fresh', '[20,40) 0 fresh']);
  expect(held('c', -100, 100)).toEqual([5]);
});

it('finds sessions, and counts the keys that have some', () => {
  const held = seen(sessionMachine(10, false), session(10));
  expect(held('a', -100, 100)).toEqual([2, '[5,22) 2', '[31,41) 0 fresh']);
  expect(held('a', 22, 31)).toEqual([2]);
  expect(held('b', 21, 22)).toEqual([2, '[12,22) 1']);
});

it('knows nothing of a machine that lends nothing', () => {
  expect([openIn({}), heldIn({}, 'a', 0, 1)]).toEqual([undefined, []]);
});
