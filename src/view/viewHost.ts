/** What a view needs of the job whose state it reads: one life of it. */
import type { Env } from '../checkpoint/env.js';
import type { WindowsAtWork } from '../engine/windowsAtWork.js';

/** Hears of checkpoints. */
export interface CheckpointListener {
  /** The state of one is back, and nothing has come yet. */
  restored(seq: number): void;
  /** The barrier of one: no call is at work. */
  barrier(): void;
  /** It is durable and committed. */
  completed(seq: number): void;
  /** It never happened. */
  failed(): void;
}

export interface ViewHost {
  /** Of the job. */
  readonly name: string;
  /** Where it is in its life. */
  readonly state: string;
  /** Resolves when it has begun, or has failed to. */
  readonly begun: Promise<unknown>;
  /** Resolves or rejects when it is over. */
  readonly done: Promise<unknown>;
  /** Operators whose state can be read, by name. */
  readonly windows: ReadonlyMap<string, WindowsAtWork<any, any, any>>;
  /** All streams of its graph. */
  readonly streams: readonly { readonly kind: string; readonly name: string | undefined }[];
  /** The newest checkpoint that is durable and committed. */
  readonly checkpoint: number | undefined;
  /** Of this owner. */
  readonly epoch: number;
  readonly env: Pick<Env, 'now' | 'pause' | 'after'>;
  /** The number of a cut of all operators, to be taken in this turn. */
  nextCut(): number;
  /** Makes a checkpoint. */
  checkpointSoon(): Promise<unknown>;
  /** Where a source stands; undefined: there is no such source. */
  sourceAt(name: string): SourceAt | undefined;
  /** What the views of this life have in common. */
  shared: unknown;
  /** Hears of its checkpoints, if anybody wants to. */
  listener: CheckpointListener | undefined;
}

export interface SourceAt {
  readonly position: unknown;
  /** Whether it has ended. */
  readonly ended: boolean;
  /** Whether all before `bound` has been taken in; undefined: positions are compared as numbers. */
  readonly reaches: ((position: unknown, bound: unknown) => boolean) | undefined;
}

/** The life that a job is in; undefined: it rests between two. */
export type HostOf = () => ViewHost | undefined;
