/** A checkpoint as one file, which stands for itself: see savepointBytes.ts. */
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { chunkId } from '../checkpoint/chunk.js';
import { SAVEPOINT_SLOT } from '../checkpoint/copyCheckpoint.js';
import { type SplitSavepoint, savepointHead, splitSavepoint } from '../checkpoint/savepointBytes.js';
import type { CheckpointSlot } from '../checkpoint/slot.js';
import type { CheckpointStorage } from '../checkpoint/storage.js';
import { TidemarkError } from '../errors.js';
import { memoryStorage } from '../storages/memoryStorage.js';
import { InputError } from './failure.js';

/** Writes the only checkpoint of a job. The file is there as a whole or not at all, and never in place of another. Returns its length. */
export async function writeExport(file: string, storage: CheckpointStorage, { job, chain }: CheckpointSlot): Promise<number> {
  const slot = (await storage.readSlot(job, SAVEPOINT_SLOT)) as Uint8Array;
  const ids = chain.flatMap(({ cut, chunks }) => chunks.map((_, index) => chunkId(cut, index)));
  const temporary = `${file}.${process.pid}.tmp`;
  let reserved = false;
  try {
    closeSync(openSync(file, 'wx'));
    reserved = true;
    const to = openSync(temporary, 'wx');
    let length = 0;
    const put = (bytes: Uint8Array): void => {
      for (let at = 0; at < bytes.length; ) at += writeSync(to, bytes, at);
      length += bytes.length;
    };
    try {
      put(savepointHead(slot.length));
      put(slot);
      for (const id of ids) put((await storage.getChunk(job, id)) as Uint8Array);
      fsyncSync(to);
    } finally {
      closeSync(to);
    }
    renameSync(temporary, file);
    return length;
  } catch (error) {
    rmSync(temporary, { force: true });
    if (reserved) rmSync(file, { force: true });
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') throw new InputError(`${file} is there already, and nothing is overwritten: choose another name.`);
    if (code !== undefined) throw new InputError(`${file} cannot be written: ${code}.`);
    throw error;
  }
}

/** A storage in memory with what is in a file; not yet opened. Chunks are checked by whoever reads them. */
export async function loadExport(file: string): Promise<CheckpointStorage> {
  const { slot, sealed, chunks } = split(file);
  const storage = memoryStorage();
  await storage.open();
  for (const [id, chunk] of chunks) await storage.putChunk(slot.job, id, chunk);
  await storage.appendSlot(slot.job, SAVEPOINT_SLOT, sealed);
  await storage.close();
  return storage;
}

function split(file: string): SplitSavepoint {
  const bytes = contentOf(file);
  try {
    return splitSavepoint(bytes, file);
  } catch (error) {
    if (error instanceof TidemarkError) throw new InputError(error.message);
    throw error;
  }
}

function contentOf(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new InputError(`${file} cannot be read: ${(error as NodeJS.ErrnoException).code ?? String(error)}.`);
  }
}
