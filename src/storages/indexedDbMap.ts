import { clear, del, entries, get, set } from 'idb-keyval';
import { mustBe } from '../errors.js';
import { failure } from './failures.js';
import { IdbStore } from './idbStore.js';

/** A map that outlives the page; see {@link indexedDbMap}. */
export interface IndexedDbMap<V> {
  /** Undefined: there is none of that key. */
  get(key: string): Promise<V | undefined>;
  /** Resolves when it is on the disk. */
  set(key: string, value: V): Promise<void>;
  /** What is not there is no error. */
  delete(key: string): Promise<void>;
  /** Everything, by key ascending. */
  entries(): Promise<[string, V][]>;
  /** Takes everything away. */
  clear(): Promise<void>;
  /** Lets the database go. What is called next opens whatever is there then, also after `STORAGE_LOST`. */
  close(): Promise<void>;
}

/**
 * A map in an IndexedDB database of the page's origin, for `toMap`: rows that are there again when the page is. Values are such as
 * `structuredClone` takes. Needs the package `idb-keyval`.
 *
 * @param name The name of the database. Nothing else should use it, no storage either.
 * @throws TidemarkError `BAD_OPTION`. Its methods reject with `STORAGE_FULL`, `STORAGE_LOST` (until it is closed) and `STORAGE_FAILED`, as
 * those of `indexedDb` do.
 *
 * @example
 * ```ts
 * import { count, eventTime, type Pane, replayable, run, toMap, tumbling, windowBy } from 'tidemark';
 * import { indexedDb, indexedDbMap } from 'tidemark/indexeddb';
 *
 * const board = indexedDbMap<Pane<undefined, number>>('my-board');
 * const clicks = eventTime(replayable([{ at: 5 }]), { name: 'clicks', timestamp: click => click.at });
 * const counts = clicks.pipe(windowBy(tumbling('1h'), { name: 'perHour', aggregate: count() }), toMap(board, { name: 'board' }));
 * for (const [, pane] of await board.entries()) console.log(pane.window.start, pane.value);
 * await run(counts, { name: 'clicks', storage: indexedDb('my-dashboard') }).done;
 * ```
 */
export function indexedDbMap<V>(name: string): IndexedDbMap<V> {
  if (typeof name !== 'string' || name === '') throw mustBe('indexedDbMap: name', 'the name of a database', name);
  const where = `indexedDbMap(${name})`;
  const store = new IdbStore(where, name);
  const doing = <R>(what: string, work: Promise<R>): Promise<R> =>
    work.catch(error => {
      throw failure(where, what, error);
    });
  return {
    get: key => doing('get', get<V>(key, store.use)),
    set: (key, value) => doing('set', set(key, value, store.use)),
    delete: key => doing('delete', del(key, store.use)),
    entries: () => doing('entries', entries<string, V>(store.use)),
    clear: () => doing('clear', clear(store.use)),
    close: () => store.close(),
  };
}
