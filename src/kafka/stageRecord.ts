/**
 * What one stage of a job tells the next through a topic: elements with their event time, and how far each task of the stage is.
 *
 * It stands in one header of every record, so that keys and values are the user's own bytes. Its form is of version 1, 15 bytes, big-endian:
 *
 *     version 1 byte │ kind 1 byte │ diff 1 byte │ upstream task 4 bytes │ time 8 bytes, a float64
 *
 * The time of an element is its event time, that of a mark the watermark. Both are whole numbers that a float64 holds exactly. A watermark of a
 * task stands behind every element of that task that it is about, in each partition; watermarks of a task do not go back.
 */
import { TidemarkError } from '../errors.js';
import type { Timestamp, Watermark } from '../time/timestamp.js';
import { peek } from './codec.js';
import type { KafkaOutput, KafkaRecord } from './port.js';

/** What a record of a stage says. */
export type StageEntry =
  /** An element: key and value are in the record. Diff -1: it is withdrawn. */
  | { readonly kind: 'element'; readonly task: number; readonly timestamp: Timestamp; readonly diff: 1 | -1 }
  /** No element of this task before the watermark comes any more. */
  | { readonly kind: 'watermark'; readonly task: number; readonly watermark: Watermark }
  /** Nothing comes of this task for a while: it holds nobody back. */
  | { readonly kind: 'idle'; readonly task: number }
  /** Nothing comes of this task any more. */
  | { readonly kind: 'end'; readonly task: number };

/** The header. */
export const STAGE = 'tidemark-stage';

const VERSION = 1;
const SIZE = 15;
const KINDS = ['element', 'watermark', 'idle', 'end'] as const;

/** An element for the next stage, as its task writes it. The partition is by the key, unless it is given. */
export function stageElement(
  topic: string,
  task: number,
  timestamp: Timestamp,
  diff: number,
  key: Uint8Array | string | null,
  value: Uint8Array | string | null,
  partition?: number,
): KafkaOutput {
  return { topic, partition, key, value, headers: { [STAGE]: head(0, diff, task, timestamp) } };
}

/** How far a task is, for every partition of the next stage: a watermark, or that it rests, or has ended. */
export function stageMarks(topic: string, partitions: number, task: number, mark: Watermark | 'idle' | 'end'): KafkaOutput[] {
  const header = typeof mark === 'number' ? head(1, 0, task, mark) : head(mark === 'idle' ? 2 : 3, 0, task, 0);
  return Array.from({ length: partitions }, (_, partition) => ({ topic, partition, key: null, value: null, headers: { [STAGE]: header } }));
}

/**
 * What a record of a stage says.
 *
 * @throws TidemarkError `BAD_RECORD` for one that is of no stage, or of a newer version.
 */
export function readStage(record: KafkaRecord): StageEntry {
  const bytes = record.headers[STAGE];
  if (bytes === undefined) throw foreign(record, 'is of somebody else: the topic between two stages is for the job alone');
  if (!(bytes instanceof Uint8Array)) throw foreign(record, `has a header ${STAGE} that is none`);
  if (bytes[0] !== VERSION) throw foreign(record, `is of version ${bytes[0]}, and this program knows version ${VERSION}: update it`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const kind = KINDS[bytes[1] as number];
  if (bytes.length !== SIZE || kind === undefined) throw foreign(record, `has a torn header ${STAGE}, ${peek(bytes)}`);
  const diff = view.getInt8(2);
  const task = view.getUint32(3);
  const time = view.getFloat64(7);
  if (!Number.isSafeInteger(time) || (kind === 'element' && diff !== 1 && diff !== -1))
    throw foreign(record, `has a torn header ${STAGE}, ${peek(bytes)}`);
  if (kind === 'element') return { kind, task, timestamp: time, diff: diff as 1 | -1 };
  return kind === 'watermark' ? { kind, task, watermark: time } : { kind, task };
}

function head(kind: number, diff: number, task: number, time: number): Uint8Array {
  const bytes = new Uint8Array(SIZE);
  const view = new DataView(bytes.buffer);
  bytes[0] = VERSION;
  bytes[1] = kind;
  view.setInt8(2, diff);
  view.setUint32(3, task);
  view.setFloat64(7, time);
  return bytes;
}

function foreign({ topic, partition, offset }: KafkaRecord, sentence: string): TidemarkError {
  return new TidemarkError('BAD_RECORD', `Kafka: record ${offset} of ${topic}/${partition} ${sentence}.`);
}
