/**
 * Who takes part in a checkpoint. At the barrier, which is one synchronous turn between two events, every source says its position, every
 * operator gives its state, and every sink closes the batch of rows that belong to it. All that is asynchronous comes later.
 */
import type { SavedState, StateCut } from '../state/cut.js';
import type { Watermark } from '../time/timestamp.js';
import type { Form } from './form.js';
import type { Manifest } from './manifest.js';

export type { StateCut, StatePart } from '../state/cut.js';

/** An operator's part in a barrier. */
export interface OperatorCut extends StateCut {
  /** Its kind and its name: what identifies it in later programs too. */
  readonly kind: string;
  readonly name: string;
  /** What its state depends on; absent: on nothing that is known. */
  readonly form?: Form | undefined;
}

/** A source's part in a barrier. */
export interface SourceCut {
  readonly name: string;
  /** What its next element is: plain data, copied. */
  readonly position: unknown;
  /** How far it has come in event time; absent: it is not known. */
  readonly watermark?: Watermark | undefined;
}

/** Everything as it is between two events. */
export interface Barrier {
  readonly sources: readonly SourceCut[];
  readonly operators: readonly OperatorCut[];
  /** The lowest watermark of the sources; for people. */
  readonly watermark: Watermark;
}

/** What a restart begins with. */
export interface RestoredJob {
  /** The slot of the checkpoint. */
  readonly seq: number;
  readonly sources: ReadonlyMap<string, unknown>;
  /** By `operatorId` of operatorId.ts. */
  readonly operators: ReadonlyMap<string, SavedState>;
  /** What the slot says of it. */
  readonly manifest?: Manifest;
}

/**
 * A sink, by what it can promise:
 *
 * - `transactional`: rows are prepared under an id before the slot, and committed by it after; `commit` may be called again after a crash.
 * - `sink-decides`: rows and the number of the checkpoint are stored in one transaction of the sink, which so says where a restart begins.
 *   At most one in a job.
 * - `upsert`: rows go out at once, each replacing an older version of itself; the barrier waits until they have arrived.
 * - `outbox`: rows are kept in the checkpoint, and handed out after it with ids; those of the last checkpoint again after a crash.
 */
export type SinkMode = 'transactional' | 'sink-decides' | 'upsert' | 'outbox';

/** Who takes a sink over. */
export interface SinkClaim {
  /** A text that no other owner has, in whatever storage its log is. */
  readonly nonce: string;
  /** Whether the log knows of no later owner. */
  newest(): Promise<boolean>;
}

/**
 * What the coordinator asks of a sink. `transaction`: an id that is never used twice, of the form `<epoch>-<number of the barrier>`. `seq`:
 * the slot of the checkpoint, which is what a restart names it by. A sink that finds itself fenced rejects with a `TidemarkError` FENCED.
 *
 * After a restart come `fence`, `lastCommitted`, and `commit` for what the checkpoint lists. What was prepared under an older epoch
 * and is not committed by the first `rotate` never will be: the sink may throw it away.
 */
export interface CheckpointSink {
  /** By which a restart finds it; the only one of its name in the job. */
  readonly name: string;
  /** What it promises. */
  readonly mode: SinkMode;
  /**
   * From now on, whoever has a lower epoch is refused by the sink. Epochs of two storages say nothing of each other: with `claim` a sink can
   * refuse everybody but the last that came. Epoch 0, without a claim, only asks.
   */
  fence(epoch: number, claim?: SinkClaim): Promise<void>;
  /** The number of the newest checkpoint whose rows are visible; 0: none. Upsert sinks say 0, and outbox sinks whose receiver cannot be asked. */
  lastCommitted(): Promise<number>;
  /** At the barrier, synchronously: what came until now belongs to this transaction. Returns what must be in the checkpoint (outbox: the rows), as plain data. */
  rotate(transaction: string): unknown;
  /** Before the slot: transactional: the rows are durable, not visible. Upsert: what was sent has arrived. Others: nothing. */
  prepare(transaction: string, seq: number): Promise<void>;
  /** After the slot; called again after a crash until it has succeeded once. `kept`: what `rotate` gave, of the checkpoint. */
  commit(transaction: string, seq: number, kept: unknown): Promise<void>;
  /** Ascends as the commit at work comes on: one that does is not given up for being slow. */
  progress?(): number;
  /** The checkpoint has failed: its rows go into the next transaction, before later ones. `prepare` may not have ended, or not have been called. */
  abort(transaction: string): Promise<void>;
}
