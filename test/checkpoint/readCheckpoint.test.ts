import { expect, it } from 'vitest';
import { readCheckpoint } from '../../src/checkpoint/readCheckpoint.js';
import type { CheckpointSlot } from '../../src/checkpoint/slot.js';
import { failure } from './failure.js';
import { TestStorage, TestWorld } from './memory.js';

it('tells what is missing or altered from what cannot be asked', async () => {
  const storage = new TestStorage();
  const slot = { chain: [{ cut: '1-1', chunks: [[3, 1]] }] } as unknown as CheckpointSlot;
  const read = () => readCheckpoint(storage, 'job', { seq: 2, slot }, new TestWorld());
  expect(await failure(read())).toBe('BAD_CHECKPOINT: job job, checkpoint 2: chunk c/1-1/0 is missing.');
  storage.chunks.set('c/1-1/0', new Uint8Array(2));
  expect(await failure(read())).toMatch('BAD_CHECKPOINT: chunk c/1-1/0: 2 bytes instead of 3');
  storage.getChunk = async () => {
    throw new Error('offline');
  };
  await expect(read()).rejects.toThrow('offline');
});
