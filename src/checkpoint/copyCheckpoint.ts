/**
 * Copies a checkpoint into a log of its own: that is a savepoint. It stands for itself: full, without transactions, in whatever storage.
 * Its rows are committed, so a job that begins with it has nothing to commit again.
 */
import { TidemarkError } from '../errors.js';
import { chunkId, openChunk, sealChunk, sealOf } from './chunk.js';
import type { Env } from './env.js';
import type { Candidate } from './restorePoint.js';
import { type CheckpointSlot, sealSlot } from './slot.js';
import type { CheckpointStorage, ChunkSource } from './storage.js';

/** A log, which is a job's or a savepoint's. */
export interface Place {
  readonly storage: CheckpointStorage;
  readonly job: string;
  /** The slot that it is to have there. Default 1. */
  readonly seq?: number;
}

/** The first slot of a savepoint, and its only one. */
export const SAVEPOINT_SLOT = 1;

/** Rejects with BAD_OPTION if there is something at `to`, and with BAD_CHECKPOINT if the checkpoint cannot be read. */
export async function copyCheckpoint(
  from: { readonly storage: ChunkSource; readonly job: string },
  { seq, slot }: Candidate,
  to: Place,
  env: Env,
): Promise<CheckpointSlot> {
  const { storage, job, seq: at = SAVEPOINT_SLOT } = to;
  const [segment, ...changes] = slot.chain;
  if (!segment || changes.length > 0)
    throw new TidemarkError('BAD_OPTION', `job ${from.job}: checkpoint ${seq} is not a full one, and cannot stand for itself.`);
  const there = await env.io('list slots', () => storage.listSlots(job));
  if (there.length > 0) throw taken(to);
  // Ids are never used twice, not even after a copy that failed.
  const cut = `${at}-${env.nonce()}`;
  const most = storage.capabilities.chunkBytes - sealChunk({ job, cut, index: 1e9 }, new Uint8Array(0)).length;
  const chunks: (readonly [number, number])[] = [];
  for (const [index, ref] of segment.chunks.entries()) {
    const bytes = await env.io('get chunk', () => from.storage.getChunk(from.job, chunkId(segment.cut, index)));
    if (!bytes)
      throw new TidemarkError('BAD_CHECKPOINT', `job ${from.job}, checkpoint ${seq}: chunk ${chunkId(segment.cut, index)} is missing.`);
    const payload = openChunk(bytes, { job: from.job, cut: segment.cut, index }, ref);
    // A storage of smaller chunks gets smaller ones: their payloads follow each other.
    for (let start = 0; start < payload.length; start += Math.max(1, most)) {
      const index = chunks.length;
      const copy = sealChunk({ job, cut, index }, payload.subarray(start, start + Math.max(1, most)));
      await env.io('put chunk', () => storage.putChunk(job, chunkId(cut, index), copy));
      chunks.push([copy.length, sealOf(copy)]);
    }
  }
  const savepoint: CheckpointSlot = { ...slot, job, epoch: 0, committed: 0, sinks: {}, chain: [{ cut, chunks }] };
  const outcome = await env.io('append slot', () => storage.appendSlot(job, at, sealSlot(savepoint)));
  if (outcome === 'ok') return savepoint;
  throw taken(to);
}

function taken({ storage, job }: Place): TidemarkError {
  return new TidemarkError('BAD_OPTION', `${storage.name} holds something named ${job} already: give the savepoint another name.`);
}
