import { get } from 'idb-keyval';
import type { CheckpointStorage, ChunkEntry } from '../checkpoint/storage.js';
import { mustBe } from '../errors.js';
import { completed, IdbStore } from './idbStore.js';
import type { Medium } from './medium.js';
import { sameBytes } from './names.js';
import { storageOn } from './storageOn.js';

/** Above every character of an id. */
const LAST = '\uffff';

/**
 * Keys: `['c', job, id, bytes]` of a chunk, so that lists need not read chunks to know their lengths, and `['s', job, seq]` of a slot. The
 * newest slot of a job is never deleted: whatever is below it is taken.
 */
class IdbMedium implements Medium {
  readonly #store: IdbStore;

  constructor(store: IdbStore) {
    this.#store = store;
  }

  open(): Promise<void> {
    return this.#store.open();
  }

  close(): Promise<void> {
    return this.#store.close();
  }

  putChunk(job: string, id: string, data: Uint8Array): Promise<'ok' | 'taken'> {
    return this.#add(chunk(job, id), ['c', job, id, data.length], data);
  }

  async getChunk(job: string, id: string): Promise<Uint8Array | undefined> {
    // IndexedDB takes a range where idb-keyval's types have a key.
    return get<Uint8Array>(chunk(job, id) as unknown as IDBValidKey, this.#store.use);
  }

  async *listChunks(job: string, prefix: string): AsyncGenerator<ChunkEntry, void, undefined> {
    const keys = await this.#keys(IDBKeyRange.bound(['c', job, prefix], ['c', job, prefix + LAST]));
    for (const [, , id, bytes] of keys) yield { id: id as string, bytes: bytes as number };
  }

  deleteChunks(job: string, ids: readonly string[]): Promise<void> {
    return this.#delete(ids.map(id => chunk(job, id)));
  }

  appendSlot(job: string, seq: number, data: Uint8Array): Promise<'ok' | 'taken'> {
    return this.#add(slots(job, seq), ['s', job, seq], data);
  }

  async readSlot(job: string, seq: number): Promise<Uint8Array | undefined> {
    return get<Uint8Array>(['s', job, seq], this.#store.use);
  }

  async listSlots(job: string): Promise<number[]> {
    return (await this.#keys(slots(job))).map(key => key[2] as number);
  }

  trimSlots(job: string, below: number): Promise<void> {
    return this.#delete([slots(job, 0, below)]);
  }

  async listJobs(): Promise<string[]> {
    const keys = await this.#keys(IDBKeyRange.bound(['s'], ['t']));
    return [...new Set(keys.map(key => key[1] as string))];
  }

  /** Puts a value where nothing of `range` is, in one transaction; those of all pages that write take turns. */
  #add(range: IDBKeyRange, key: IDBValidKey[], data: Uint8Array): Promise<'ok' | 'taken'> {
    return this.#store.use('readwrite', async (store, attempt) => {
      let outcome: 'ok' | 'taken' = 'taken';
      let reason: unknown;
      const found = store.getKey(range);
      found.onsuccess = () => {
        if (found.result !== undefined) {
          if (attempt > 0) ownOf(store, key, data, () => (outcome = 'ok'));
          return;
        }
        try {
          // A copy: of a view, the whole buffer below it would be stored.
          store.add(new Uint8Array(data), key);
          outcome = 'ok';
        } catch (error) {
          reason = error;
          store.transaction.abort();
        }
      };
      await completed(store.transaction).catch(error => Promise.reject(reason ?? error));
      return outcome;
    });
  }

  #delete(ranges: readonly IDBKeyRange[]): Promise<void> {
    return this.#store.use('readwrite', store => {
      for (const range of ranges) store.delete(range);
      return completed(store.transaction);
    });
  }

  #keys(range: IDBKeyRange): Promise<IDBValidKey[][]> {
    return this.#store.use('readonly', async store => {
      const request = store.getAllKeys(range);
      await completed(store.transaction);
      return request.result as IDBValidKey[][];
    });
  }
}

/** Calls back if what is there is what we were to put: an attempt that was cut off has stored it. */
function ownOf(store: IDBObjectStore, key: IDBValidKey, data: Uint8Array, found: () => void): void {
  const request = store.get(key);
  request.onsuccess = () => {
    if (request.result && sameBytes(request.result, data)) found();
  };
}

function chunk(job: string, id: string): IDBKeyRange {
  return IDBKeyRange.bound(['c', job, id], ['c', job, id, Number.POSITIVE_INFINITY]);
}

/** The slots of a job, from a number on, below another. */
function slots(job: string, from = 0, below = Number.POSITIVE_INFINITY): IDBKeyRange {
  return IDBKeyRange.bound(['s', job, from], ['s', job, below], false, true);
}

/**
 * A storage in an IndexedDB database of the page's origin: for jobs in browsers. What it says is stored is on the disk (`durability:
 * 'strict'`), and of several pages that run the same job, the one that took it over last goes on. Needs the package `idb-keyval`.
 *
 * A browser may delete all that a site has stored: when the disk is full, and Safari after seven days without a visit. Ask for
 * `navigator.storage.persist()`, and be ready to start anew.
 *
 * @param name The name of the database. Nothing else should use it; several jobs may.
 * @throws TidemarkError `BAD_OPTION`. Its methods reject with `STORAGE_FULL` when the quota is reached, with `STORAGE_LOST`
 * when the database was deleted meanwhile, and with `STORAGE_FAILED` for whatever else the browser says. A connection that is lost is opened again.
 *
 * @example
 * ```ts
 * import { indexedDb } from 'tidemark/indexeddb';
 *
 * const storage = indexedDb('my-dashboard');
 * await storage.open();
 * console.log(await storage.listJobs());
 * await storage.close();
 * ```
 */
export function indexedDb(name: string): CheckpointStorage {
  if (typeof name !== 'string' || name === '') throw mustBe('indexedDb: name', 'the name of a database', name);
  const where = `indexedDb(${name})`;
  return storageOn(where, { durable: true, fencing: 'linearizable', chunkBytes: 1 << 20 }, new IdbMedium(new IdbStore(where, name)));
}
