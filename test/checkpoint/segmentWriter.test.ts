import { describe, expect, it } from 'vitest';
import { Attempt } from '../../src/checkpoint/attempt.js';
import { CutEncoder } from '../../src/checkpoint/cutEncoder.js';
import { readCheckpoint } from '../../src/checkpoint/readCheckpoint.js';
import { SegmentWriter } from '../../src/checkpoint/segmentWriter.js';
import type { CheckpointSlot } from '../../src/checkpoint/slot.js';
import { settle, TestStorage, TestWorld } from './memory.js';

const parts = Array.from({ length: 40 }, (_, id) => ({ id, data: `${id}`.repeat(30) }));
const barrier = { sources: [], operators: [{ kind: 'windowBy', name: 'w', rest: 0, parts }], watermark: 0 };

describe('SegmentWriter', () => {
  it('cuts chunks of the size that the storage wants, four on their way at most', async () => {
    const storage = new TestStorage(400);
    const world = new TestWorld();
    let underWay = 0;
    let most = 0;
    world.around = async (_label, effect) => {
      most = Math.max(most, ++underWay);
      const result = await effect();
      await settle();
      underWay--;
      return result;
    };
    const writer = new SegmentWriter(storage, 'job', '1-1', world, new Attempt(world, 'test', Infinity));
    const chunks = await writer.write(new CutEncoder(barrier, []));
    expect(chunks.length).toBeGreaterThan(5);
    expect(Math.max(...chunks.map(([bytes]) => bytes))).toBeLessThanOrEqual(400);
    expect(most).toBe(4);
    expect([...storage.chunks.keys()]).toEqual(writer.ids);
    const slot = { chain: [{ cut: '1-1', chunks }] } as unknown as CheckpointSlot;
    const { job } = await readCheckpoint(storage, 'job', { seq: 2, slot }, world);
    expect(job.operators.get('windowBy/w')?.parts).toEqual(parts);
  });

  it('fails when a chunk cannot be put, or the attempt ends', async () => {
    const world = new TestWorld();
    const storage = new TestStorage(400);
    storage.putChunk = async () => {
      throw new Error('full');
    };
    const writer = new SegmentWriter(storage, 'job', '1-1', world, new Attempt(world, 'test', Infinity));
    await expect(writer.write(new CutEncoder(barrier, []))).rejects.toThrow('full');
    await writer.settled();
    const hung = new TestStorage();
    hung.putChunk = () => new Promise(() => undefined);
    const late = new SegmentWriter(hung, 'job', '1-1', world, new Attempt(world, 'test', 100)).write(new CutEncoder(barrier, []));
    late.catch(() => undefined);
    await world.advance(100);
    await expect(late).rejects.toThrow('took longer than 100 ms');
  });
});
