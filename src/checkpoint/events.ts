/** What a coordinator says of itself. */
import type { TidemarkError } from '../errors.js';
import type { SkippedCheckpoint } from './recovery.js';

/** A checkpoint that is durable and committed. */
export interface CompletedCheckpoint {
  /** Its slot: what a restart names it by. */
  readonly seq: number;
  /** The slot by which its owner has taken the job over. */
  readonly epoch: number;
  /** Which barrier of its owner; failed ones count too. */
  readonly number: number;
  /** Everything is in it; otherwise what has changed since the one before. */
  readonly full: boolean;
  /** What was written for it. */
  readonly bytes: number;
  /** In so many pieces. */
  readonly chunks: number;
  /** From the barrier until its rows were committed. */
  readonly milliseconds: number;
}

/** What the owner of a job's log tells. */
export type CoordinatorEvent =
  /** The job has been taken over. `restored`: the slot that it goes on from; undefined: it begins anew. */
  | {
      readonly type: 'opened';
      readonly epoch: number;
      readonly restored: number | undefined;
      readonly skipped: readonly SkippedCheckpoint[];
      readonly recommitted: readonly string[];
    }
  | { readonly type: 'completed'; readonly checkpoint: CompletedCheckpoint }
  /** It never happened: its rows go into the next one. */
  | { readonly type: 'aborted'; readonly number: number; readonly error: TidemarkError }
  /** Chunks of old checkpoints were deleted. */
  | { readonly type: 'collected'; readonly chunks: number }
  /** Chunks that dead owners had left behind were deleted. */
  | { readonly type: 'swept'; readonly chunks: number }
  /** Something old could not be deleted; it is tried again later. */
  | { readonly type: 'notCollected'; readonly error: TidemarkError }
  /** There will be no more checkpoints. */
  | { readonly type: 'ended'; readonly error: TidemarkError };
