import { access, mkdir, open, readdir, readFile, rename, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkFunction, checkOptions, mustBe, show, TidemarkError } from '../errors.js';
import { codeOf } from '../storages/filePort.js';
import { nodeFiles } from '../storages/nodeFiles.js';
import type { EventOperator } from '../stream/eventStream.js';
import { defineSink, type SinkContext, type SinkWork } from './defineSink.js';
import { PendingRows, ROOM, readRoom } from './pendingRows.js';

/** What {@link toFile} takes. */
export interface ToFileOptions<T> {
  /** By which a restart finds the sink. */
  readonly name: string;
  /**
   * What is written for a value, as JSON; not undefined. Default: the value; `{ withdrawn: value }` for one that is withdrawn and does not
   * say so itself.
   */
  readonly row?: (value: T, withdrawn: boolean) => unknown;
  /** When so many rows wait for a checkpoint, one is made before its time, and the sources wait for it. Default 100 000. */
  readonly room?: number;
}

/**
 * Writes rows as lines of JSON into files of a folder, one for each checkpoint that has rows: transactional mode. A file appears under its
 * name, `<checkpoint>.jsonl`, when the checkpoint is durable, complete and by a rename, and never changes: whoever reads the `.jsonl` files
 * in the order of their names reads each row exactly once, and may take them away. Files that begin with a dot are the sink's own: rows that
 * are not committed, whose folder it is, and how far it is.
 *
 * @param folder Is made if it is not there. Belongs to the first sink that writes into it.
 * @throws TidemarkError `BAD_OPTION` at assembly; fails the job with `BAD_OPTION` where the folder is that of another sink, and with
 * `UNSTORABLE` for a row that JSON has no word for.
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
    create: context => new FileSink<T>(name, context.task === undefined ? folder : join(folder, context.task), row, room, context),
  });
}

function plainRow(value: unknown, withdrawn: boolean): unknown {
  return withdrawn && (value as { retraction?: unknown } | null)?.retraction !== true ? { withdrawn: value } : value;
}

/** Names sort as numbers do. */
const nameOf = (seq: number): string => String(seq).padStart(12, '0');
/** Says whose folder it is. */
const OWNER = '.owner';
/** Its name ends with the number of the newest checkpoint whose rows are committed: their file may have been taken away. */
const COMMITTED = '.committed-';

class FileSink<T> implements SinkWork<T> {
  readonly name: string;
  readonly mode = 'transactional';
  readonly #folder: string;
  readonly #row: (value: T, withdrawn: boolean) => unknown;
  readonly #rows: PendingRows<string>;
  readonly #job: string;
  /** Of dead owners; they go when everything that had to be committed has been. */
  #leftovers: readonly string[] = [];
  /** The newest checkpoint whose rows are committed; 0: none. */
  #committed = 0;
  /** The file that says so. */
  #mark: string | undefined;

  constructor(name: string, folder: string, row: (value: T, withdrawn: boolean) => unknown, room: number, context: SinkContext) {
    this.name = name;
    this.#folder = folder;
    this.#row = row;
    this.#rows = new PendingRows(room, context);
    this.#job = context.job;
  }

  get room(): number {
    return this.#rows.room;
  }

  write(value: T, diff: 1 | -1): void {
    // Now, since the value may change.
    const text = JSON.stringify(this.#row(value, diff === -1));
    if (text === undefined)
      throw new TidemarkError('UNSTORABLE', `toFile "${this.name}": the row for ${show(value)} is nothing that JSON has a word for.`);
    this.#rows.add(`${text}\n`);
  }

  async fence(): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    await this.#own();
    const files = await readdir(this.#folder);
    this.#leftovers = files.filter(name => name.startsWith('.pending-'));
    this.#mark = files
      .filter(name => name.startsWith(COMMITTED))
      .sort()
      .at(-1);
    const named = files.flatMap(file => /^(\d+)\.jsonl$/.exec(file)?.[1] ?? []);
    this.#committed = Math.max(0, Number(this.#mark?.slice(COMMITTED.length) ?? 0), ...named.map(Number));
  }

  /** Refuses the folder of another sink: they would take each other's files for their own. */
  async #own(): Promise<void> {
    const file = join(this.#folder, OWNER);
    const own = JSON.stringify({ job: this.#job, sink: this.name });
    try {
      await writeFile(file, own, { flag: 'wx', flush: true });
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
      const there = await readFile(file, 'utf8');
      // Empty: its maker died.
      if (there === '') await writeFile(file, own, { flush: true });
      else if (there !== own) throw foreignFolder(this.name, this.#folder, there);
    }
  }

  async lastCommitted(): Promise<number> {
    return this.#committed;
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
    const file = join(this.#folder, `${nameOf(seq)}.jsonl`);
    try {
      await rename(this.#pending(transaction), file);
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw error;
      // It was committed before a crash, and may have been taken away since.
      if (seq > this.#committed) await access(file).catch(() => Promise.reject(lostFile(this.name, this.#pending(transaction), seq)));
    }
    await this.#note(seq);
    await nodeFiles.syncFolder(this.#folder);
  }

  async #note(seq: number): Promise<void> {
    this.#committed = Math.max(seq, this.#committed);
    const mark = COMMITTED + nameOf(this.#committed);
    if (this.#mark === undefined) await writeFile(join(this.#folder, mark), '');
    else if (this.#mark !== mark) await rename(join(this.#folder, this.#mark), join(this.#folder, mark));
    this.#mark = mark;
  }

  async abort(transaction: string): Promise<void> {
    this.#rows.abort(transaction);
    await unlink(this.#pending(transaction)).catch(() => undefined);
  }

  #pending(transaction: string): string {
    return join(this.#folder, `.pending-${transaction}`);
  }
}

function foreignFolder(name: string, folder: string, owner: string): TidemarkError {
  return new TidemarkError(
    'BAD_OPTION',
    `toFile "${name}": the folder ${folder} is that of another sink, ${owner}. Give each sink a folder of its own.`,
  );
}

function lostFile(name: string, pending: string, seq: number): TidemarkError {
  return new TidemarkError(
    'CHECKPOINT_FAILED',
    `toFile "${name}": the rows of checkpoint ${seq} are gone: there is no ${pending}. Bring the file back, or run the job anew under another name.`,
  );
}
