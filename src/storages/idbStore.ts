/**
 * One object store of an IndexedDB database, as `idb-keyval` takes it (`UseStore`), with what its own lacks: writes that are on the disk
 * when they are acknowledged, a transaction that is undone when its callback throws, a connection that is opened again when the browser
 * has lost it, and that lets go when another page wants to delete the database.
 */
import { promisifyRequest } from 'idb-keyval';
import { TidemarkError } from '../errors.js';
import { unfit } from './failures.js';

/** Besides it there is an empty one, whose name no other database has: by that it is known again. */
const STORE = 'tidemark';
/** How often a transaction is begun again on a new connection. Browsers lose connections when a page has been in the background. */
const ATTEMPTS = 5;
/**
 * What browsers say of a connection that is gone; Safari: "Connection to Indexed Database server lost". What is at work on it is aborted,
 * without a reason.
 */
const LOST: ReadonlySet<unknown> = new Set(['InvalidStateError', 'UnknownError', 'AbortError', undefined]);

/** As a callback of `UseStore`. `attempt` above 0: an earlier attempt was cut off, and may have been stored all the same. */
type Use = <T>(mode: IDBTransactionMode, work: (store: IDBObjectStore, attempt: number) => T | PromiseLike<T>) => Promise<T>;

export class IdbStore {
  /** For functions of idb-keyval, and our own. */
  readonly use: Use = (mode, work) => this.#use(mode, work, 0);
  readonly #where: string;
  readonly #database: string;
  #connection: Promise<IDBDatabase> | undefined;
  /** Of the database that was opened: another of its name is not the same. */
  #identity: string | undefined;

  constructor(where: string, database: string) {
    this.#where = where;
    this.#database = database;
  }

  async open(): Promise<void> {
    if (typeof indexedDB === 'undefined')
      throw unfit(this.#where, 'there is no indexedDB here: it is for browsers. In Node, use fileSystem.');
    this.#identity = undefined;
    await this.#connect();
  }

  async close(): Promise<void> {
    const connection = this.#connection;
    this.#connection = undefined;
    this.#identity = undefined;
    (await connection?.catch(() => undefined))?.close();
  }

  async #use<T>(
    mode: IDBTransactionMode,
    work: (store: IDBObjectStore, attempt: number) => T | PromiseLike<T>,
    attempt: number,
  ): Promise<T> {
    const connection = this.#connect();
    let database: IDBDatabase | undefined;
    try {
      database = await connection;
      // Strict: complete means on the disk, not on its way there.
      const transaction = database.transaction(STORE, mode, { durability: 'strict' });
      try {
        return await untilClosed(database, work(transaction.objectStore(STORE), attempt));
      } catch (error) {
        undo(transaction);
        throw error;
      }
    } catch (error) {
      if (attempt + 1 >= ATTEMPTS || !LOST.has((error as Error | null)?.name)) throw error;
      if (this.#connection === connection) this.#connection = undefined;
      database?.close();
      return this.#use(mode, work, attempt + 1);
    }
  }

  #connect(): Promise<IDBDatabase> {
    this.#connection ??= this.#begin();
    return this.#connection;
  }

  #begin(): Promise<IDBDatabase> {
    const connection = this.#request();
    const drop = (): void => {
      if (this.#connection === connection) this.#connection = undefined;
    };
    connection.then(database => {
      database.onclose = drop;
      // Another page deletes the database: without this it would wait for us for ever.
      database.onversionchange = () => {
        drop();
        database.close();
      };
    }, drop);
    return connection;
  }

  async #request(): Promise<IDBDatabase> {
    const request = indexedDB.open(this.#database, 1);
    let gone = false;
    request.onupgradeneeded = () => {
      gone = this.#identity !== undefined;
      if (gone) request.transaction?.abort();
      else for (const name of [STORE, `${STORE}-${crypto.randomUUID()}`]) request.result.createObjectStore(name);
    };
    const database = await promisifyRequest(request).catch(error => {
      throw gone ? this.#lost(error) : error;
    });
    if (!database.objectStoreNames.contains(STORE)) {
      database.close();
      throw unfit(this.#where, `the database ${this.#database} belongs to something else. Choose another name.`);
    }
    const identity = Array.from(database.objectStoreNames).join();
    this.#identity ??= identity;
    if (identity === this.#identity) return database;
    database.close();
    throw this.#lost();
  }

  /** To go on in another one, empty or not, would be to believe that everything is still there. */
  #lost(cause?: unknown): TidemarkError {
    const what = `the database ${this.#database} was deleted while it was in use, by another page or by the browser`;
    return new TidemarkError('STORAGE_LOST', `${this.#where}: ${what}. Run the job again: it begins anew.`, cause ? { cause } : {});
  }
}

/** Resolves when all of a transaction is durable. Rejects with the reason, which browsers leave out of some aborts: null. */
export function completed(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    let reason: unknown = null;
    transaction.oncomplete = () => resolve();
    transaction.onerror = event => {
      reason ??= (event.target as IDBRequest | null)?.error;
    };
    transaction.onabort = () => reject(transaction.error ?? reason);
  });
}

/** Chromium leaves without an answer what is at work on a connection that it closes by force, as it does when it evicts a site. */
function untilClosed<T>(database: IDBDatabase, work: T | PromiseLike<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const closed = (): void => reject(new DOMException('The connection was closed.', 'InvalidStateError'));
    const settled = (): void => database.removeEventListener('close', closed);
    database.addEventListener('close', closed);
    Promise.resolve(work).then(resolve, reject).then(settled);
  });
}

function undo(transaction: IDBTransaction): void {
  try {
    transaction.abort();
  } catch {
    // It is over already.
  }
}
