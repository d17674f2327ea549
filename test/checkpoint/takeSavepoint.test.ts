import { expect, it } from 'vitest';
import type { Barrier, StatePart } from '../../src/checkpoint/participants.js';
import { readCheckpoint } from '../../src/checkpoint/readCheckpoint.js';
import { TakeSavepoint } from '../../src/checkpoint/takeSavepoint.js';
import { TidemarkError } from '../../src/errors.js';
import { failure } from './failure.js';
import { TestWorld } from './memory.js';
import { SinkWorld, TestSink } from './sinks.js';

const world = new TestWorld();
const part = { id: 0, data: [1n, new Date(5)] };

function barrier(closed: string[] = [], data: readonly unknown[] = [part]): Barrier {
  const parts = (function* () {
    try {
      yield* data as StatePart[];
    } finally {
      closed.push('closed');
    }
  })();
  return {
    sources: [{ name: 'in', position: { page: 3n }, watermark: 8 }],
    operators: [{ kind: 'windowBy', name: 'w', rest: { x: 1 }, parts }],
    watermark: 9,
  };
}

it('writes what was taken at the barrier when the checkpoint is complete', async () => {
  const taking = new TakeSavepoint('x', 'job', [new TestSink('outbox', new SinkWorld())], world);
  taking.take(barrier());
  taking.complete(7);
  const savepoint = await taking.savepoint;
  expect(savepoint).toMatchObject({
    label: 'x',
    job: 'job',
    checkpoint: 7,
    watermark: 9,
    operators: [{ id: 'windowBy/w', spec: '', version: 0 }],
  });
  expect([savepoint.sinks, savepoint.sources]).toEqual([
    [{ name: 'out', mode: 'outbox' }],
    [{ name: 'in', position: { page: 3n }, watermark: 8 }],
  ]);
  const { job, sinks } = await readCheckpoint(savepoint.split, 'job', { seq: 7, slot: savepoint.slot }, world);
  expect(job.operators.get('windowBy/w')).toEqual({ rest: { x: 1 }, parts: [part] });
  expect(sinks.size).toBe(0);
});

it('cuts large state into chunks, and takes no longer than there is state', async () => {
  const taking = new TakeSavepoint('x', 'job', [], world);
  taking.take(barrier([], [{ id: 0, data: 'x'.repeat(3 << 20) }]));
  taking.complete(7);
  const savepoint = await taking.savepoint;
  expect(savepoint.split.chunks.size).toBe(4);
  expect(savepoint.sources).toHaveLength(1);
});

it('fails with its checkpoint, lets go of the state, and fails if it never came to a barrier', async () => {
  const closed: string[] = [];
  const taking = new TakeSavepoint('x', 'job', [], world);
  const taken = barrier(closed);
  for (const { parts } of taken.operators) (parts as Generator<StatePart>).next();
  taking.take(taken);
  taking.fail(new TidemarkError('STORAGE_FULL', 'no room'));
  expect(await failure(taking.savepoint)).toBe('STORAGE_FULL: no room');
  expect(closed).toEqual(['closed']);
  const never = new TakeSavepoint('y', 'job', [], world);
  never.complete(8);
  expect(await failure(never.savepoint)).toBe('CHECKPOINT_FAILED: job job: savepoint y has not been taken.');
  const unstorable = new TakeSavepoint('z', 'job', [], world);
  unstorable.take(barrier([], [{ id: 0, data: () => 1 }]));
  unstorable.complete(8);
  expect(await failure(unstorable.savepoint)).toMatch(/^UNSTORABLE/);
});
