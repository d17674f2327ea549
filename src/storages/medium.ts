/** What a medium has to do to be a storage: `storageOn` adds what is the same for all of them. */
import type { CheckpointStorage } from '../checkpoint/storage.js';

/**
 * As `CheckpointStorage`, with arguments that have been checked. Errors are those of the medium; a `TidemarkError` says already what to do.
 * Nothing is called before `open` has resolved or after `close` was called, and `close` not while anything is at work. `listSlots` may give
 * them in any order, and `trimSlots` is never called with a number above the newest slot.
 */
export interface Medium extends Omit<CheckpointStorage, 'name' | 'capabilities' | 'putChunk'> {
  /** 'taken': the id was used before. */
  putChunk(job: string, id: string, data: Uint8Array): Promise<'ok' | 'taken'>;
}
