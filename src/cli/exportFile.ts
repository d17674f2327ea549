/**
 * A checkpoint as one file, which stands for itself: its slot, then its chunks in order.
 *
 * ```text
 * tidemark export 1 slot=<bytes>\n | slot | chunk | chunk | ...
 * ```
 *
 * Slot and chunks are as in a storage, with their own checksums; the slot says how long each chunk is.
 */
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { chunkId } from '../checkpoint/chunk.js';
import { SAVEPOINT_SLOT } from '../checkpoint/copyCheckpoint.js';
import { type CheckpointSlot, openSlot } from '../checkpoint/slot.js';
import type { CheckpointStorage } from '../checkpoint/storage.js';
import { memoryStorage } from '../storages/memoryStorage.js';
import { InputError } from './failure.js';

const VERSION = 1;
const HEAD = /^tidemark export (\d+) slot=(\d+)\n/;

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
      put(new TextEncoder().encode(`tidemark export ${VERSION} slot=${slot.length}\n`));
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

/** A storage in memory with what is in a file; not yet opened. Slots and chunks are checked by whoever reads them. */
export async function loadExport(file: string): Promise<CheckpointStorage> {
  const bytes = contentOf(file);
  const head = HEAD.exec(new TextDecoder('latin1').decode(bytes.subarray(0, 64)));
  if (!head) throw new InputError(`${file} is no export of a checkpoint.`);
  if (Number(head[1]) !== VERSION) throw new InputError(`${file} is of version ${head[1]}, and this tidemark reads ${VERSION}.`);
  const from = head[0].length;
  let at = from + Number(head[2]);
  const sealed = bytes.subarray(from, at);
  const slot = openSlot(sealed);
  if (slot.kind === 'unreadable') throw new InputError(`${file} is broken: ${slot.why}.`);
  if (slot.kind !== 'checkpoint') throw new InputError(`${file} is no export of a checkpoint.`);
  const storage = memoryStorage();
  await storage.open();
  for (const { cut, chunks } of slot.chain) {
    for (const [index, [length]] of chunks.entries()) {
      await storage.putChunk(slot.job, chunkId(cut, index), bytes.subarray(at, at + length));
      at += length;
    }
  }
  if (at !== bytes.length) throw new InputError(`${file} is ${at > bytes.length ? 'cut off' : 'longer than what it says to hold'}.`);
  await storage.appendSlot(slot.job, SAVEPOINT_SLOT, sealed);
  await storage.close();
  return storage;
}

function contentOf(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new InputError(`${file} cannot be read: ${(error as NodeJS.ErrnoException).code ?? String(error)}.`);
  }
}
