import 'fake-indexeddb/auto';
import { forceCloseDatabase } from 'fake-indexeddb';
import { del, entries, get, promisifyRequest, set, setMany } from 'idb-keyval';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { completed, IdbStore } from '../../src/storages/idbStore.js';

let count = 0;
const fresh = async (): Promise<{ store: IdbStore; name: string }> => {
  const name = `store-${count++}`;
  const store = new IdbStore(`indexedDb(${name})`, name);
  await store.open();
  return { store, name };
};

afterEach(() => vi.restoreAllMocks());

/** The connections that are opened from now on. */
function connections(): IDBDatabase[] {
  const opened: IDBDatabase[] = [];
  const open = indexedDB.open.bind(indexedDB);
  vi.spyOn(indexedDB, 'open').mockImplementation((...args) => {
    const request = open(...args);
    request.addEventListener('success', () => opened.push(request.result));
    return request;
  });
  return opened;
}

describe('IdbStore', () => {
  it('is a store for idb-keyval', async () => {
    const { store } = await fresh();
    await set('a', 1, store.use);
    await del('b', store.use);
    expect(await get('a', store.use)).toBe(1);
    await store.close();
  });

  it('undoes all of a transaction in which a put throws', async () => {
    const { store } = await fresh();
    const uncloneable = () => 1;
    await expect(
      setMany(
        [
          ['a', 1],
          ['b', uncloneable],
          ['c', 3],
        ],
        store.use,
      ),
    ).rejects.toMatchObject({ name: 'DataCloneError' });
    expect(await entries(store.use)).toEqual([]);
    await store.close();
  });

  it('opens again when the browser has closed the connection', async () => {
    const opened = connections();
    const { store } = await fresh();
    await set('a', 1, store.use);
    forceCloseDatabase(opened[0] as never);
    await promisifyRequest(indexedDB.open('any'));
    // At the first attempt: nothing was cut off.
    expect(await store.use('readonly', (_store, attempt) => attempt)).toBe(0);
    expect(await get('a', store.use)).toBe(1);
    expect(opened.length).toBeGreaterThan(1);
    await store.close();
  });

  it('does not wait for what the browser has left without an answer when it closed the connection', async () => {
    const opened = connections();
    const { store } = await fresh();
    await set('a', 1, store.use);
    let begun!: () => void;
    const under = new Promise<void>(resolve => (begun = resolve));
    const read = store.use('readonly', (inside, attempt) => {
      begun();
      return attempt === 0 ? new Promise<number>(() => undefined) : promisifyRequest<number>(inside.get('a'));
    });
    await under;
    forceCloseDatabase(opened[0] as never);
    expect(await read).toBe(1);
    await store.close();
  });

  it.each(['InvalidStateError', 'UnknownError', 'AbortError'])(
    'opens again when a transaction fails with %s, and says that it is another attempt',
    async name => {
      const { store } = await fresh();
      const attempts: number[] = [];
      const result = await store.use('readonly', (_store, attempt) => {
        attempts.push(attempt);
        if (attempt < 2) throw new DOMException('Connection to Indexed Database server lost', name);
        return 'done';
      });
      expect(result).toBe('done');
      expect(attempts).toEqual([0, 1, 2]);
      await store.close();
    },
  );

  it('opens again when opening was cut off, as it is while the browser closes what there was', async () => {
    const { store } = await fresh();
    await set('a', 1, store.use);
    const open = indexedDB.open.bind(indexedDB);
    vi.spyOn(indexedDB, 'open').mockImplementationOnce((...args) => {
      const request = open(...args);
      queueMicrotask(() => (request.onerror as (() => void) | null)?.call(request));
      Object.defineProperty(request, 'error', { value: new DOMException('The connection was closed.', 'AbortError') });
      return request;
    });
    await store.close();
    expect(await get('a', store.use)).toBe(1);
    await store.close();
  });

  it('gives up after five attempts, and at once when something else is wrong', async () => {
    const { store } = await fresh();
    const fail = vi.fn((name: string) => {
      throw new DOMException('no', name);
    });
    await expect(store.use('readonly', () => fail('UnknownError'))).rejects.toMatchObject({ name: 'UnknownError' });
    expect(fail).toHaveBeenCalledTimes(5);
    await expect(store.use('readonly', () => fail('DataError'))).rejects.toMatchObject({ name: 'DataError' });
    expect(fail).toHaveBeenCalledTimes(6);
    await store.close();
  });

  it('does not stand in the way of a page that deletes the database, and does not go on in an empty one', async () => {
    const { store, name } = await fresh();
    await set('a', 1, store.use);
    const blocked = vi.fn();
    const request = indexedDB.deleteDatabase(name);
    request.onblocked = blocked;
    await promisifyRequest(request);
    expect(blocked).not.toHaveBeenCalled();
    const lost = { code: 'STORAGE_LOST', message: expect.stringContaining('was deleted while it was in use') };
    await expect(get('a', store.use)).rejects.toMatchObject(lost);
    await expect(get('a', store.use)).rejects.toMatchObject(lost);
    await store.close();
    await store.open();
    expect(await get('a', store.use)).toBeUndefined();
    await store.close();
  });

  it('does not go on in a database that another page has made in its place', async () => {
    const { store, name } = await fresh();
    await promisifyRequest(indexedDB.deleteDatabase(name));
    const other = new IdbStore(`indexedDb(${name})`, name);
    await other.open();
    await set('a', 1, other.use);
    await expect(set('a', 2, store.use)).rejects.toMatchObject({ code: 'STORAGE_LOST' });
    expect(await get('a', other.use)).toBe(1);
    // Nor does it stand in the way of the next deletion.
    await promisifyRequest(indexedDB.deleteDatabase(name));
    await Promise.all([other.close(), store.close()]);
  });

  it('leaves a database of something else alone', async () => {
    const request = indexedDB.open('theirs');
    request.onupgradeneeded = () => void request.result.createObjectStore('keyval');
    (await promisifyRequest(request)).close();
    await expect(new IdbStore('indexedDb(theirs)', 'theirs').open()).rejects.toMatchObject({
      code: 'STORAGE_UNFIT',
      message: 'indexedDb(theirs): the database theirs belongs to something else. Choose another name.',
    });
  });

  it('says so where there is no IndexedDB', async () => {
    vi.stubGlobal('indexedDB', undefined);
    const open = new IdbStore('indexedDb(a)', 'a').open();
    vi.unstubAllGlobals();
    await expect(open).rejects.toMatchObject({ code: 'STORAGE_UNFIT', message: expect.stringContaining('use fileSystem') });
  });

  it('closes without having been opened, and opens again after', async () => {
    const store = new IdbStore('indexedDb(b)', 'b');
    await store.close();
    await store.open();
    await store.close();
    await store.open();
    await set('a', 1, store.use);
    await store.close();
  });
});

describe('completed', () => {
  it('rejects with the reason of the request that failed', async () => {
    const { store } = await fresh();
    const twice = store.use('readwrite', inside => {
      inside.add(1, 'a');
      inside.add(2, 'a');
      return completed(inside.transaction);
    });
    await expect(twice).rejects.toMatchObject({ name: 'ConstraintError' });
    expect(await get('a', store.use)).toBeUndefined();
    await store.close();
  });

  it('rejects with null when there is no reason', async () => {
    const { store } = await fresh();
    const aborted = store.use('readwrite', inside => {
      inside.transaction.abort();
      return completed(inside.transaction);
    });
    await expect(aborted).rejects.toBeNull();
    await store.close();
  });
});
