import { expect, it } from 'vitest';
import { Coordinator } from '../../src/checkpoint/coordinator.js';
import { readCheckpoint } from '../../src/checkpoint/readCheckpoint.js';
import { rebase } from '../../src/checkpoint/rebase.js';
import { type CheckpointSlot, openSlot } from '../../src/checkpoint/slot.js';
import { failure } from './failure.js';
import { TestStorage, TestWorld } from './memory.js';

it('makes a full checkpoint of a chain, in another storage, that a job begins with', async () => {
  const storage = new TestStorage();
  const world = new TestWorld();
  const coordinator = await Coordinator.open({ job: 'job', storage, sinks: [], env: world });
  const operator = (parts: readonly { id: number; data?: unknown }[]) => ({ kind: 'windowBy', name: 'a/b', rest: { spec: 'x' }, parts });
  const take = async (position: number, parts: readonly { id: number; data?: unknown }[]) =>
    (await coordinator.checkpoint(() => ({ sources: [{ name: 'in', position }], operators: [operator(parts)], watermark: position }))).seq;
  const big = 'x'.repeat(100);
  await take(1, [{ id: 0, data: [big] }, { id: 1, data: 2n }]); // biome-ignore format: one line
  const seq = await take(2, [{ id: 0 }, { id: 2, data: new Date(7) }]);
  const slot = openSlot(storage.slots.get(seq) as Uint8Array) as CheckpointSlot;
  expect(slot.chain).toHaveLength(2);
  const state = await readCheckpoint(storage, 'job', { seq, slot }, world);

  const to = { storage: new TestStorage(64), job: 'copy' };
  const full = await rebase(state, slot, to, world);
  expect(full).toMatchObject({ job: 'copy', epoch: 0, sinks: {}, watermark: 2, operators: ['windowBy/a/b'] });
  expect(full.chain).toHaveLength(1);
  const begun = await Coordinator.open({ job: 'copy', storage: to.storage, sinks: [], env: world });
  expect(begun.restored).toMatchObject({ sources: state.job.sources, operators: state.job.operators });
  expect(await failure(rebase(state, slot, to, world))).toMatch('BAD_OPTION: memory holds something named copy already');
});
