import { access, mkdir, open, readdir, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { checkFunction, checkOptions, mustBe } from '../errors.js';
import { codeOf } from '../storages/filePort.js';
import { nodeFiles } from '../storages/nodeFiles.js';
import type { EventOperator } from '../stream/eventStream.js';
import { defineSink, type SinkContext, type SinkWork } from './defineSink.js';
import { PendingRows, ROOM, readRoom } from './pendingRows.js';

/** What {@link toFile} takes. */
export interface ToFileOptions<T> {
  /** By which a restart finds the sink. */
  readonly name: string;
  /** What is written for a value, as JSON. Default: the value; `{ withdrawn: value }` for one that is withdrawn and does not say so itself. */
  readonly row?: (value: T, withdrawn: boolean) => unknown;
  /** When so many rows wait for a checkpoint, one is made before its time, and the sources wait for it. Default 100 000. */
  readonly room?: number;
}

/**
 * Writes rows as lines of JSON into files of a folder, one for each checkpoint that has rows: transactional mode. A file appears under its
 * name, `<checkpoint>.jsonl`, when the checkpoint is durable, complete and by a rename, and never changes: whoever reads the `.jsonl` files
 * in the order of their names reads each row exactly once. Files that begin with a dot are not committed.
 *
 * @param folder Is made if it is not there. Must not be shared with another job.
 * @throws TidemarkError `BAD_OPTION` at assembly.
 */
export function toFile<T>(folder: string, options: ToFileOptions<T>): EventOperator<T, T> {
  if (typeof folder !== 'string' || folder === '') throw mustBe('toFile: its first argument', 'the path of a folder', folder);
  checkOptions(options, ['name', 'row', 'room'], 'toFile');
  const { name, row = plainRow } = options;
  const room = readRoom(options.room ?? ROOM, 'toFile');
  checkFunction(row, 'toFile: row');
  return defineSink<T>({
    kind: 'toFile',
    name,
    mode: 'transactional',
    create: context => new FileSink<T>(name, folder, row, room, context),
  });
}

function plainRow(value: unknown, withdrawn: boolean): unknown {
  return withdrawn && (value as { retraction?: unknown } | null)?.retraction !== true ? { withdrawn: value } : value;
}

/** Names sort as numbers do. */
const DIGITS = 12;

class FileSink<T> implements SinkWork<T> {
  readonly name: string;
  readonly mode = 'transactional';
  readonly #folder: string;
  readonly #row: (value: T, withdrawn: boolean) => unknown;
  readonly #rows: PendingRows<string>;
  /** Of dead owners; they go when everything that had to be committed has been. */
  #leftovers: readonly string[] = [];

  constructor(name: string, folder: string, row: (value: T, withdrawn: boolean) => unknown, room: number, context: SinkContext) {
    this.name = name;
    this.#folder = folder;
    this.#row = row;
    this.#rows = new PendingRows(room, context);
  }

  get room(): number {
    return this.#rows.room;
  }

  write(value: T, diff: 1 | -1): void {
    // Now, since the value may change.
    this.#rows.add(`${JSON.stringify(this.#row(value, diff === -1)) ?? 'null'}\n`);
  }

  async fence(): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    this.#leftovers = (await readdir(this.#folder)).filter(name => name.startsWith('.pending-'));
  }

  async lastCommitted(): Promise<number> {
    const committed = (await readdir(this.#folder)).flatMap(file => /^(\d+)\.jsonl$/.exec(file)?.[1] ?? []);
    return Math.max(0, ...committed.map(Number));
  }

  /** How many rows there are is in the checkpoint, so that a file that is missing is told from one that never was. */
  rotate(transaction: string): number {
    for (const file of this.#leftovers) unlink(join(this.#folder, file)).catch(() => undefined);
    this.#leftovers = [];
    return this.#rows.rotate(transaction).length;
  }

  async prepare(transaction: string): Promise<void> {
    const rows = this.#rows.of(transaction) ?? [];
    if (rows.length === 0) return;
    const file = await open(this.#pending(transaction), 'wx');
    try {
      await file.writeFile(rows.join(''));
      await file.sync();
    } finally {
      await file.close();
    }
    await nodeFiles.syncFolder(this.#folder);
  }

  async commit(transaction: string, seq: number, kept: unknown): Promise<void> {
    this.#rows.forget(transaction);
    if (kept === 0) return;
    const file = join(this.#folder, `${String(seq).padStart(DIGITS, '0')}.jsonl`);
    try {
      await rename(this.#pending(transaction), file);
    } catch (error) {
      // It was committed before a crash, if it is there.
      if (codeOf(error) !== 'ENOENT') throw error;
      await access(file);
    }
    await nodeFiles.syncFolder(this.#folder);
  }

  async abort(transaction: string): Promise<void> {
    this.#rows.abort(transaction);
    await unlink(this.#pending(transaction)).catch(() => undefined);
  }

  #pending(transaction: string): string {
    return join(this.#folder, `.pending-${transaction}`);
  }
}
