import { describe, expect, it } from 'vitest';
import type { CheckpointStorage } from '../../src/checkpoint/storage.js';
import type { Medium } from '../../src/storages/medium.js';
import { storageOn } from '../../src/storages/storageOn.js';

/** A medium that does as told; what is not told is not called. */
function on(methods: Partial<Medium>): { storage: CheckpointStorage; calls: string[] } {
  const calls: string[] = [];
  const medium = new Proxy(methods, {
    get: (target, name) => {
      const method = Reflect.get(target, name);
      return (...args: unknown[]) => {
        calls.push(String(name));
        if (!method && (name === 'open' || name === 'close')) return Promise.resolve();
        return method(...args);
      };
    },
  }) as Medium;
  return { storage: storageOn('it', { durable: false, fencing: 'in-process', chunkBytes: 1 }, medium), calls };
}

describe('storageOn', () => {
  it('opens the medium once for all its users, and closes it with the last', async () => {
    const { storage, calls } = on({ listJobs: async () => ['a'] });
    await Promise.all([storage.open(), storage.open()]);
    await storage.close();
    expect(await storage.listJobs()).toEqual(['a']);
    await storage.close();
    await storage.close();
    await storage.open();
    expect(calls).toEqual(['open', 'listJobs', 'close', 'open']);
  });

  it('is not open when the medium could not be opened, and can be tried again', async () => {
    let broken = true;
    const { storage } = on({
      open: async () => {
        if (broken) throw new Error('no such disk');
      },
      listJobs: async () => [],
    });
    await expect(storage.open()).rejects.toMatchObject({ code: 'STORAGE_FAILED', message: 'it: open: no such disk.' });
    await expect(storage.listJobs()).rejects.toMatchObject({ code: 'STORAGE_CLOSED' });
    broken = false;
    await storage.open();
    expect(await storage.listJobs()).toEqual([]);
  });

  it('closes the medium only when nothing is at work', async () => {
    let finish = (_data: undefined): void => {};
    const { storage, calls } = on({ getChunk: () => new Promise(resolve => (finish = resolve)) });
    await storage.open();
    const got = storage.getChunk('j', 'a');
    const closed = storage.close();
    await Promise.resolve();
    expect(calls).toEqual(['open', 'getChunk']);
    finish(undefined);
    expect(await got).toBeUndefined();
    await closed;
    expect(calls).toEqual(['open', 'getChunk', 'close']);
  });

  it('says of an error where it happened, and keeps the cause', async () => {
    const cause = new Error('broken');
    const { storage } = on({ readSlot: () => Promise.reject(cause) });
    await storage.open();
    await expect(storage.readSlot('my job', 7)).rejects.toMatchObject({
      code: 'STORAGE_FAILED',
      message: 'it: readSlot 7 of job "my job": broken.',
      cause,
    });
  });

  it('says that an id was used', async () => {
    const { storage } = on({ putChunk: async () => 'taken' });
    await storage.open();
    await expect(storage.putChunk('j', 'a', new Uint8Array())).rejects.toMatchObject({
      code: 'CHUNK_EXISTS',
      message: /^it: putChunk "a" of job "j": /,
    });
  });

  it('gives slots in order, and asks for no trimming that would do nothing or take the newest', async () => {
    const trimmed: number[] = [];
    const { storage } = on({ listSlots: async () => [10, 9, 8], trimSlots: async (_job, below) => void trimmed.push(below) });
    await storage.open();
    expect(await storage.listSlots('j')).toEqual([8, 9, 10]);
    for (const below of [1, 8, 9, 10, 11, 99]) await storage.trimSlots('j', below);
    expect(trimmed).toEqual([9, 10, 10, 10]);
  });

  it('lets go of a list that is not read to the end, and ends one that is read on after closing', async () => {
    let left = 0;
    const { storage } = on({
      async *listChunks() {
        try {
          for (;;) yield { id: 'a', bytes: 1 };
        } finally {
          left++;
        }
      },
    });
    await storage.open();
    for await (const { id } of storage.listChunks('j', '')) {
      expect(id).toBe('a');
      break;
    }
    expect(left).toBe(1);
    const list = storage.listChunks('j', '')[Symbol.asyncIterator]();
    await list.next();
    await storage.close();
    await expect(list.next()).rejects.toMatchObject({ code: 'STORAGE_CLOSED' });
    expect(left).toBe(2);
  });
});
