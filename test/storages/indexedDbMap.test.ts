import 'fake-indexeddb/auto';
import { promisifyRequest } from 'idb-keyval';
import { describe, expect, it, vi } from 'vitest';
import { indexedDbMap } from '../../src/storages/indexedDbMap.js';
import { refusal } from '../support.js';

describe('indexedDbMap', () => {
  it('is a map that is there again', async () => {
    const map = indexedDbMap<{ n: number }>('map');
    await map.set('b', { n: 2 });
    await map.set('a', { n: 1 });
    await map.set('c', { n: 3 });
    await map.delete('c');
    await map.delete('d');
    await map.close();
    const again = indexedDbMap<{ n: number }>('map');
    expect([await again.get('a'), await again.get('c')]).toEqual([{ n: 1 }, undefined]);
    expect(await again.entries()).toEqual([
      ['a', { n: 1 }],
      ['b', { n: 2 }],
    ]);
    await again.clear();
    expect(await again.entries()).toEqual([]);
    await Promise.all([map.close(), again.close()]);
  });

  it('says what is wrong, as a storage does', async () => {
    const map = indexedDbMap('failing');
    await map.set('a', 1);
    const put = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
      throw new DOMException('The quota has been exceeded.', 'QuotaExceededError');
    });
    await expect(map.set('b', 1)).rejects.toMatchObject({
      code: 'STORAGE_FULL',
      message: expect.stringMatching(/^indexedDbMap\(failing\): set:/),
    });
    put.mockRestore();
    expect(await map.get('b')).toBeUndefined();
    await promisifyRequest(indexedDB.deleteDatabase('failing'));
    await expect(map.get('a')).rejects.toMatchObject({ code: 'STORAGE_LOST' });
    await map.close();
    expect(await map.get('a')).toBeUndefined();
    await map.close();
    expect(refusal(() => indexedDbMap(''))).toContain('indexedDbMap: name must be the name of a database');
  });
});
