/**
 * A slot of a job's log: one line that says its version and checksum, then JSON with its names in order. Equal slots are equal bytes.
 *
 * - `claim`: a process has taken over the job; the slot's number is its epoch.
 * - `checkpoint`: state, durable and complete.
 * - `void`: a slot that its owner could not know to be empty, and made useless, so that nothing can come to be in it.
 */
import { TidemarkError } from '../errors.js';
import type { ChunkRef } from './chunk.js';
import { crc32 } from './crc32.js';
import type { Manifest } from './manifest.js';
import type { SinkMode } from './participants.js';

interface SlotCommon {
  readonly v: 1;
  /** Features without which the slot cannot be understood: a reader that does not know one refuses it. */
  readonly requires: readonly string[];
  readonly job: string;
  /** The number of the owner's claim. */
  readonly epoch: number;
  /** Says who wrote it, and for what. */
  readonly nonce: string;
  /** When, by the wall clock: for people. */
  readonly createdAt: number;
}

export interface ClaimSlot extends SlotCommon {
  readonly kind: 'claim';
}

export interface VoidSlot extends SlotCommon {
  readonly kind: 'void';
}

/** What a program says of itself: for people. */
export interface ProgramInfo {
  readonly name?: string;
  readonly version?: string;
  readonly graph?: string;
}

/** The chunks of one cut. */
export interface SegmentRef {
  /** `<epoch>-<number>`. */
  readonly cut: string;
  /** In order. */
  readonly chunks: readonly ChunkRef[];
}

/** A sink's part in a checkpoint. */
export interface SinkRef {
  readonly mode: SinkMode;
  readonly transaction: string;
}

/** Where a copy of a checkpoint that stands for itself comes from: of a savepoint, and of what a job that began with one found. */
export interface Origin {
  readonly job: string;
  /** The slot of the checkpoint there: what its sinks had committed when it was complete. */
  readonly seq: number;
  /** What its maker called it. */
  readonly label: string;
  /** The sinks of the job, with their modes. */
  readonly sinks: Readonly<Record<string, SinkMode>>;
}

export interface CheckpointSlot extends SlotCommon, Manifest {
  readonly kind: 'checkpoint';
  /** Which barrier of its owner. */
  readonly number: number;
  /** A full cut, then the changes in order; the last is its own. */
  readonly chain: readonly SegmentRef[];
  readonly sinks: Readonly<Record<string, SinkRef>>;
  /** The newest checkpoint of which the owner knew that all sinks had committed it; 0: none. */
  readonly committed: number;
  readonly program: ProgramInfo;
  /** Absent: it is one of the job's own. */
  readonly origin?: Origin;
}

export type Slot = ClaimSlot | VoidSlot | CheckpointSlot;

const VERSION = 1;
/** The features that this version understands. */
const KNOWN: readonly string[] = [];
const HEAD = /^tidemark slot (\d+) crc32=([0-9a-f]{8})\n/;

/** A slot as bytes. */
export function sealSlot(slot: Slot): Uint8Array {
  const json = new TextEncoder().encode(`${JSON.stringify(slot, inOrder)}\n`);
  const version = new TextEncoder().encode(`tidemark slot ${VERSION} `);
  const head = new TextEncoder().encode(`tidemark slot ${VERSION} crc32=${checksum(version, json)}\n`);
  const bytes = new Uint8Array(head.length + json.length);
  bytes.set(head);
  bytes.set(json, head.length);
  return bytes;
}

/** Of the words with the version, and of the JSON: a version that is altered must not look like another one. */
function checksum(version: Uint8Array, json: Uint8Array): string {
  return crc32(json, crc32(version)).toString(16).padStart(8, '0');
}

/** JSON has the names of objects in order. */
function inOrder(_name: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Why a slot cannot be used: it is broken, or it is of a newer version and must not be passed over. */
export interface UnreadableSlot {
  readonly kind: 'unreadable';
  readonly newer: boolean;
  readonly why: string;
}

/** The slot that bytes stand for. Never throws. */
export function openSlot(bytes: Uint8Array): Slot | UnreadableSlot {
  const unreadable = (why: string, newer = false): UnreadableSlot => ({ kind: 'unreadable', newer, why });
  const end = bytes.indexOf(10) + 1;
  const head = HEAD.exec(new TextDecoder('latin1').decode(bytes.subarray(0, Math.min(end, 64))));
  if (!head) return unreadable('it does not begin as a slot does');
  const json = bytes.subarray(end);
  if (checksum(bytes.subarray(0, bytes.indexOf(61) - 5), json) !== head[2]) return unreadable('its checksum is another one');
  if (Number(head[1]) !== VERSION) return unreadable(`it is of version ${head[1]}, and this tidemark reads ${VERSION}`, true);
  const slot = JSON.parse(new TextDecoder().decode(json)) as Slot;
  const foreign = slot.requires.filter(feature => !KNOWN.includes(feature));
  if (foreign.length) return unreadable(`it needs ${foreign.join(', ')}, which this tidemark does not know`, true);
  return slot;
}

/** The error for a slot that a newer tidemark has written. */
export function newerSlot(job: string, seq: number, { why }: UnreadableSlot): TidemarkError {
  return new TidemarkError(
    'BAD_CHECKPOINT',
    `job ${job}, slot ${seq}: ${why}. Start the job with the tidemark that wrote it, or a newer one.`,
  );
}
