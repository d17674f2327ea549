/**
 * The durable side of a job: chunks of bytes, and a log of slots. Everything is immutable: nothing is ever overwritten, an id is used once.
 * The log is the only thing that decides: whoever puts a slot where none was owns it, and taking over a job occupies a slot too. So an
 * old owner is fenced without clocks and without locks.
 */

/** What a storage can promise. */
export interface StorageCapabilities {
  /** Survives the process. */
  readonly durable: boolean;
  /** Who is kept apart by `appendSlot`: all processes that reach the medium, or those of this process alone. */
  readonly fencing: 'linearizable' | 'in-process';
  /** How large a chunk should be at most, in bytes: larger state is cut into several. */
  readonly chunkBytes: number;
}

/** A chunk in a list. */
export interface ChunkEntry {
  /** Under which it was put. */
  readonly id: string;
  /** Its length. */
  readonly bytes: number;
}

/**
 * Where checkpoints are kept. Ids are texts of `[A-Za-z0-9._-]` and `/` between parts, at most 200 characters; jobs are named by users and
 * may hold anything: a storage encodes them as its medium needs. Every method may be called while others are at work, and rejects after
 * `close`. A storage may be opened by several users at once, say two jobs of one process, and is closed with the last of them; it can be
 * opened again.
 */
export interface CheckpointStorage {
  /** What it is, for sentences: `fileSystem(./state)`. */
  readonly name: string;
  /** What it can promise; it does not change. */
  readonly capabilities: StorageCapabilities;
  /** Opens the medium and probes what cannot be taken for granted. Each user calls it once, before anything else. */
  open(): Promise<void>;
  /** Resolves when the chunk is durable. An id that was used before is an error: nothing is overwritten. */
  putChunk(job: string, id: string, data: Uint8Array): Promise<void>;
  /** Undefined: there is none. What is torn or short is given as it is: the format holds a length and a checksum. */
  getChunk(job: string, id: string): Promise<Uint8Array | undefined>;
  /** All chunks of a job whose id begins with `prefix`, in no particular order. */
  listChunks(job: string, prefix: string): AsyncIterable<ChunkEntry>;
  /** Those that are not there are no error. */
  deleteChunks(job: string, ids: readonly string[]): Promise<void>;
  /**
   * Puts slot `seq` (1, 2, ...) if there is none: atomic. A half-written slot is never seen. 'ok': it is durable. 'taken': that which was there
   * is durable, or was trimmed: a number that was trimmed stays taken. When it rejects, the slot may be there all the same: put it again to
   * know; and it may come to be there later, except behind `STORAGE_FULL`, which says that nothing more is under way.
   */
  appendSlot(job: string, seq: number, data: Uint8Array): Promise<'ok' | 'taken'>;
  /** Undefined: there is none of that number. */
  readSlot(job: string, seq: number): Promise<Uint8Array | undefined>;
  /** The numbers of all slots of a job, ascending. */
  listSlots(job: string): Promise<number[]>;
  /** Deletes the slots below `seq`; never the newest one. */
  trimSlots(job: string, below: number): Promise<void>;
  /** All jobs that have a slot. */
  listJobs(): Promise<string[]>;
  /** Waits for what is at work. What was never opened is no error. */
  close(): Promise<void>;
}

/** Where chunks are read: a storage, or a savepoint. */
export type ChunkSource = Pick<CheckpointStorage, 'getChunk'>;

/** Where chunks are put. */
export type ChunkTarget = Pick<CheckpointStorage, 'capabilities' | 'putChunk'>;
