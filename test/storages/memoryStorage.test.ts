import { describe, expect, it } from 'vitest';
import { memoryStorage } from '../../src/storages/memoryStorage.js';
import { storageContract } from '../../src/testing/storageContract.js';
import { holdToModel } from './commands.js';

describe('memoryStorage', () => {
  const storage = memoryStorage();

  it.each(storageContract(() => storage))('keeps the law: $name', law => law.run());

  it('agrees with a plain model, whatever is done to it', () => holdToModel(() => storage, 200));

  it('says what it is', () => {
    expect(storage.name).toBe('memoryStorage()');
    expect(storage.capabilities).toEqual({ durable: false, fencing: 'in-process', chunkBytes: 1 << 20 });
  });

  it('shares nothing with another', async () => {
    const other = memoryStorage();
    await storage.open();
    await other.open();
    await storage.putChunk('job', 'a', new Uint8Array(1));
    expect(await other.getChunk('job', 'a')).toBeUndefined();
  });
});
