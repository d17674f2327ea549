import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Database, RootDatabase } from 'lmdb';
import { Packer } from '../checkpoint/packer.js';
import type { StateBackend, StateChange, StateTable } from '../state/stateBackend.js';
import { failure, unfit } from './failures.js';

type Key = Buffer;
type Lmdb = RootDatabase<Uint8Array, Key>;

/** LMDB takes 1978 bytes; of a longer key the rest is a hash, and the key itself stands with its data. */
const LONGEST = 1900;
const HASHED = 1800;
/** Tables of one file: LMDB walks over all of them in each transaction. */
const TABLES = 256;
/** Of a file of working state: the process that it belongs to, and its number there. */
const FILE = /^working-(\d+)-\d+\.mdb(-lock)?$/;

let files = 0;

class LmdbTable implements StateTable {
  readonly #where: string;
  readonly #db: Database<Uint8Array, Key>;
  readonly #packer: Packer;

  constructor(where: string, db: Database<Uint8Array, Key>) {
    this.#where = where;
    this.#db = db;
    this.#packer = new Packer(where);
  }

  get size(): number {
    return this.#try('size', () => (this.#db.getStats() as { entryCount: number }).entryCount);
  }

  get(key: string): unknown {
    return this.#try('get', () => {
      // Valid until the next call, and by then no longer needed.
      const bytes = this.#db.getBinaryFast(toBytes(key));
      return bytes && this.#read(key, bytes)[1];
    });
  }

  range(from: string, to: string | undefined, limit: number): (readonly [string, unknown])[] {
    return this.#try('range', () => {
      const found: (readonly [string, unknown])[] = [];
      if (limit <= 0) return found;
      const end = to === undefined ? {} : { end: toBytes(to) };
      // All of it before anything is written: the cursor of a transaction that is over would be another's.
      for (const { key, value } of this.#db.getRange({ start: toBytes(from), ...end, limit }))
        found.push(this.#read(key.toString('latin1'), value));
      return found;
    });
  }

  write(changes: readonly StateChange[]): void {
    if (changes.length === 0) return;
    this.#try('write', () => {
      const packed = changes.map(
        ([key, data]) =>
          [toBytes(key), data === undefined ? undefined : this.#packer.pack(key.length > LONGEST ? [key, data] : data)] as const,
      );
      this.#db.transactionSync(() => {
        for (const [key, bytes] of packed) {
          if (bytes) this.#db.put(key, bytes);
          else this.#db.remove(key);
        }
      });
    });
  }

  clear(): void {
    this.#try('clear', () => this.#db.clearSync());
  }

  #read(key: string, bytes: Uint8Array): readonly [string, unknown] {
    const data = this.#packer.unpack(bytes);
    return key.length > LONGEST ? (data as [string, unknown]) : [key, data];
  }

  #try<R>(doing: string, work: () => R): R {
    try {
      return work();
    } catch (error) {
      throw failure(this.#where, doing, error);
    }
  }
}

class LmdbTables implements StateBackend {
  readonly name: string;
  readonly #folder: string;
  readonly #tables = new Map<string, LmdbTable>();
  /** Files, as many as there need be. */
  readonly #roots = new Map<string, Lmdb>();
  #openFile: (() => Lmdb) | undefined;
  /** The file that takes the next table. */
  #root: Lmdb | undefined;

  constructor(name: string, folder: string) {
    this.name = name;
    this.#folder = folder;
  }

  async open(): Promise<void> {
    const { open } = await this.#load();
    await this.close();
    try {
      mkdirSync(this.#folder, { recursive: true });
    } catch (error) {
      throw failure(this.name, `making the folder ${this.#folder}`, error);
    }
    // What processes that were killed have left.
    for (const file of readdirSync(this.#folder)) {
      const owner = FILE.exec(file)?.[1];
      if (owner !== undefined && !isAlive(Number(owner))) rmSync(join(this.#folder, file), { force: true });
    }
    this.#openFile = () => {
      const path = join(this.#folder, `working-${process.pid}-${++files}.mdb`);
      rmSync(path, { force: true });
      // Nothing of it must survive, so nothing need be flushed.
      const flags = { noSubdir: true, noSync: true, noMetaSync: true, overlappingSync: false };
      const root = open<Uint8Array, Key>({ path, ...flags, encoding: 'binary', keyEncoding: 'binary', maxDbs: TABLES });
      this.#roots.set(path, root);
      return root;
    };
    this.#root = this.#openFile();
  }

  table(name: string): StateTable {
    if (!this.#root || !this.#openFile) throw unfit(this.name, 'it is not open. Call open() first');
    let table = this.#tables.get(name);
    if (!table) {
      if (this.#tables.size >= TABLES * this.#roots.size) this.#root = this.#openFile();
      const db = this.#root.openDB<Uint8Array, Key>({ name: `t${this.#tables.size}`, encoding: 'binary', keyEncoding: 'binary' });
      table = new LmdbTable(`${this.name}: ${name}`, db);
      this.#tables.set(name, table);
    }
    return table;
  }

  async close(): Promise<void> {
    this.#tables.clear();
    const roots = [...this.#roots];
    this.#roots.clear();
    this.#root = this.#openFile = undefined;
    for (const [path, root] of roots) {
      await root.close();
      for (const file of [path, `${path}-lock`]) rmSync(file, { force: true });
    }
  }

  async #load(): Promise<typeof import('lmdb')> {
    try {
      return await import('lmdb');
    } catch (error) {
      const cure = 'Install it: npm install lmdb (without --omit=optional: it comes with a part for your system)';
      throw unfit(this.name, `the package lmdb cannot be loaded (${(error as Error).message}). ${cure}`, error);
    }
  }
}

function toBytes(key: string): Key {
  if (key.length <= LONGEST) return Buffer.from(key, 'latin1');
  const bytes = Buffer.from(key, 'latin1');
  return Buffer.concat([bytes.subarray(0, HASHED), createHash('sha256').update(bytes).digest(), MARK]);
}

/** Behind the hash: so it is longer than any key that is kept as it is. */
const MARK = Buffer.alloc(LONGEST + 8 - HASHED - 32);

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as { code?: unknown }).code === 'EPERM';
  }
}

/** Tables in LMDB files of their own in this folder, which are deleted with them. */
export function lmdbTables(name: string, folder: string): StateBackend {
  return new LmdbTables(name, resolve(folder));
}
