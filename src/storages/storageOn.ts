/**
 * A storage on a medium: arguments are checked, errors of the medium get words, and `close` waits for what is at work. A storage may be
 * opened by several users at once, say by two jobs of one process; the medium is opened by the first and closed by the last.
 */
import type { CheckpointStorage, ChunkEntry, StorageCapabilities } from '../checkpoint/storage.js';
import { mustBe, show, TidemarkError } from '../errors.js';
import { failure } from './failures.js';
import type { Medium } from './medium.js';
import { checkBytes, checkId, checkJob, checkSeq } from './names.js';

export function storageOn(name: string, capabilities: StorageCapabilities, medium: Medium): CheckpointStorage {
  return new StorageOn(name, capabilities, medium);
}

class StorageOn implements CheckpointStorage {
  readonly name: string;
  readonly capabilities: StorageCapabilities;
  readonly #medium: Medium;
  readonly #work = new Set<Promise<unknown>>();
  #users = 0;
  /** Opening and closing, one after the other. */
  #turn: Promise<void> = Promise.resolve();

  constructor(name: string, capabilities: StorageCapabilities, medium: Medium) {
    this.name = name;
    this.capabilities = Object.freeze(capabilities);
    this.#medium = medium;
  }

  open(): Promise<void> {
    return this.#next(async () => {
      if (this.#users === 0) await this.#medium.open();
      this.#users++;
    }, 'open');
  }

  close(): Promise<void> {
    return this.#next(async () => {
      if (this.#users === 0 || --this.#users > 0) return;
      await Promise.allSettled(this.#work);
      await this.#medium.close();
    }, 'close');
  }

  putChunk(job: string, id: string, data: Uint8Array): Promise<void> {
    return this.#do('putChunk', job, id, async where => {
      checkId(id, where);
      checkBytes(data, where);
      if ((await this.#medium.putChunk(job, id, data)) === 'ok') return;
      throw new TidemarkError('CHUNK_EXISTS', `${where}: this id was used before, and nothing is overwritten. Use an id once.`);
    });
  }

  getChunk(job: string, id: string): Promise<Uint8Array | undefined> {
    return this.#do('getChunk', job, id, where => {
      checkId(id, where);
      return this.#medium.getChunk(job, id);
    });
  }

  async *listChunks(job: string, prefix: string): AsyncGenerator<ChunkEntry, void, undefined> {
    const step = <R>(work: () => Promise<R>): Promise<R> => this.#do('listChunks', job, prefix, work);
    const entries = await step(async () => {
      if (typeof prefix !== 'string') throw mustBe(`${this.name}: listChunks: prefix`, 'a text', prefix);
      return this.#medium.listChunks(job, prefix)[Symbol.asyncIterator]();
    });
    try {
      for (;;) {
        const { done, value } = await step(() => entries.next());
        if (done) return;
        yield value;
      }
    } finally {
      await entries.return?.();
    }
  }

  deleteChunks(job: string, ids: readonly string[]): Promise<void> {
    return this.#do('deleteChunks', job, '', async where => {
      if (!Array.isArray(ids)) throw mustBe(`${where}: ids`, 'an array', ids);
      for (const id of ids) checkId(id, where);
      if (ids.length > 0) await this.#medium.deleteChunks(job, ids);
    });
  }

  appendSlot(job: string, seq: number, data: Uint8Array): Promise<'ok' | 'taken'> {
    return this.#do('appendSlot', job, seq, where => {
      checkSeq(seq, where);
      checkBytes(data, where);
      return this.#medium.appendSlot(job, seq, data);
    });
  }

  readSlot(job: string, seq: number): Promise<Uint8Array | undefined> {
    return this.#do('readSlot', job, seq, where => {
      checkSeq(seq, where);
      return this.#medium.readSlot(job, seq);
    });
  }

  listSlots(job: string): Promise<number[]> {
    return this.#do('listSlots', job, '', () => this.#slots(job));
  }

  trimSlots(job: string, below: number): Promise<void> {
    return this.#do('trimSlots', job, below, async where => {
      checkSeq(below, where);
      const [oldest, ...others] = await this.#slots(job);
      const limit = Math.min(below, others.at(-1) ?? 0);
      if (oldest !== undefined && oldest < limit) await this.#medium.trimSlots(job, limit);
    });
  }

  async listJobs(): Promise<string[]> {
    return this.#at('listJobs', () => this.#medium.listJobs());
  }

  async #slots(job: string): Promise<number[]> {
    return (await this.#medium.listSlots(job)).sort((a, b) => a - b);
  }

  /** One call for a job; `what`: the chunk or slot that it is about. */
  async #do<R>(method: string, job: string, what: string | number, effect: (where: string) => Promise<R>): Promise<R> {
    const doing = `${method}${what === '' ? '' : ` ${show(what)}`} of job ${show(job)}`;
    return this.#at(doing, () => {
      checkJob(job, `${this.name}: ${method}`);
      return effect(`${this.name}: ${doing}`);
    });
  }

  async #at<R>(doing: string, effect: () => Promise<R>): Promise<R> {
    if (this.#users === 0) {
      throw new TidemarkError('STORAGE_CLOSED', `${this.name}: ${doing}: the storage is not open. Call open() first, and close() last.`);
    }
    let work: Promise<R> | undefined;
    try {
      work = effect();
      this.#work.add(work);
      return await work;
    } catch (error) {
      throw failure(this.name, doing, error);
    } finally {
      if (work) this.#work.delete(work);
    }
  }

  /** Opens or closes when what came before has been done, whether it succeeded or not. */
  #next(step: () => Promise<void>, doing: string): Promise<void> {
    const done = this.#turn.then(step).catch((error: unknown) => {
      throw failure(this.name, doing, error);
    });
    this.#turn = done.catch(() => {});
    return done;
  }
}
