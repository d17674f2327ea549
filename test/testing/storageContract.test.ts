import { describe, expect, it } from 'vitest';
import type { CheckpointStorage } from '../../src/checkpoint/storage.js';
import { memoryStorage } from '../../src/storages/memoryStorage.js';
import { storageContract } from '../../src/testing/storageContract.js';

describe('storageContract', () => {
  it('has laws of different names, and a good storage keeps them all', async () => {
    const one = memoryStorage();
    const laws = storageContract(() => one);
    expect(new Set(laws.map(law => law.name)).size).toBe(laws.length);
    expect(laws.length).toBeGreaterThan(15);
    for (const law of laws) await law.run();
  });

  it('says which storage breaks which law, and how', async () => {
    const good = memoryStorage();
    const bad = Object.assign(Object.create(good), {
      name: 'forgetful',
      open: () => good.open(),
      close: () => good.close(),
      getChunk: async () => undefined,
      putChunk: (...args: Parameters<CheckpointStorage['putChunk']>) => good.putChunk(...args),
    });
    const law = storageContract(() => bad).find(({ name }) => name.startsWith('neither what the caller'));
    await expect(law?.run()).rejects.toThrow(
      /^storageContract: forgetful breaks the law "neither .*" \(job law-\w+\)\n.*\n {2}expected: after its source was changed: 3 bytes \[1,2,3\]\n {2}got: undefined$/,
    );
  });

  it('refuses what is no function', () => {
    expect(() => storageContract(memoryStorage() as never)).toThrow('storageContract: open must be a function');
  });
});
