import { describe, expect, it } from 'vitest';
import type { FoundSlot } from '../../src/checkpoint/manifestLog.js';
import { Retention } from '../../src/checkpoint/retention.js';
import type { CheckpointSlot } from '../../src/checkpoint/slot.js';
import { TestStorage, TestWorld } from './memory.js';

const chain = (...cuts: string[]) => ({ chain: cuts.map(cut => ({ cut, chunks: [[1, 1]] as const })) });

function filled(cuts: readonly string[], slots: readonly number[], retain: number): { storage: TestStorage; retention: Retention } {
  const storage = new TestStorage();
  for (const cut of cuts) storage.chunks.set(`c/${cut}/0`, new Uint8Array(1));
  for (const seq of slots) storage.slots.set(seq, new Uint8Array(1));
  return { storage, retention: new Retention(storage, 'job', new TestWorld(), retain) };
}

describe('Retention', () => {
  it('keeps the newest few and all that they reach; chunks go a round after their slots', async () => {
    const { storage, retention } = filled(['1-1', '1-2', '1-3', '1-4'], [1, 2, 3, 4, 5], 2);
    retention.add(2, chain('1-1'));
    retention.add(3, chain('1-1', '1-2'));
    retention.add(4, chain('1-3'));
    expect(await retention.collect()).toBe(0);
    expect([...storage.slots.keys()]).toEqual([3, 4, 5]);
    retention.add(5, chain('1-3', '1-4'));
    expect(await retention.collect()).toBe(0);
    expect(await retention.collect()).toBe(2);
    expect([...storage.chunks.keys()]).toEqual(['c/1-3/0', 'c/1-4/0']);
  });

  it('keeps what is held or pinned, even when its slot has gone', async () => {
    const { storage, retention } = filled(['1-1', '1-2', '1-3'], [1, 2, 3, 4], 1);
    const release = retention.hold(2);
    for (const [seq, cut] of [
      [2, '1-1'],
      [3, '1-2'],
      [4, '1-3'],
    ] as const)
      retention.add(seq, chain(cut));
    await retention.collect();
    expect(storage.slots.has(2)).toBe(true);
    release();
    await retention.collect();
    storage.chunks.set('pins/2/reader', new Uint8Array(0));
    expect(await retention.collect()).toBe(1);
    expect(storage.chunks.has('c/1-1/0')).toBe(true);
    storage.chunks.delete('pins/2/reader');
    expect(await retention.collect()).toBe(1);
    expect(storage.chunks.has('c/1-1/0')).toBe(false);
  });

  it('sweeps what dead owners left, unless the log says something that is not understood', async () => {
    const { storage, retention } = filled(['1-1', '1-2', '4-1'], [], 1);
    const slots: FoundSlot[] = [{ seq: 2, slot: { kind: 'checkpoint', ...chain('1-1') } as unknown as CheckpointSlot }];
    const broken: FoundSlot = { seq: 3, slot: { kind: 'unreadable', newer: false, why: '' } };
    expect(await retention.sweep(4, [...slots, broken])).toBe(0);
    storage.chunks.set('pins/1/reader', new Uint8Array(0));
    expect(await retention.sweep(4, slots)).toBe(0);
    storage.chunks.delete('pins/1/reader');
    expect(await retention.sweep(4, slots)).toBe(1);
    expect([...storage.chunks.keys()]).toEqual(['c/1-1/0', 'c/4-1/0']);
  });
});
