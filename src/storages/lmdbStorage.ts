import { statfs } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { RootDatabase } from 'lmdb';
import type { CheckpointStorage, ChunkEntry } from '../checkpoint/storage.js';
import { mustBe } from '../errors.js';
import { unfit } from './failures.js';
import type { Medium } from './medium.js';
import { decodeName, encodeName } from './names.js';
import { storageOn } from './storageOn.js';

type Key = (string | number)[];

/** Above every character of an id. */
const LAST = '\uffff';
/** As many processes and threads as may read at once; LMDB's own default is 126. */
const READERS = 512;
const [EIO, ENOSPC] = [5, 28];
/** With fewer bytes on its disk, a failure to write is one for want of room. */
const ROOM = 4 << 20;

/**
 * Keys: `['c', job, id]` of a chunk and `['s', job, seq]` of a slot. Jobs are encoded: LMDB takes UTF-8, which not every text of JavaScript
 * is, and the longest names stay below its 1978 bytes. The newest slot of a job is never deleted: whatever is below it is taken.
 */
class LmdbMedium implements Medium {
  readonly #where: string;
  readonly #path: string;
  #root: RootDatabase<Uint8Array, Key> | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(where: string, path: string) {
    this.#where = where;
    this.#path = path;
  }

  async open(): Promise<void> {
    const { open } = await this.#load();
    this.#root = open<Uint8Array, Key>({ path: this.#path, encoding: 'binary', maxReaders: READERS, overlappingSync: false });
    // What readers of processes that were killed hold on to can be used again.
    this.#root.readerCheck();
  }

  async close(): Promise<void> {
    await this.#db.close();
    this.#root = undefined;
  }

  putChunk(job: string, id: string, data: Uint8Array): Promise<'ok' | 'taken'> {
    const key = ['c', encodeName(job), id];
    return this.#add(key, () => this.#db.doesExist(key), data);
  }

  async getChunk(job: string, id: string): Promise<Uint8Array | undefined> {
    return this.#read(['c', encodeName(job), id]);
  }

  async *listChunks(job: string, prefix: string): AsyncGenerator<ChunkEntry, void, undefined> {
    const name = encodeName(job);
    // All keys at once: a read transaction that is held open keeps LMDB from using freed pages again.
    for (const key of this.#keys(['c', name, prefix], ['c', name, prefix + LAST])) {
      const bytes = this.#db.getBinaryFast(key)?.length;
      if (bytes !== undefined) yield { id: key[2] as string, bytes };
    }
  }

  deleteChunks(job: string, ids: readonly string[]): Promise<void> {
    return this.#delete(() => ids.map(id => ['c', encodeName(job), id]));
  }

  appendSlot(job: string, seq: number, data: Uint8Array): Promise<'ok' | 'taken'> {
    const name = encodeName(job);
    return this.#add(['s', name, seq], () => this.#keys(...slots(name, seq)).length > 0, data);
  }

  async readSlot(job: string, seq: number): Promise<Uint8Array | undefined> {
    return this.#read(['s', encodeName(job), seq]);
  }

  async listSlots(job: string): Promise<number[]> {
    return this.#keys(...slots(encodeName(job))).map(key => key[2] as number);
  }

  trimSlots(job: string, below: number): Promise<void> {
    return this.#delete(() => this.#keys(...slots(encodeName(job), 0, below)));
  }

  async listJobs(): Promise<string[]> {
    return [...new Set(this.#keys(['s'], ['t']).map(key => decodeName(key[1] as string) as string))];
  }

  get #db(): RootDatabase<Uint8Array, Key> {
    return this.#root as RootDatabase<Uint8Array, Key>;
  }

  async #load(): Promise<typeof import('lmdb')> {
    try {
      return await import('lmdb');
    } catch (error) {
      const cure = 'Install it: npm install lmdb (without --omit=optional: it comes with a part for your system)';
      throw unfit(this.#where, `the package lmdb cannot be loaded (${(error as Error).message}). ${cure}. Or use fileSystem.`, error);
    }
  }

  #add(key: Key, taken: () => boolean, data: Uint8Array): Promise<'ok' | 'taken'> {
    return this.#write(() => {
      if (taken()) return 'taken';
      this.#db.put(key, Buffer.from(data.buffer, data.byteOffset, data.length));
      return 'ok';
    });
  }

  #delete(keys: () => readonly Key[]): Promise<void> {
    return this.#write(() => {
      for (const key of keys()) this.#db.remove(key);
    });
  }

  /**
   * A transaction; those that write take turns, those of other processes included. A synchronous one: it is on the disk when it returns, and
   * where that fails it throws, while the asynchronous ones of this package then leave a rejection behind that ends the process. Each has
   * a turn of the event loop to itself, so that what else is to be done comes in between.
   */
  #write<R>(work: () => R): Promise<R> {
    const done = this.#turn.then(nextTurn).then(() => this.#db.transactionSync(work));
    this.#turn = done.catch(() => {});
    return done.catch(error => this.#explain(error));
  }

  /** LMDB gives numbers of the system, and for a disk that fills up in the middle of a page one that could mean anything. */
  async #explain(error: unknown): Promise<never> {
    const { code, message } = error as { code?: unknown; message?: unknown };
    const full = code === ENOSPC || (code === EIO && (await this.#room()) < ROOM);
    throw full ? Object.assign(new Error(String(message), { cause: error }), { code: 'ENOSPC' }) : error;
  }

  async #room(): Promise<number> {
    const { bavail, bsize } = await statfs(dirname(this.#path));
    return bavail * bsize;
  }

  #read(key: Key): Uint8Array | undefined {
    // A copy in memory of its own; that of getBinaryFast is valid until the next call only.
    const found = this.#db.getBinary(key);
    return found && new Uint8Array(found.buffer, found.byteOffset, found.length);
  }

  #keys(start: Key, end: Key): Key[] {
    return [...this.#db.getKeys({ start, end })];
  }
}

function nextTurn(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve));
}

/** The slots of a job, from a number on, below another. */
function slots(name: string, from = 0, below = Number.POSITIVE_INFINITY): [start: Key, end: Key] {
  return [
    ['s', name, from],
    ['s', name, below],
  ];
}

/**
 * A storage in an LMDB environment: for jobs on one machine, with everything in one file. What it says is stored has been flushed to the disk,
 * and of several processes that run the same job, the one that took it over last goes on. Needs the package `lmdb` 3. Do not put it on NFS.
 *
 * @param path A folder, or a file if its name has an extension: `./state.mdb`. Several jobs may share it.
 * @throws TidemarkError `BAD_OPTION`. Its `open` rejects with `STORAGE_UNFIT` where the package is missing; its methods with `STORAGE_FULL`
 * when the disk is full, and with `STORAGE_FAILED` for whatever else LMDB says.
 *
 * @example
 * ```ts
 * import { lmdbStorage } from 'tidemark/lmdb';
 *
 * const storage = lmdbStorage('./state.mdb');
 * await storage.open();
 * console.log(await storage.listJobs());
 * await storage.close();
 * ```
 */
export function lmdbStorage(path: string): CheckpointStorage {
  if (typeof path !== 'string' || path === '') throw mustBe('lmdbStorage: path', "a folder or a file, such as './state.mdb'", path);
  const where = `lmdbStorage(${path})`;
  return storageOn(where, { durable: true, fencing: 'linearizable', chunkBytes: 1 << 20 }, new LmdbMedium(where, resolve(path)));
}
