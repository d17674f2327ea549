/** Each law finds a storage that breaks it. */
import { describe, expect, it } from 'vitest';
import type { CheckpointStorage } from '../../src/checkpoint/storage.js';
import { memoryStorage } from '../../src/storages/memoryStorage.js';
import { storageContract } from '../../src/testing/storageContract.js';

/** The names of the laws that a storage breaks; `change` spoils a good one. */
async function broken(change: (good: CheckpointStorage) => Partial<CheckpointStorage>): Promise<string[]> {
  const good = memoryStorage();
  const methods = change(good);
  const bad = new Proxy(good, {
    get(target, name) {
      const value = Reflect.get(methods, name) ?? Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  const found: string[] = [];
  for (const law of storageContract(() => bad)) await law.run().catch(() => found.push(law.name));
  return found;
}

describe('the laws of a storage', () => {
  it('are all kept by a good one', async () => {
    expect(await broken(() => ({}))).toEqual([]);
  });

  const faults: readonly (readonly [string, RegExp, (good: CheckpointStorage) => Partial<CheckpointStorage>])[] = [
    ['forgets chunks', /reads back/, () => ({ getChunk: async () => undefined })],
    [
      'gives a chunk of another job',
      /^a chunk that is not there/,
      good => ({ getChunk: (job, id) => good.getChunk(job.replace(/2$/, ''), id) }),
    ],
    ['lists too much', /listed by the beginning/, good => ({ listChunks: job => good.listChunks(job, '') })],
    ['fails where there is nothing to delete', /^deleting/, () => ({ deleteChunks: () => Promise.reject(new Error('ENOENT')) })],
    ['lists slots as texts', /^a slot reads back/, good => ({ listSlots: async job => (await good.listSlots(job)).sort() as number[] })],
    ['says taken when it is not', /^a slot reads back/, () => ({ appendSlot: async () => 'taken' })],
    ['says ok when it is taken', /^a slot is put once/, good => ({ appendSlot: (...slot) => good.appendSlot(...slot).then(() => 'ok') })],
    ['does not trim', /^trimming/, () => ({ trimSlots: async () => {} })],
    ['lists no jobs', /^jobs of any name/, () => ({ listJobs: async () => [] })],
    ['works after it was closed', /STORAGE_CLOSED/, () => ({ listJobs: async () => [] })],
  ];
  it.each(faults)('find a storage that %s', async (_what, law, change) => {
    expect((await broken(change)).join('\n')).toMatch(new RegExp(law.source, 'm'));
  });
});
