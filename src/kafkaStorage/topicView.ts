/**
 * What one partition of a log of jobs says, record by record. Nothing is decided but by order: of several entries for the same slot or
 * chunk the first counts, and who wrote another learns that from the same records as everybody else. Each attempt has a key of its own, so
 * that compaction takes away none but those that were withdrawn or deleted, and never changes which is the first.
 *
 * ```text
 * key                        value, headers
 * <job>/c/<id>/<nonce>       a chunk: its bytes, or the offsets of its pieces in the topic of chunks
 * <job>/s/<number>/<nonce>   a slot, in the same way
 * <job>/p/<nonce>            pieces are being written that no entry names yet: how many
 * <job>/b                    slots below that number have been trimmed
 * ```
 */
import { decodeName, encodeName, slotName, slotNumber } from '../storages/names.js';

/** What is used of a record. */
export interface LogRecord {
  readonly offset: number;
  readonly timestamp: number;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headers: Readonly<Record<string, unknown>>;
}

/** A chunk or a slot. */
export interface Entry {
  readonly key: string;
  /** Of the entry itself. */
  readonly offset: number;
  /** Names its pieces. */
  readonly nonce: string;
  /** The length of what it holds. */
  readonly bytes: number;
  /** Where its pieces are; undefined: its bytes are in the entry. */
  readonly at: readonly number[] | undefined;
}

/** Pieces that no entry names yet. */
export interface Pending {
  readonly pieces: number;
  readonly timestamp: number;
}

/** What is known of a job. Of entries for the same thing, the first is the one. */
export interface JobView {
  readonly chunks: Map<string, Entry[]>;
  readonly slots: Map<number, Entry[]>;
  readonly pending: Map<string, Pending>;
  below: number;
}

const NONE: JobView = { chunks: new Map(), slots: new Map(), pending: new Map(), below: 0 };
const text = new TextDecoder();

export const chunkKey = (job: string, id: string, nonce: string): string => `${encodeName(job)}/c/${id}/${nonce}`;
export const slotKey = (job: string, seq: number, nonce: string): string => `${encodeName(job)}/s/${slotName(seq)}/${nonce}`;
export const pendingKey = (job: string, nonce: string): string => `${encodeName(job)}/p/${nonce}`;
export const belowKey = (job: string): string => `${encodeName(job)}/b`;
export const pieceKey = (job: string, nonce: string, piece: number): string => `${encodeName(job)}/${nonce}/${piece}`;

export class TopicView {
  /** The greatest timestamp of all records. */
  newest = 0;
  readonly #jobs = new Map<string, JobView>();
  readonly #watched: Map<string, boolean | undefined>;

  /** `watched`: the keys of entries of which it is to be known whether they were the first when they came. */
  constructor(watched: Map<string, boolean | undefined> = new Map()) {
    this.#watched = watched;
  }

  /** All jobs of which there is anything. */
  get jobs(): Iterable<[string, JobView]> {
    return this.#jobs;
  }

  of(job: string): JobView {
    return this.#jobs.get(job) ?? NONE;
  }

  /** Records come in their order. Those that are none of this log are left alone. */
  apply(record: LogRecord): void {
    if (record.timestamp > this.newest) this.newest = record.timestamp;
    const key = record.key && text.decode(record.key);
    const [name = '', kind = '', ...rest] = key?.split('/') ?? [];
    const job = decodeName(name);
    if (!key || job === undefined) return;
    let view = this.#jobs.get(job);
    if (!view) this.#jobs.set(job, (view = { chunks: new Map(), slots: new Map(), pending: new Map(), below: 0 }));
    const nonce = rest.pop() ?? '';
    if (kind === 'c') this.#enter(view.chunks, rest.join('/'), key, nonce, record, true);
    else if (kind === 's') {
      const seq = slotNumber(rest.join('/'));
      if (seq !== undefined) this.#enter(view.slots, seq, key, nonce, record, seq >= view.below);
    } else if (kind === 'p') {
      if (record.value) view.pending.set(nonce, { pieces: Number(text.decode(record.value)), timestamp: record.timestamp });
      else view.pending.delete(nonce);
    } else if (kind === 'b' && record.value) view.below = Math.max(view.below, Number(text.decode(record.value)));
  }

  #enter<K>(entries: Map<K, Entry[]>, id: K, key: string, nonce: string, { offset, value, headers }: LogRecord, open: boolean): void {
    const others = (entries.get(id) ?? []).filter(entry => entry.key !== key);
    if (value) {
      const first = open && others.length === 0;
      if (this.#watched.has(key)) this.#watched.set(key, first);
      const at = header(headers, 'at');
      const bytes = at === undefined ? value.length : Number(header(headers, 'bytes'));
      // Below what has been trimmed nothing is there, but it can be withdrawn.
      if (open) others.push({ key, offset, nonce, bytes, at: at?.split(',').map(Number) });
    }
    if (others.length > 0) entries.set(id, others);
    else entries.delete(id);
  }
}

function header(headers: LogRecord['headers'], name: string): string | undefined {
  const value = headers[name];
  return value instanceof Uint8Array ? text.decode(value) : undefined;
}
