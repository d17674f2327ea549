/** What a medium has to do to be a storage: `storageOn` adds what is the same for all of them. */
import type { ChunkEntry } from '../checkpoint/storage.js';

/**
 * As `CheckpointStorage`, with arguments that have been checked. Errors are those of the medium; a `TidemarkError` says already what to do.
 * Nothing is called before `open` has resolved or after `close` was called, and `close` not while anything is at work.
 */
export interface Medium {
  open(): Promise<void>;
  /** 'taken': the id was used before. */
  putChunk(job: string, id: string, data: Uint8Array): Promise<'ok' | 'taken'>;
  getChunk(job: string, id: string): Promise<Uint8Array | undefined>;
  listChunks(job: string, prefix: string): AsyncIterable<ChunkEntry>;
  deleteChunks(job: string, ids: readonly string[]): Promise<void>;
  /** A number that has been trimmed is 'taken' as well: an old owner that wakes up late must not find it free. */
  appendSlot(job: string, seq: number, data: Uint8Array): Promise<'ok' | 'taken'>;
  readSlot(job: string, seq: number): Promise<Uint8Array | undefined>;
  /** In any order. */
  listSlots(job: string): Promise<number[]>;
  /** `below` is never above the newest slot. */
  trimSlots(job: string, below: number): Promise<void>;
  listJobs(): Promise<string[]>;
  close(): Promise<void>;
}
