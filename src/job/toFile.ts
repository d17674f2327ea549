import { open, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { SinkClaim } from '../checkpoint/participants.js';
import { checkFunction, checkOptions, mustBe, show, TidemarkError } from '../errors.js';
import { nodeFiles } from '../storages/nodeFiles.js';
import type { EventOperator } from '../stream/eventStream.js';
import { defineSink, type SinkContext, type SinkWork } from './defineSink.js';
import { PendingRows, ROOM, readRoom } from './pendingRows.js';
import { exists, SinkFolder } from './sinkFolder.js';

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
 * are not committed, whose folder it is, and how far it is. Whoever takes the folder over last is its owner: others fail with `FENCED`, also
 * where a job of the same name runs on another storage.
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

/** What is in the checkpoint of its rows. */
interface Kept {
  /** How many, so that a file that is missing is told from one that never was. */
  readonly rows: number;
  /** Who has written them. */
  readonly by: string;
  /** Behind which rows they come; undefined: nobody knows. */
  readonly after: string | undefined;
}

class FileSink<T> implements SinkWork<T> {
  readonly name: string;
  readonly mode = 'transactional';
  readonly #folder: SinkFolder;
  readonly #row: (value: T, withdrawn: boolean) => unknown;
  readonly #rows: PendingRows<string>;
  constructor(name: string, folder: string, row: (value: T, withdrawn: boolean) => unknown, room: number, context: SinkContext) {
    this.name = name;
    this.#folder = new SinkFolder(folder, context.job, name);
    this.#row = row;
    this.#rows = new PendingRows(room, context);
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

  async fence(epoch: number, claim?: SinkClaim): Promise<void> {
    await (epoch > 0 ? this.#folder.take(claim) : this.#folder.look());
  }

  async lastCommitted(): Promise<number> {
    return this.#folder.mark.seq;
  }

  rotate(transaction: string): Kept {
    // Everything that had to be committed has been.
    this.#folder.sweep();
    const { nonce, mark } = this.#folder;
    return { rows: this.#rows.rotate(transaction).length, by: nonce, after: mark.of };
  }

  async prepare(transaction: string): Promise<void> {
    await this.#told(async () => {
      await this.#folder.check();
      const rows = this.#rows.of(transaction) ?? [];
      if (rows.length === 0) return;
      const file = await open(this.#folder.pending(transaction, this.#folder.nonce), 'wx');
      try {
        await file.writeFile(rows.join(''));
        await file.sync();
      } finally {
        await file.close();
      }
      await nodeFiles.syncFolder(this.#folder.path);
    });
  }

  async commit(transaction: string, seq: number, kept: unknown): Promise<void> {
    this.#rows.forget(transaction);
    // Those of before say how many rows alone.
    const { rows, by, after } = typeof kept === 'number' ? { rows: kept, by: '', after: undefined } : (kept as Kept);
    await this.#told(async () => {
      await this.#folder.check();
      await this.#show(transaction, seq, rows, by, after);
    });
  }

  /** Everybody sees the rows from the rename on. */
  async #show(transaction: string, seq: number, rows: number, by: string, after: string | undefined): Promise<void> {
    const { mark } = this.#folder;
    const own = `${transaction}.${by}`;
    if (mark.of !== '' && mark.of !== own && (after ?? mark.of) !== mark.of) throw this.#stranger(seq, mark.seq);
    if (rows === 0) return;
    const [pending, file] = [this.#folder.pending(transaction, by), this.#folder.visible(seq)];
    const [waits, there] = [await this.#folder.find(transaction, by), await exists(file)];
    // Or another owner has just taken them.
    await this.#folder.check();
    if (waits && there) throw this.#stranger(seq, seq);
    // It was committed before a crash, and may have been taken away since.
    if (!waits && !there && seq > mark.seq) throw this.#lost(pending, seq);
    if (waits) await this.#move(pending, file);
    await this.#folder.note(Math.max(seq, mark.seq), seq >= mark.seq ? own : mark.of);
  }

  async #move(pending: string, file: string): Promise<void> {
    try {
      await rename(pending, file);
    } catch (error) {
      // Somebody else holds it now.
      await this.#folder.check();
      throw error;
    }
  }

  async abort(transaction: string): Promise<void> {
    this.#rows.abort(transaction);
    await unlink(this.#folder.pending(transaction, this.#folder.nonce)).catch(() => undefined);
  }

  /** What the disk says, with the name of the sink. */
  async #told(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (error instanceof TidemarkError) throw error;
      throw new TidemarkError('CHECKPOINT_FAILED', `toFile "${this.name}": ${this.#folder.path}: ${(error as Error).message}`, {
        cause: error,
      });
    }
  }

  #stranger(seq: number, mark: number): TidemarkError {
    return new TidemarkError(
      'NEEDS_OPERATOR',
      `toFile "${this.name}": the rows of checkpoint ${seq} do not come behind those that ${this.#folder.path} holds, up to checkpoint ${mark}, which are from a job in another storage. Run that one; or take its rows back, or begin with a savepoint and an empty folder.`,
    );
  }

  #lost(pending: string, seq: number): TidemarkError {
    return new TidemarkError(
      'NEEDS_OPERATOR',
      `toFile "${this.name}": the rows of checkpoint ${seq} are gone: there is no ${pending}. Bring the file back; or run the job anew in another storage, and into an empty folder.`,
    );
  }
}
