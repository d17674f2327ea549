import { expect, it } from 'vitest';
import { Coordinator } from '../../src/checkpoint/coordinator.js';
import { copyCheckpoint } from '../../src/checkpoint/copyCheckpoint.js';
import { readCheckpoint } from '../../src/checkpoint/readCheckpoint.js';
import { type CheckpointSlot, openSlot } from '../../src/checkpoint/slot.js';
import { failure } from './failure.js';
import { TestStorage, TestWorld } from './memory.js';

it('copies a full checkpoint into another storage, once, and no other', async () => {
  const storage = new TestStorage();
  const world = new TestWorld();
  const coordinator = await Coordinator.open({ job: 'job', storage, sinks: [], env: world });
  const barrier = () => ({ sources: [{ name: 'in', position: [1n] }], operators: [], watermark: 0 });
  const take = async () => {
    const { seq } = await coordinator.checkpoint(barrier);
    return { seq, slot: openSlot(storage.slots.get(seq) as Uint8Array) as CheckpointSlot };
  };
  const full = await take();
  const changes = await take();
  const to = { storage: new TestStorage(), job: 'before tuning' };
  const slot = await copyCheckpoint({ storage, job: 'job' }, full, to, world);
  storage.chunks.clear();
  const { job } = await readCheckpoint(to.storage, to.job, { seq: 1, slot }, world);
  expect([...job.sources]).toEqual([['in', [1n]]]);
  expect(openSlot(to.storage.slots.get(1) as Uint8Array)).toEqual(slot);
  const again = () => copyCheckpoint({ storage, job: 'job' }, full, to, world);
  expect(await failure(again())).toMatch('BAD_OPTION: memory holds something named before tuning already');
  const elsewhere = { storage: new TestStorage(), job: 'x' };
  expect(await failure(copyCheckpoint({ storage, job: 'job' }, changes, elsewhere, world))).toMatch('is not a full one');
  expect(await failure(copyCheckpoint({ storage, job: 'job' }, full, elsewhere, world))).toMatch('BAD_CHECKPOINT');
});
