/** What the subcommands of `tidemark checkpoints` share: the way to a checkpoint, pinned while it is read, with progress. */
import type { Env } from '../checkpoint/env.js';
import type { FoundSlot } from '../checkpoint/manifestLog.js';
import { type ReadCheckpoint, readCheckpoint } from '../checkpoint/readCheckpoint.js';
import type { Candidate } from '../checkpoint/restorePoint.js';
import type { CheckpointStorage } from '../checkpoint/storage.js';
import { world } from '../job/world.js';
import type { CheckpointOptions } from './checkpointOptions.js';
import { findCheckpoint, jobOf, readSlots, sizesOf } from './jobLog.js';
import { JustDeleted, whilePinned } from './pins.js';
import { jsonOf } from './plainJson.js';
import { Progress } from './progress.js';

/** So often is the job faster, at most. */
const TRIES = 20;

/** One run of a subcommand. */
export interface CommandRun {
  readonly options: CheckpointOptions;
  /** Opened. */
  readonly storage: CheckpointStorage;
  readonly out: (text: string) => unknown;
  readonly err: (text: string) => unknown;
  readonly terminal: boolean;
}

/** A checkpoint that is being looked at. */
export interface Found {
  readonly job: string;
  readonly slots: readonly FoundSlot[];
  readonly candidate: Candidate;
}

/** Finds a checkpoint and keeps it there while `work` reads it. `seq` undefined: the newest. */
export async function withCheckpoint<R>(run: CommandRun, seq: number | undefined, work: (found: Found) => Promise<R>): Promise<R> {
  const job = await jobOf(run.storage, run.options.job);
  return tryAgain(async () => {
    const slots = await readSlots(run.storage, job);
    const candidate = findCheckpoint(job, slots, seq);
    return pinned(run, job, candidate.seq, () => work({ job, slots, candidate }));
  });
}

/** Does something anew as long as the job deletes what is about to be pinned. */
export async function tryAgain<R>(work: () => Promise<R>): Promise<R> {
  for (let tries = 1; ; tries++) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof JustDeleted) || tries === TRIES) throw error;
    }
  }
}

/** Keeps a checkpoint, and all newer ones, there while `work` reads them. */
export function pinned<R>({ storage, options }: CommandRun, job: string, seq: number, work: () => Promise<R>): Promise<R> {
  return options.pin && storage.capabilities.durable ? whilePinned(storage, job, seq, work) : work();
}

/** Reads it, and says how far it is. */
export async function readState(run: CommandRun, job: string, candidate: Candidate): Promise<ReadCheckpoint> {
  return withProgress(run, sizesOf(candidate.slot).all, env => readCheckpoint(run.storage, job, candidate, env));
}

/** `bytes`: how many will be read. The world that `work` is given counts the chunks that come. */
export async function withProgress<R>(run: CommandRun, bytes: number, work: (env: Env) => Promise<R>): Promise<R> {
  const progress = new Progress(run.terminal, bytes, run.err, Date.now, 'chunks');
  let [read, chunks] = [0, 0];
  const env: Env = {
    ...world,
    async io<T>(_label: string, effect: () => Promise<T>): Promise<T> {
      const came = await effect();
      if (!(came instanceof Uint8Array)) return came;
      read += came.length;
      chunks += 1;
      progress.report(read, chunks);
      return came;
    },
  };
  try {
    return await work(env);
  } finally {
    progress.end();
  }
}

/** Says data as JSON, if that is wanted, else in words. */
export function say({ options, out }: CommandRun, data: () => unknown, words: () => string): void {
  out(options.json ? `${jsonOf(data(), 2)}\n` : words());
}
