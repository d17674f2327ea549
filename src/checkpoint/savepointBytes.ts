/**
 * A checkpoint as one piece of bytes, which stands for itself: its slot, then its chunks in order.
 *
 * ```text
 * tidemark export 1 slot=<bytes>\n | slot | chunk | chunk | ...
 * ```
 *
 * Slot and chunks are as in a storage, with their own checksums; the slot says how long each chunk is.
 */
import { TidemarkError } from '../errors.js';
import { chunkId, openChunk } from './chunk.js';
import { type CheckpointSlot, openSlot } from './slot.js';
import type { ChunkSource } from './storage.js';

const VERSION = 1;
const HEAD = /^tidemark export (\d+) slot=(\d+)\n/;

/** What stands before a slot of so many bytes. */
export function savepointHead(slotBytes: number): Uint8Array {
  return new TextEncoder().encode(`tidemark export ${VERSION} slot=${slotBytes}\n`);
}

/** All of it. `sealed`: the slot as bytes. */
export function joinSavepoint(sealed: Uint8Array, chunks: readonly Uint8Array[]): Uint8Array {
  const pieces = [savepointHead(sealed.length), sealed, ...chunks];
  const bytes = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

/** A checkpoint that has been found in bytes. Its chunks are views of them. */
export interface SplitSavepoint extends ChunkSource {
  readonly sealed: Uint8Array;
  readonly slot: CheckpointSlot;
  /** Ids and bytes, in order. */
  readonly chunks: ReadonlyMap<string, Uint8Array>;
}

/** Finds slot and chunks. Only the slot is checked. Throws BAD_CHECKPOINT, in the name of `where`. */
export function splitSavepoint(bytes: Uint8Array, where: string): SplitSavepoint {
  const bad = (what: string): TidemarkError => new TidemarkError('BAD_CHECKPOINT', `${where} ${what}.`);
  const head = HEAD.exec(new TextDecoder('latin1').decode(bytes.subarray(0, 64)));
  if (!head) throw bad('is no export of a checkpoint');
  if (Number(head[1]) !== VERSION) throw bad(`is of version ${head[1]}, and this tidemark reads ${VERSION}`);
  let at = head[0].length + Number(head[2]);
  const sealed = bytes.subarray(head[0].length, at);
  const slot = openSlot(sealed);
  if (slot.kind === 'unreadable') throw bad(`is broken: ${slot.why}`);
  if (slot.kind !== 'checkpoint' || slot.chain.length !== 1) throw bad('is no export of a checkpoint');
  const chunks = new Map<string, Uint8Array>();
  for (const { cut, chunks: refs } of slot.chain) {
    for (const [index, [length]] of refs.entries()) {
      chunks.set(chunkId(cut, index), bytes.subarray(at, at + length));
      at += length;
    }
  }
  if (at !== bytes.length) throw bad(`is ${at > bytes.length ? 'cut off' : 'longer than what it says to hold'}`);
  return { sealed, slot, chunks, getChunk: async (_job, id) => chunks.get(id) };
}

/** The payloads of the chunks, one after the other, each checked before it is given. */
export function* payloadsOf({ slot, chunks }: SplitSavepoint): Generator<Uint8Array, undefined> {
  for (const { cut, chunks: refs } of slot.chain)
    for (const [index, ref] of refs.entries())
      yield openChunk(chunks.get(chunkId(cut, index)) as Uint8Array, { job: slot.job, cut, index }, ref);
  return undefined;
}
