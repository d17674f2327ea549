import { describe, expect, it } from 'vitest';
import { TidemarkError } from '../../src/errors.js';
import { memoryStorage } from '../../src/storages/memoryStorage.js';
import { bytes, list, refused, same } from '../../src/testing/storageBench.js';

describe('same', () => {
  it('compares by structure, and bytes by value', () => {
    same('nothing', undefined, undefined);
    same('bytes', bytes(1, 2), bytes(1, 2));
    same('lists', [1, 'a'], [1, 'a']);
    expect(() => same('it', bytes(1), bytes(2))).toThrow('expected it: 1 bytes [1], got 1 bytes [2]');
    expect(() => same('it', bytes(1), undefined)).toThrow('expected it: 1 bytes [1], got undefined');
    expect(() => same('it', [1], [2])).toThrow('expected it: [1], got [2]');
  });

  it('shows no more than helps', () => {
    expect(() => same('it', new Uint8Array(1 << 20), bytes(1))).toThrow(/^.{0,400}$/);
  });
});

describe('refused', () => {
  it('asks for an error of that code', async () => {
    await refused('BAD_KEY', () => Promise.reject(new TidemarkError('BAD_KEY', 'no')));
    await expect(refused('BAD_KEY', () => Promise.resolve(7))).rejects.toThrow('got no error, but 7');
    await expect(refused('BAD_KEY', () => Promise.reject(new TidemarkError('BAD_VALUE', 'no')))).rejects.toThrow('got BAD_VALUE');
    await expect(refused('BAD_KEY', () => Promise.reject(new Error('other')))).rejects.toThrow('got Error: other');
  });
});

describe('list', () => {
  it('gives ids with lengths, in order', async () => {
    const storage = memoryStorage();
    await storage.open();
    await storage.putChunk('j', 'b', bytes(1));
    await storage.putChunk('j', 'a', bytes());
    expect(await list(storage, 'j', '')).toEqual(['a: 0', 'b: 1']);
  });
});
