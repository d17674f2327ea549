import type { CheckpointStorage, ChunkEntry } from '../checkpoint/storage.js';
import type { Medium } from './medium.js';
import { storageOn } from './storageOn.js';

/** What is kept of a job. */
interface JobMemory {
  readonly chunks: Map<string, Uint8Array>;
  readonly slots: Map<number, Uint8Array>;
  newest: number;
}

class MemoryMedium implements Medium {
  readonly #jobs = new Map<string, JobMemory>();

  async open(): Promise<void> {}

  async putChunk(job: string, id: string, data: Uint8Array): Promise<'ok' | 'taken'> {
    const { chunks } = this.#of(job);
    if (chunks.has(id)) return 'taken';
    chunks.set(id, data.slice());
    return 'ok';
  }

  async getChunk(job: string, id: string): Promise<Uint8Array | undefined> {
    return this.#jobs.get(job)?.chunks.get(id)?.slice();
  }

  async *listChunks(job: string, prefix: string): AsyncGenerator<ChunkEntry, void, undefined> {
    for (const [id, { length }] of this.#jobs.get(job)?.chunks ?? []) if (id.startsWith(prefix)) yield { id, bytes: length };
  }

  async deleteChunks(job: string, ids: readonly string[]): Promise<void> {
    for (const id of ids) this.#jobs.get(job)?.chunks.delete(id);
  }

  async appendSlot(job: string, seq: number, data: Uint8Array): Promise<'ok' | 'taken'> {
    const memory = this.#of(job);
    if (seq <= memory.newest) return 'taken';
    memory.newest = seq;
    memory.slots.set(seq, data.slice());
    return 'ok';
  }

  async readSlot(job: string, seq: number): Promise<Uint8Array | undefined> {
    return this.#jobs.get(job)?.slots.get(seq)?.slice();
  }

  async listSlots(job: string): Promise<number[]> {
    return [...(this.#jobs.get(job)?.slots.keys() ?? [])];
  }

  async trimSlots(job: string, below: number): Promise<void> {
    const slots = this.#jobs.get(job)?.slots;
    for (const seq of slots?.keys() ?? []) if (seq < below) slots?.delete(seq);
  }

  async listJobs(): Promise<string[]> {
    return [...this.#jobs].filter(([, { newest }]) => newest > 0).map(([job]) => job);
  }

  async close(): Promise<void> {}

  #of(job: string): JobMemory {
    let memory = this.#jobs.get(job);
    if (!memory) this.#jobs.set(job, (memory = { chunks: new Map(), slots: new Map(), newest: 0 }));
    return memory;
  }
}

/**
 * A storage in the memory of this process: for tests, for trying things out, and for jobs that may be stopped and begun again within one
 * process. What it holds lives as long as the object does: `close` and a new `open` keep it, the end of the process does not.
 *
 * @example
 * ```ts
 * import { memoryStorage } from 'tidemark';
 *
 * const storage = memoryStorage();
 * await storage.open();
 * await storage.putChunk('delays', '1-1/0', new Uint8Array([1, 2, 3]));
 * console.log(await storage.appendSlot('delays', 1, new Uint8Array([4]))); // ok
 * console.log(await storage.appendSlot('delays', 1, new Uint8Array([5]))); // taken
 * await storage.close();
 * ```
 */
export function memoryStorage(): CheckpointStorage {
  return storageOn('memoryStorage()', { durable: false, fencing: 'in-process', chunkBytes: 1 << 20 }, new MemoryMedium());
}
