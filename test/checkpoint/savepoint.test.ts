import { expect, it } from 'vitest';
import { checkedSavepoint, Savepoint, savepointFrom } from '../../src/checkpoint/savepoint.js';
import { joinSavepoint } from '../../src/checkpoint/savepointBytes.js';
import { sealSlot } from '../../src/checkpoint/slot.js';
import { TakeSavepoint } from '../../src/checkpoint/takeSavepoint.js';
import { refusal } from '../support.js';
import { TestWorld } from './memory.js';

async function made(positions: readonly unknown[]): Promise<Savepoint> {
  const taking = new TakeSavepoint('x', 'job', [], new TestWorld());
  taking.take({ sources: positions.map((position, i) => ({ name: `s${i}`, position, watermark: i })), operators: [], watermark: 4 });
  taking.complete(2);
  return taking.savepoint;
}

it('is the same when it is read back from its bytes, also out of the middle of others', async () => {
  const savepoint = await made([1, { at: 2n }]);
  const buffer = new Uint8Array(savepoint.bytes.length + 20);
  buffer.set(savepoint.bytes, 10);
  const again = savepointFrom(buffer.subarray(10, -10));
  expect({ ...again, bytes: 0, split: 0 }).toEqual({ ...savepoint, bytes: 0, split: 0 });
  expect(again.sources).toEqual([
    { name: 's0', position: 1, watermark: 0 },
    { name: 's1', position: { at: 2n }, watermark: 1 },
  ]);
  expect(again.sources).toBe(again.sources);
});

it('has positions that are larger than a chunk', async () => {
  const large = 'x'.repeat(3 << 20);
  expect((await made([large, 1])).sources.map(({ position }) => (position as string).length ?? position)).toEqual([large.length, 1]);
});

it('of an export without a label is known by its job', async () => {
  const { split } = await made([1]);
  const { origin: _, ...slot } = split.slot;
  const plain = new Savepoint(joinSavepoint(sealSlot(slot), [...split.chunks.values()]));
  expect(plain).toMatchObject({ label: '', job: 'job', checkpoint: 1, sinks: [] });
});

it('is read to the last byte, and refused in the name of who reads it', async () => {
  const { bytes } = await made([1]);
  const broken = bytes.slice();
  broken[bytes.length - 9] = 7;
  expect(refusal(() => savepointFrom(broken))).toMatch(/^BAD_CHECKPOINT: chunk c\/2-n1\/0: the bytes are altered/);
  expect(refusal(() => checkedSavepoint(bytes.subarray(5), 'a.tide'))).toBe('BAD_CHECKPOINT: a.tide is no export of a checkpoint.');
  expect(refusal(() => savepointFrom('x' as never))).toContain('BAD_OPTION: savepointFrom: its argument must be a Uint8Array');
});
