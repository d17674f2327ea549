/**
 * Copies a checkpoint into a log of its own: that is a savepoint. It stands for itself: full, without transactions, in whatever storage.
 * Its rows are committed, so a job that begins with it has nothing to commit again.
 */
import { TidemarkError } from '../errors.js';
import { chunkId, openChunk, sealChunk, sealOf } from './chunk.js';
import type { Env } from './env.js';
import type { Candidate } from './restorePoint.js';
import { type CheckpointSlot, sealSlot } from './slot.js';
import type { CheckpointStorage } from './storage.js';

/** A log, which is a job's or a savepoint's. */
export interface Place {
  readonly storage: CheckpointStorage;
  readonly job: string;
}

/** The first slot of a savepoint, and its only one. */
export const SAVEPOINT_SLOT = 1;

/** Rejects with BAD_OPTION if there is something at `to`, and with BAD_CHECKPOINT if the checkpoint cannot be read. */
export async function copyCheckpoint(from: Place, { seq, slot }: Candidate, to: Place, env: Env): Promise<CheckpointSlot> {
  const [segment, ...changes] = slot.chain;
  if (!segment || changes.length > 0)
    throw new TidemarkError('BAD_OPTION', `job ${from.job}: checkpoint ${seq} is not a full one, and cannot stand for itself.`);
  const there = await env.io('list slots', () => to.storage.listSlots(to.job));
  if (there.length > 0)
    throw new TidemarkError('BAD_OPTION', `${to.storage.name} holds something named ${to.job} already: give the savepoint another name.`);
  // Ids are never used twice, not even after a copy that failed.
  const cut = `${SAVEPOINT_SLOT}-${env.nonce()}`;
  const chunks: (readonly [number, number])[] = [];
  for (const [index, ref] of segment.chunks.entries()) {
    const bytes = await env.io('get chunk', () => from.storage.getChunk(from.job, chunkId(segment.cut, index)));
    if (!bytes)
      throw new TidemarkError('BAD_CHECKPOINT', `job ${from.job}, checkpoint ${seq}: chunk ${chunkId(segment.cut, index)} is missing.`);
    const payload = openChunk(bytes, { job: from.job, cut: segment.cut, index }, ref);
    const copy = sealChunk({ job: to.job, cut, index }, payload);
    await env.io('put chunk', () => to.storage.putChunk(to.job, chunkId(cut, index), copy));
    chunks.push([copy.length, sealOf(copy)]);
  }
  const savepoint: CheckpointSlot = {
    ...slot,
    job: to.job,
    epoch: 0,
    committed: 0,
    sinks: {},
    chain: [{ cut, chunks }],
    createdAt: env.wallClock(),
  };
  const outcome = await env.io('append slot', () => to.storage.appendSlot(to.job, SAVEPOINT_SLOT, sealSlot(savepoint)));
  if (outcome === 'ok') return savepoint;
  throw new TidemarkError('BAD_OPTION', `${to.storage.name} holds something named ${to.job} already: give the savepoint another name.`);
}
