/**
 * A stretch of a journal as bytes: what came of a source, each element with the time of its arrival, and what stands before the stretch.
 *
 * ```text
 * TDMJ | version u16 | length of head u32 | head, JSON | records of [arrival, element], as in checkpoints | CRC-32 of all before u32
 * ```
 *
 * Numbers have the lowest byte first. A reader refuses versions that it does not know.
 */
import { crc32 } from '../checkpoint/crc32.js';
import { Decoder } from '../checkpoint/decode.js';
import { TidemarkError } from '../errors.js';
import type { Timestamp } from '../time/timestamp.js';

/** What a chunk says of itself. */
export interface JournalHead {
  readonly job: string;
  readonly source: string;
  /** Of the owner that wrote it. */
  readonly epoch: number;
  /** 0: the beginning, without elements. */
  readonly index: number;
  /** Of a beginning: the owner whose journal goes before, and its last chunk that counts. */
  readonly follows?: { readonly epoch: number; readonly end: number } | undefined;
  /** The source has completed behind these elements. */
  readonly ended?: boolean | undefined;
}

/** Elements in order. */
export interface JournalEntries<T> {
  readonly values: readonly T[];
  /** When each has arrived, by the clock of the job. */
  readonly arrivals: readonly Timestamp[];
}

/** An opened chunk. */
export interface JournalChunk<T> extends JournalEntries<T> {
  readonly head: JournalHead;
}

const MAGIC = 0x4a4d4454;
const VERSION = 1;
const START = 10;

/** `records`: what an `Encoder` of its own has written. */
export function sealJournal(head: JournalHead, records: Uint8Array): Uint8Array {
  const { job, source, epoch, index, follows, ended } = head;
  const text = new TextEncoder().encode(JSON.stringify({ job, source, epoch, index, follows, ended }));
  const bytes = new Uint8Array(START + text.length + records.length + 4);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint16(4, VERSION, true);
  view.setUint32(6, text.length, true);
  bytes.set(text, START);
  bytes.set(records, START + text.length);
  const end = bytes.length - 4;
  view.setUint32(end, crc32(bytes.subarray(0, end)), true);
  return bytes;
}

/** The chunk that bytes stand for, after everything about them has been checked. `id`: for errors. */
export function openJournal<T>(bytes: Uint8Array, id: string, expected: Pick<JournalHead, 'epoch' | 'index'>): JournalChunk<T> {
  const bad = (what: string) => new TidemarkError('BAD_CHECKPOINT', `journal chunk ${id}: ${what}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = bytes.length - 4;
  if (end < START || view.getUint32(end, true) !== crc32(bytes.subarray(0, end))) throw bad('the bytes are torn or altered.');
  if (view.getUint32(0, true) !== MAGIC) throw bad('it is no chunk of a journal.');
  if (view.getUint16(4, true) !== VERSION) throw bad('it is of a newer version of tidemark.');
  let at = START + view.getUint32(6, true);
  if (at > end) throw bad('its lengths do not fit.');
  const head = JSON.parse(new TextDecoder().decode(bytes.subarray(START, at))) as JournalHead;
  if (head.epoch !== expected.epoch || head.index !== expected.index) throw bad(`it says that it is ${head.epoch}/${head.index}.`);
  const decoder = new Decoder(`journal chunk ${id}`);
  const values: T[] = [];
  const arrivals: Timestamp[] = [];
  while (at < end) {
    const next = at + 4 + (at + 4 > end ? end : view.getUint32(at, true));
    if (next > end) throw bad('its lengths do not fit.');
    const [arrival, value] = decoder.read(bytes.subarray(at + 4, next));
    arrivals.push(arrival as Timestamp);
    values.push(value as T);
    at = next;
  }
  return { head, values, arrivals };
}
