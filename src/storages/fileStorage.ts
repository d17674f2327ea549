/**
 * A storage in the files of a folder, on any `FilePort`.
 *
 * ```text
 * <dir>/<job>/chunks/<id>              written in place, fsynced: nothing refers to it before it is whole
 * <dir>/<job>/slots/0000000000000007   a slot: written under another name, fsynced, then linked, which fails where a name is taken
 * <dir>/<job>/slots/0000000000000007.0.tmp
 * <dir>/<job>/slots/below-0000000000000005    the slots below 5 have been trimmed
 * ```
 *
 * Names are those of names.ts; a long one is cut into folders that end in `+`. What holds a `.` is never the name of a job.
 *
 * What has been trimmed is marked *before* it is deleted. An owner that slept meanwhile may still succeed in linking an old number, but
 * then it finds the mark, takes the link back and hears 'taken'.
 *
 * An fsync that has failed is not tried again: the system may have dropped the pages and call the next one good (Rebello et al., "Can
 * Applications Recover from fsync Failures?", 2020). The file is deleted and the caller told.
 */
import type { CheckpointStorage, ChunkEntry } from '../checkpoint/storage.js';
import { TidemarkError } from '../errors.js';
import { unfit } from './failures.js';
import { codeOf, type FilePort, ifThere, type NewFile, unlessTaken } from './filePort.js';
import { FolderMaker } from './folderMaker.js';
import type { Medium } from './medium.js';
import { decodeName, encodeName, slotName, slotNumber } from './names.js';
import { storageOn } from './storageOn.js';

/** A name of one file; with what we append, it is below the 255 bytes of most disks. */
const PIECE = /.{1,200}/g;
/** Marks that are kept: a listing that comes while the newest replaces one finds another. */
const MARKS = 2;

export interface FileOptions {
  /** False: slots are created in place, on disks without hard links. */
  readonly links: boolean;
}

/** The storage of `fileSystem(dir)` on a disk of any kind; `fileSystem` gives it that of Node. `name` is for sentences. */
export function fileStorage(
  dir: string,
  port: FilePort,
  options: FileOptions = { links: true },
  name = `fileSystem(${dir})`,
): CheckpointStorage {
  const fencing = options.links ? 'linearizable' : 'in-process';
  return storageOn(name, { durable: true, fencing, chunkBytes: 1 << 20 }, new FileMedium(name, dir, port, options.links));
}

class FileMedium implements Medium {
  readonly #name: string;
  readonly #dir: string;
  readonly #port: FilePort;
  readonly #links: boolean;
  readonly #folders: FolderMaker;

  constructor(name: string, dir: string, port: FilePort, links: boolean) {
    this.#name = name;
    this.#dir = dir;
    this.#port = port;
    this.#links = links;
    this.#folders = new FolderMaker(port, dir);
  }

  async open(): Promise<void> {
    await this.#folders.make(this.#dir);
    if (this.#links) await this.#probe();
  }

  async close(): Promise<void> {
    this.#folders.forget();
  }

  async putChunk(job: string, id: string, data: Uint8Array): Promise<'ok' | 'taken'> {
    return this.#create(this.#place(job, 'chunks', id), data);
  }

  async getChunk(job: string, id: string): Promise<Uint8Array | undefined> {
    return ifThere(this.#port.readFile(this.#place(job, 'chunks', id)));
  }

  async *listChunks(job: string, prefix: string): AsyncGenerator<ChunkEntry, void, undefined> {
    for await (const { text: id, path } of this.#walk(this.#place(job, 'chunks'))) {
      if (!id.startsWith(prefix)) continue;
      const bytes = await ifThere(this.#port.fileBytes(path));
      if (bytes !== undefined) yield { id, bytes };
    }
  }

  async deleteChunks(job: string, ids: readonly string[]): Promise<void> {
    const folders = new Set<string>();
    for (const id of ids) {
      const path = this.#place(job, 'chunks', id);
      if (await this.#remove(path)) folders.add(parentOf(path));
    }
    for (const folder of folders) await this.#port.syncFolder(folder);
  }

  async appendSlot(job: string, seq: number, data: Uint8Array): Promise<'ok' | 'taken'> {
    const folder = this.#place(job, 'slots');
    const slot = `${folder}/${slotName(seq)}`;
    const put = this.#links ? await this.#linkNew(slot, data) : await this.#create(slot, data);
    if (put === 'taken') return await this.#taken(folder);
    if ((await this.#trimmedBelow(folder)) <= seq) return put;
    await this.#remove(slot);
    return 'taken';
  }

  async readSlot(job: string, seq: number): Promise<Uint8Array | undefined> {
    return ifThere(this.#port.readFile(`${this.#place(job, 'slots')}/${slotName(seq)}`));
  }

  async listSlots(job: string): Promise<number[]> {
    return this.#numbers(this.#place(job, 'slots'), slotNumber);
  }

  async trimSlots(job: string, below: number): Promise<void> {
    const folder = this.#place(job, 'slots');
    await this.#markTrimmed(folder, below);
    const names = await this.#port.list(folder);
    const old = names.filter(name => (slotNumber(name.replace(/\.\d+\.tmp$/, '')) ?? below) < below);
    const marks = names.filter(name => markNumber(name) !== undefined).sort();
    for (const name of [...old, ...marks.slice(0, -MARKS)]) await this.#remove(`${folder}/${name}`);
    await this.#port.syncFolder(folder);
  }

  async listJobs(): Promise<string[]> {
    const jobs: string[] = [];
    for await (const { text: job } of this.#walk(this.#dir)) if ((await this.listSlots(job)).length > 0) jobs.push(job);
    return jobs;
  }

  #place(job: string, kind: 'chunks' | 'slots', id?: string): string {
    const folder = `${this.#dir}/${pathOf(job)}/${kind}`;
    return id === undefined ? folder : `${folder}/${pathOf(id)}`;
  }

  /** Finds out whether this disk has links, and refuses a name that is taken. */
  async #probe(): Promise<void> {
    const path = await this.#temporary(`${this.#dir}/.probe`, new Uint8Array(1));
    const linked = `${path}.link`;
    try {
      await this.#tryLink(path, linked);
      if ((await this.#tryLink(path, linked)) === 'taken') return;
    } finally {
      await this.#remove(linked);
      await this.#remove(path);
    }
    throw unfit(this.#name, 'a hard link to a name that is taken succeeded here, so that two owners of a job would not be kept apart.');
  }

  async #tryLink(from: string, to: string): Promise<'ok' | 'taken'> {
    try {
      await this.#port.link(from, to);
      return 'ok';
    } catch (error) {
      if (codeOf(error) === 'EEXIST') return 'taken';
      if (!NO_LINKS.has(codeOf(error))) throw error;
      const cure = 'Use another disk; or { links: false } if no two processes ever run the same job';
      throw unfit(this.#name, `this disk has no hard links (${codeOf(error)}), by which owners of a job are kept apart. ${cure}.`, error);
    }
  }

  /** A slot by way of a file of another name: it is there as a whole or not at all. */
  async #linkNew(slot: string, data: Uint8Array): Promise<'ok' | 'taken'> {
    await this.#folders.make(parentOf(slot));
    const temporary = await this.#temporary(slot, data);
    try {
      await this.#port.link(temporary, slot);
    } catch (error) {
      if (codeOf(error) === 'EEXIST') return 'taken';
      // Whoever trims removes what is left of owners before it.
      if (codeOf(error) === 'ENOENT' && (await this.#trimmedBelow(parentOf(slot))) > (slotNumber(nameOf(slot)) as number)) return 'taken';
      throw error;
    } finally {
      await this.#remove(temporary).catch(() => {});
    }
    await this.#port.syncFolder(parentOf(slot));
    return 'ok';
  }

  /** Whoever hears that a slot is taken may find that it is his own, of which he lost the word: then it must be durable. */
  async #taken(folder: string): Promise<'taken'> {
    await this.#port.syncFolder(folder);
    return 'taken';
  }

  /** Writes a file beside `path`, under a name that no one else has. */
  async #temporary(path: string, data: Uint8Array): Promise<string> {
    for (let attempt = 0; ; attempt++) {
      const name = `${path}.${attempt}.tmp`;
      const file = await this.#new(name);
      if (!file) continue;
      await this.#fill(file, name, data);
      return name;
    }
  }

  /** A file at its place, durable; when that fails, what is there of it is taken away. */
  async #create(path: string, data: Uint8Array): Promise<'ok' | 'taken'> {
    await this.#folders.make(parentOf(path));
    const file = await this.#new(path);
    if (!file) return 'taken';
    await this.#fill(file, path, data);
    await this.#port.syncFolder(parentOf(path)).catch(error => this.#undo(path, error));
    return 'ok';
  }

  /** A new file; undefined: there is one. Its folder was there: if it is not any more, then what was stored is not either. */
  async #new(path: string): Promise<NewFile | undefined> {
    try {
      return await unlessTaken(this.#port.createFile(path));
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw error;
      const what = `${this.#name}: the folder ${parentOf(path)} is gone, with what was stored there`;
      const cure = 'Bring it back, and run the job again: it goes on where it was. Without it the job begins anew.';
      throw new TidemarkError('STORAGE_LOST', `${what}. ${cure}`, { cause: error });
    }
  }

  async #fill(file: NewFile, path: string, data: Uint8Array): Promise<void> {
    try {
      await file.write(data);
      await file.sync();
      await file.close();
    } catch (error) {
      await file.close().catch(() => {});
      await this.#undo(path, error);
    }
  }

  async #undo(path: string, error: unknown): Promise<never> {
    await this.#remove(path).catch(() => {});
    throw error;
  }

  async #markTrimmed(folder: string, below: number): Promise<void> {
    const mark = await unlessTaken(this.#port.createFile(`${folder}/${MARK}${slotName(below)}`));
    await mark?.close();
    await this.#port.syncFolder(folder);
  }

  async #trimmedBelow(folder: string): Promise<number> {
    return Math.max(0, ...(await this.#numbers(folder, markNumber)));
  }

  async #numbers(folder: string, read: (name: string) => number | undefined): Promise<number[]> {
    const names = (await ifThere(this.#port.list(folder))) ?? [];
    return names.map(read).filter(number => number !== undefined);
  }

  async #remove(path: string): Promise<boolean> {
    return (await ifThere(this.#port.unlink(path).then(() => true))) ?? false;
  }

  /** All texts that have a place below a folder. */
  async *#walk(folder: string, before = ''): AsyncGenerator<{ text: string; path: string }, void, undefined> {
    for (const name of (await ifThere(this.#port.list(folder))) ?? []) {
      const path = `${folder}/${name}`;
      if (name.endsWith('+')) yield* this.#walk(path, before + name.slice(0, -1));
      const text = decodeName(before + name);
      if (text !== undefined) yield { text, path };
    }
  }
}

const MARK = 'below-';

/** What systems say that cannot link. */
const NO_LINKS: ReadonlySet<unknown> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EINVAL', 'EACCES', 'UNKNOWN']);

function markNumber(name: string): number | undefined {
  return name.startsWith(MARK) ? slotNumber(name.slice(MARK.length)) : undefined;
}

function pathOf(text: string): string {
  const pieces = encodeName(text).match(PIECE) as string[];
  return pieces.join('+/');
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
