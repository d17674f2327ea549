/** Reads a checkpoint back: its chain of chunks, each checked before a byte of it is believed. */
import { TidemarkError } from '../errors.js';
import { chunkId, openChunk } from './chunk.js';
import { CutDecoder } from './cutDecoder.js';
import type { Env } from './env.js';
import type { RestoredJob } from './participants.js';
import type { Candidate } from './restorePoint.js';
import type { ChunkSource } from './storage.js';

/** Chunks asked for ahead. */
const AHEAD = 4;

/** What a checkpoint holds. */
export interface ReadCheckpoint {
  readonly job: RestoredJob;
  /** What sinks have in the checkpoint, by name. */
  readonly sinks: ReadonlyMap<string, unknown>;
}

/** Rejects with BAD_CHECKPOINT if anything is missing or altered, and with the storage's own error if it cannot be asked. */
export async function readCheckpoint(storage: ChunkSource, job: string, { seq, slot }: Candidate, env: Env): Promise<ReadCheckpoint> {
  const decoder = new CutDecoder(`job ${job}, checkpoint ${seq}`, env.park);
  for (const { cut, chunks } of slot.chain) {
    decoder.begin();
    const asked: Promise<Uint8Array | undefined>[] = [];
    const ask = (index: number) => {
      const chunk = env.io('get chunk', () => storage.getChunk(job, chunkId(cut, index)));
      chunk.catch(() => undefined);
      asked.push(chunk);
    };
    for (let index = 0; index < Math.min(AHEAD, chunks.length); index++) ask(index);
    for (const [index, ref] of chunks.entries()) {
      const chunk = await asked[index];
      if (!chunk) throw new TidemarkError('BAD_CHECKPOINT', `job ${job}, checkpoint ${seq}: chunk ${chunkId(cut, index)} is missing.`);
      if (index + AHEAD < chunks.length) ask(index + AHEAD);
      delete asked[index];
      decoder.push(openChunk(chunk, { job, cut, index }, ref));
      await env.pause();
    }
    decoder.end();
  }
  return decoder.result(seq);
}
