/**
 * The folder of a sink that writes files, and whose it is: of several owners, also such as know nothing of each other since their logs are in
 * two storages, only the last that took it can make rows visible.
 *
 * ```text
 * .owner                                        {"job":"j","sink":"out"}: written once
 * .fence-<number>                               the nonce of an owner; the highest counts, and is made only where there is none
 * .pending-<transaction>.<maker>.<holder>       rows that are durable and not visible; visible by a rename that only its holder can make
 * .committed-<checkpoint>.<transaction>.<maker> the newest that are visible
 * ```
 *
 * Whoever takes the folder makes the next fence, deletes those before it, renames what is pending so that it is held by nobody else, and looks
 * only then what is committed. So what an older owner still commits either comes before that look, or does not find its file.
 */
import { randomUUID } from 'node:crypto';
import { access, mkdir, readdir, readFile, rename, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SinkClaim } from '../checkpoint/participants.js';
import { TidemarkError } from '../errors.js';
import { codeOf } from '../storages/filePort.js';
import { nodeFiles } from '../storages/nodeFiles.js';

const OWNER = '.owner';
const FENCE = '.fence-';
const PENDING = '.pending-';
const COMMITTED = '.committed-';

/** Names sort as numbers do. */
export const nameOf = (seq: number): string => String(seq).padStart(12, '0');

/** The newest rows that are visible. */
export interface Mark {
  readonly seq: number;
  /** `<transaction>.<maker>`; empty: nobody knows. */
  readonly of: string;
}

const NOTHING: Mark = { seq: 0, of: '' };

export class SinkFolder {
  readonly path: string;
  /** How errors begin. */
  readonly #where: string;
  readonly #job: string;
  readonly #sink: string;
  /** Of this owner. */
  nonce = '';
  mark: Mark = NOTHING;
  /** What is pending of others. */
  leftovers: readonly string[] = [];
  /** The file that is the mark. */
  #marked: string | undefined;
  #fence = '';

  constructor(path: string, job: string, sink: string) {
    this.path = path;
    this.#job = job;
    this.#sink = sink;
    this.#where = `toFile "${sink}"`;
  }

  /** Looks what is committed, and takes nothing over. Rejects with BAD_OPTION if it is the folder of another sink. */
  async look(): Promise<void> {
    await this.#own();
    await this.#read();
  }

  async #read(): Promise<void> {
    const files = await readdir(this.path);
    this.#marked = newest(files, COMMITTED);
    const [seq = '', ...of] = this.#marked?.slice(COMMITTED.length).split('.') ?? [];
    this.mark = { seq: Number(seq), of: of.join('.') };
    const rows = Math.max(0, ...files.map(file => Number(/^(\d+)\.jsonl$/.exec(file)?.[1] ?? 0)));
    // Their owner died before it could say so.
    if (rows > this.mark.seq) this.mark = { seq: rows, of: '' };
  }

  /** Takes it over: from now on all others are fenced. */
  async take({ nonce, newest }: SinkClaim = { nonce: randomUUID(), newest: async () => true }): Promise<void> {
    await this.#own();
    this.nonce = nonce.replaceAll('.', '_');
    while (!(await this.#fenced(newest)));
    const pending = (await readdir(this.path)).filter(file => file.startsWith(PENDING));
    this.leftovers = await Promise.all(pending.map(file => this.#hold(file)));
    await this.check();
    await this.#read();
  }

  /** Makes the next fence; false: somebody was faster. */
  async #fenced(newestOwner: () => Promise<boolean>): Promise<boolean> {
    const number = (file: string | undefined): number => Number(file?.slice(FENCE.length) ?? 0);
    const last = number(newest(await readdir(this.path), FENCE));
    // Of two owners by one log, the log has said who is the later one.
    if (!(await newestOwner())) throw this.#lost();
    const own = FENCE + nameOf(last + 1);
    try {
      await writeFile(this.#at(own), this.nonce, { flag: 'wx', flush: true });
    } catch (error) {
      if (codeOf(error) === 'EEXIST') return false;
      throw error;
    }
    const fences = (await readdir(this.path)).filter(file => file.startsWith(FENCE));
    const first = newest(fences, FENCE) === own;
    // If it is not the highest, it was made where a later owner had cleared away.
    for (const file of first ? fences.filter(file => file !== own) : [own]) await gone(this.#at(file));
    this.#fence = own;
    return first;
  }

  /** Takes what is pending for itself; the name that it has now. */
  async #hold(file: string): Promise<string> {
    const [transaction = '', maker = ''] = file.slice(PENDING.length).split('.');
    const held = this.#pending(transaction, maker);
    // Its owner may have been faster: then it is visible.
    if (held !== file) await rename(this.#at(file), this.#at(held)).catch(unlessMissing);
    return held;
  }

  /** Whether rows of a transaction are pending. An owner that was fenced as it took the folder may have renamed them last: they come back. */
  async find(transaction: string, maker: string): Promise<boolean> {
    if (await exists(this.pending(transaction, maker))) return true;
    const file = (await readdir(this.path)).find(file => file.startsWith(`${PENDING}${transaction}.${maker}.`));
    if (file !== undefined) await this.#hold(file);
    return file !== undefined;
  }

  /** Rejects with FENCED if somebody else has taken the folder. */
  async check(): Promise<void> {
    const owner = await readFile(this.#at(this.#fence), 'utf8').catch(unlessMissing);
    if (owner === this.nonce) return;
    const fences = newest((await readdir(this.path).catch(unlessMissing)) ?? [], FENCE);
    if (fences !== undefined) throw this.#lost();
    throw new TidemarkError(
      'NEEDS_OPERATOR',
      `${this.#where}: the folder ${this.path} was taken away under the job. Bring it back, and run the job again; or run it anew in another storage.`,
    );
  }

  /** Where the rows of a transaction are while nobody may see them. */
  pending(transaction: string, maker: string): string {
    return this.#at(this.#pending(transaction, maker));
  }

  #pending(transaction: string, maker: string): string {
    return `${PENDING}${transaction}.${maker}.${this.nonce}`;
  }

  /** Where they are when all may. */
  visible(seq: number): string {
    return this.#at(`${nameOf(seq)}.jsonl`);
  }

  /** Says that the rows up to a checkpoint are visible. */
  async note(seq: number, of: string): Promise<void> {
    const mark = `${COMMITTED}${nameOf(seq)}.${of}`;
    if (this.#marked === undefined) await writeFile(this.#at(mark), '');
    else if (this.#marked !== mark) await rename(this.#at(this.#marked), this.#at(mark));
    this.#marked = mark;
    this.mark = { seq, of };
    await nodeFiles.syncFolder(this.path);
  }

  /** Clears away what no checkpoint lists. */
  sweep(): void {
    for (const file of this.leftovers) void gone(this.#at(file));
    this.leftovers = [];
  }

  /** Refuses the folder of another sink: they would take each other's files for their own. */
  async #own(): Promise<void> {
    await mkdir(this.path, { recursive: true });
    const own = JSON.stringify({ job: this.#job, sink: this.#sink });
    try {
      await writeFile(this.#at(OWNER), own, { flag: 'wx', flush: true });
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
      const there = await readFile(this.#at(OWNER), 'utf8');
      // Empty: its maker died.
      if (there === '') await writeFile(this.#at(OWNER), own, { flush: true });
      else if (there !== own)
        throw new TidemarkError(
          'BAD_OPTION',
          `${this.#where}: the folder ${this.path} is that of another sink, ${there}. Give each sink a folder of its own. To go on in this one with a savepoint, keep the names of job and sink, and give the job another storage.`,
        );
    }
  }

  #at(file: string): string {
    return join(this.path, file);
  }

  #lost(): TidemarkError {
    return new TidemarkError(
      'FENCED',
      `${this.#where}: another process has taken the folder ${this.path} over, with the job ${this.#job} of this storage or of another one. This one stops and makes nothing more visible.`,
    );
  }
}

function newest(files: readonly string[], prefix: string): string | undefined {
  return files
    .filter(file => file.startsWith(prefix))
    .sort()
    .at(-1);
}

function unlessMissing(error: unknown): undefined {
  if (codeOf(error) !== 'ENOENT') throw error;
}

/** Whether there is such a file. */
export async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function gone(path: string): Promise<void> {
  await unlink(path).catch(() => undefined);
}
