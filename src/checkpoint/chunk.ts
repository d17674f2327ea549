/**
 * A chunk: a stretch of a checkpoint's records, so that storages get pieces of a size that suits them.
 *
 * ```text
 * TDMC | version u16 | flags u16 | length of header u32 | header, JSON | length of payload u32 | payload | CRC-32 of all before u32
 * ```
 *
 * Numbers have the lowest byte first. A reader refuses versions and flags that it does not know.
 */
import { TidemarkError } from '../errors.js';
import { crc32 } from './crc32.js';

/** What a chunk says of itself. */
export interface ChunkHeader {
  readonly job: string;
  /** `<epoch>-<number>` of the checkpoint. */
  readonly cut: string;
  /** Which of its chunks: 0, 1, ... */
  readonly index: number;
}

/** What a slot knows of a chunk: so that one that belongs elsewhere is found out. */
export type ChunkRef = readonly [bytes: number, crc: number];

const MAGIC = 0x434d4454;
const VERSION = 1;

/** What the ids of all chunks of checkpoints begin with. */
export const CHUNK_PREFIX = 'c/';

/** The id of a chunk in the storage. */
export function chunkId(cut: string, index: number): string {
  return `${CHUNK_PREFIX}${cut}/${index}`;
}

/** The epoch of the owner that wrote a chunk. */
export function epochOf(id: string): number {
  return Number.parseInt(id.slice(CHUNK_PREFIX.length), 10);
}

/** The cut that a chunk belongs to. */
export function cutOf(id: string): string {
  return id.slice(CHUNK_PREFIX.length).split('/')[0] as string;
}

/** A payload with its header before it and a checksum behind. */
export function sealChunk(header: ChunkHeader, payload: Uint8Array): Uint8Array {
  const head = new TextEncoder().encode(JSON.stringify({ job: header.job, cut: header.cut, index: header.index }));
  const bytes = new Uint8Array(20 + head.length + payload.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint16(4, VERSION, true);
  view.setUint16(6, 0, true);
  view.setUint32(8, head.length, true);
  bytes.set(head, 12);
  view.setUint32(12 + head.length, payload.length, true);
  bytes.set(payload, 16 + head.length);
  const end = bytes.length - 4;
  view.setUint32(end, crc32(bytes.subarray(0, end)), true);
  return bytes;
}

/** The checksum that stands at the end of a sealed chunk. */
export function sealOf(chunk: Uint8Array): number {
  return new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength).getUint32(chunk.length - 4, true);
}

/** The payload of a chunk, after everything about it has been checked. A view of the same bytes. */
export function openChunk(chunk: Uint8Array, expected: ChunkHeader, [bytes, crc]: ChunkRef): Uint8Array {
  const bad = (what: string) => new TidemarkError('BAD_CHECKPOINT', `chunk ${chunkId(expected.cut, expected.index)}: ${what}`);
  if (chunk.length !== bytes) throw bad(`${chunk.length} bytes instead of ${bytes}: it is torn.`);
  const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  const end = bytes - 4;
  if (end < 16 || view.getUint32(end, true) !== crc || crc32(chunk.subarray(0, end)) !== crc) throw bad('the bytes are altered.');
  if (view.getUint32(0, true) !== MAGIC) throw bad('it is no chunk of a checkpoint.');
  if (view.getUint16(4, true) !== VERSION || view.getUint16(6, true) !== 0) throw bad('it is of a newer version of tidemark.');
  const length = view.getUint32(8, true);
  if (length > end - 16 || view.getUint32(12 + length, true) !== end - 16 - length) throw bad('its lengths do not fit.');
  const header = JSON.parse(new TextDecoder().decode(chunk.subarray(12, 12 + length))) as ChunkHeader;
  if (header.cut !== expected.cut || header.index !== expected.index) throw bad(`it says that it is ${chunkId(header.cut, header.index)}.`);
  return chunk.subarray(16 + length, end);
}
