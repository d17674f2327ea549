/** IndexedDB as `fake-indexeddb` has it; the same contract in a real browser: browser/indexedDb.test.ts. */
import 'fake-indexeddb/auto';
import { describe, expect, it, vi } from 'vitest';
import { indexedDb } from '../../src/storages/indexedDb.js';
import { storageContract } from '../../src/testing/storageContract.js';
import { holdToModel } from './commands.js';

describe('indexedDb', () => {
  it.each(storageContract(() => indexedDb('contract')))('keeps the law: $name', law => law.run());

  it('agrees with a plain model, whatever is done to it', () => holdToModel(() => indexedDb('model'), 50), 60_000);

  it('stores of a view no more than the view', async () => {
    const storage = indexedDb('views');
    const add = vi.spyOn(IDBObjectStore.prototype, 'add');
    await storage.open();
    await storage.putChunk('j', 'a', new Uint8Array(1000).subarray(10, 20));
    const [stored] = add.mock.calls[0] as [Uint8Array];
    expect(stored.buffer.byteLength).toBe(10);
    add.mockRestore();
    await storage.close();
  });

  it('writes so that what is acknowledged is on the disk', async () => {
    const storage = indexedDb('strict');
    await storage.open();
    const transaction = vi.spyOn(IDBDatabase.prototype, 'transaction');
    await storage.appendSlot('j', 1, new Uint8Array(1));
    expect(transaction.mock.calls).toEqual([['tidemark', 'readwrite', { durability: 'strict' }]]);
    transaction.mockRestore();
    await storage.close();
  });

  it('is full: STORAGE_FULL, and what was stored stays', async () => {
    const storage = indexedDb('full');
    await storage.open();
    await storage.putChunk('j', 'a', new Uint8Array(1));
    const add = vi.spyOn(IDBObjectStore.prototype, 'add').mockImplementationOnce(function (this: IDBObjectStore) {
      throw new DOMException('The quota has been exceeded.', 'QuotaExceededError');
    });
    await expect(storage.putChunk('j', 'b', new Uint8Array(1))).rejects.toMatchObject({ code: 'STORAGE_FULL' });
    add.mockRestore();
    expect(await storage.getChunk('j', 'a')).toEqual(new Uint8Array(1));
    await storage.putChunk('j', 'b', new Uint8Array(1));
    await storage.close();
  });

  it('acknowledges what an attempt that was cut off had stored, and only that', async () => {
    const storage = indexedDb('cut');
    await storage.open();
    // The transaction commits, and yet its word does not arrive: as when Safari loses its connection.
    const lose = (): void => {
      const original = IDBDatabase.prototype.transaction;
      const once = vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementationOnce(function (this: IDBDatabase, ...args) {
        const transaction = original.apply(this, args);
        Object.defineProperty(transaction, 'oncomplete', {
          set(listener: () => void) {
            transaction.addEventListener('complete', () => {
              Object.defineProperty(transaction, 'error', { value: new DOMException('Connection lost', 'UnknownError') });
              (transaction.onabort as (() => void) | null)?.call(transaction);
              void listener;
            });
          },
        });
        once.mockRestore();
        return transaction;
      });
    };
    lose();
    expect(await storage.appendSlot('j', 1, new Uint8Array([1]))).toBe('ok');
    lose();
    expect(await storage.appendSlot('j', 1, new Uint8Array([2]))).toBe('taken');
    expect(await storage.readSlot('j', 1)).toEqual(new Uint8Array([1]));
    lose();
    await storage.putChunk('j', 'a', new Uint8Array([1]));
    lose();
    await expect(storage.putChunk('j', 'a', new Uint8Array([2]))).rejects.toMatchObject({ code: 'CHUNK_EXISTS' });
    await storage.close();
  });

  it('refuses what is no name', () => {
    expect(() => indexedDb('')).toThrow(expect.objectContaining({ code: 'BAD_OPTION' }));
  });
});
