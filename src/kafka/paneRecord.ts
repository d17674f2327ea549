/**
 * Panes as records. The format of key and headers is kept by later versions: `tidemark-window-start` and `-end`, `tidemark-timing`,
 * `tidemark-index`, `tidemark-last` and `tidemark-retraction`, all texts.
 *
 * As rows (`upsert`) a topic is a table: the newest record of a key is what holds, and null deletes. A row is a key and a window, so a pane
 * writes over the one before, and what is withdrawn is deleted; a withdrawal and the pane behind it end in the latter.
 */
import { encodeKey } from '../aggregates/encodeKey.js';
import type { Pane, PaneTiming } from '../engine/pane.js';
import type { TimeWindow } from '../engine/window.js';
import { mustBe } from '../errors.js';
import { badRecord, type KafkaEncoder } from './codec.js';
import { partitionOf } from './partitionOf.js';
import type { KafkaOutput, KafkaRecord } from './port.js';

/** How values become records. */
export interface PaneRecordSpec<in T> {
  /** Where to. */
  readonly topic: string;
  /** What of a value is written. A pane's own value alone: {@link paneValue}. */
  readonly value: KafkaEncoder<T>;
  /** Default: of a pane its key as a text; as rows `[key,start,end]` in JSON, `[start,end]` without a key; of anything else none. */
  readonly key?: ((value: T) => Uint8Array | string | null) | undefined;
  /** Default: by the key. */
  readonly partition?: ((value: T) => number) | undefined;
  /** Besides those of panes. */
  readonly headers?: ((value: T) => Readonly<Record<string, Uint8Array | string>>) | undefined;
  /** Milliseconds, 0 or more. Default: of a pane its event time, if that is such; else the broker's or client's now. */
  readonly timestamp?: ((value: T) => number | undefined) | undefined;
  /** True: rows of a table. What is withdrawn is deleted, instead of being written with a mark. */
  readonly upsert?: boolean | undefined;
  /** How many the topic has. With it, rows of a key lie in one partition whatever the window, where the key alone would lie. */
  readonly partitions?: number | undefined;
}

/** What the headers of a record say of its pane. */
export interface PaneHeaders {
  /** The window that fired. */
  readonly window: TimeWindow;
  /** When it fired, seen from the watermark. */
  readonly timing: PaneTiming;
  /** How many panes of this key and window came before. */
  readonly index: number;
  /** No further pane of this key and window will come. */
  readonly isLast: boolean;
  /** This pane, said before, is withdrawn. */
  readonly retraction: boolean;
}

const START = 'tidemark-window-start';
const END = 'tidemark-window-end';
const TIMING = 'tidemark-timing';
const INDEX = 'tidemark-index';
const LAST = 'tidemark-last';
const RETRACTION = 'tidemark-retraction';
const TIMINGS: ReadonlySet<string> = new Set<PaneTiming>(['early', 'on-time', 'late']);
/** What a clock of 64 bits of any language can show: the end of the year 9999. */
const LAST_TIME = 253_402_300_799_999;

const encoder = new TextEncoder();
const decoder = new TextDecoder();
/** Two different keys are two different texts in it. */
const latin = new TextDecoder('latin1');

type AnyPane = Pane<unknown, unknown>;

/**
 * The record of a value: diff 1 says it, -1 withdraws it. Sessions that a pane replaces are not in it: {@link recordsOf}.
 *
 * @throws TidemarkError `BAD_VALUE` for a row without a key; what the functions of the spec throw.
 */
export function recordOf<T>(value: T, diff: number, spec: PaneRecordSpec<T>): KafkaOutput {
  const { topic, upsert = false } = spec;
  const pane = paneOf(value);
  const withdrawn = diff < 0;
  const key = keyOf(value, pane, spec);
  const headers = { ...(pane && headersOf(pane)), ...spec.headers?.(value), ...(withdrawn && { [RETRACTION]: '1' }) };
  return {
    topic,
    partition: spec.partition ? spec.partition(value) : placeOf(pane, spec),
    key,
    value: upsert && withdrawn ? null : spec.value.encode(value),
    timestamp: spec.timestamp ? spec.timestamp(value) : timeOf(pane),
    headers,
  };
}

/** All records of a value: as rows, first a deletion of each session that is now part of this pane. */
export function recordsOf<T>(value: T, diff: number, spec: PaneRecordSpec<T>): KafkaOutput[] {
  const record = recordOf(value, diff, spec);
  const pane = paneOf(value);
  // With a key of the user's own, only the user knows what the rows of those sessions were called.
  if (!spec.upsert || !pane || spec.key || diff < 0 || pane.replaces.length === 0) return [record];
  const gone = pane.replaces.filter(({ start, end }) => start !== pane.window.start || end !== pane.window.end);
  const deletions = gone.map(window => ({
    topic: spec.topic,
    partition: record.partition,
    key: rowKey(pane.key, window),
    value: null,
    timestamp: record.timestamp,
    headers: { [START]: String(window.start), [END]: String(window.end), [RETRACTION]: '1' },
  }));
  return [...deletions, record];
}

/** What rows of one transaction come to: the last record of each key, in the order in which those came. Records without a key stay. */
export function lastPerKey(records: readonly KafkaOutput[]): KafkaOutput[] {
  const last = new Map<unknown, KafkaOutput>();
  for (const record of records) {
    const { topic, partition, key } = record;
    const bytes = typeof key === 'string' ? encoder.encode(key) : key;
    const row = bytes ? `${topic}/${partition ?? ''}/${latin.decode(bytes)}` : record;
    last.delete(row);
    last.set(row, record);
  }
  return [...last.values()];
}

/**
 * Writes of a pane its value alone; the rest is in the key and the headers.
 *
 * @example
 * ```ts
 * import { json, paneValue } from 'tidemark/kafka';
 *
 * const value = paneValue(json<number>());
 * ```
 */
export function paneValue<V>(encoder: KafkaEncoder<V>): KafkaEncoder<Pane<unknown, V>> {
  return { encode: pane => encoder.encode(pane.value) };
}

/**
 * What the headers of a record say of the pane that it was; undefined for a record that was none.
 *
 * @throws TidemarkError `BAD_RECORD` for headers that were written by others.
 * @example
 * ```ts
 * import { memoryKafka, paneHeaders } from 'tidemark/kafka';
 *
 * const kafka = memoryKafka({ topics: { counts: 1 } });
 * for (const record of kafka.read('counts')) console.log(paneHeaders(record)?.timing);
 * ```
 */
export function paneHeaders(record: KafkaRecord): PaneHeaders | undefined {
  const timing = header(record, TIMING);
  const retraction = header(record, RETRACTION) === '1';
  if (timing === undefined) return undefined;
  const index = whole(record, INDEX);
  if (!TIMINGS.has(timing) || index < 0) throw badRecord(record, `its headers tell of no pane: ${TIMING} ${timing}, ${INDEX} ${index}`);
  return {
    window: { start: whole(record, START), end: whole(record, END) },
    timing: timing as PaneTiming,
    index,
    isLast: header(record, LAST) === '1',
    retraction,
  };
}

/** Whether a record withdraws what was said before: a pane, or a value of another kind. */
export function isRetraction(record: KafkaRecord): boolean {
  return header(record, RETRACTION) === '1';
}

function headersOf(pane: AnyPane): Record<string, string> {
  const { window, timing, index, isLast } = pane;
  const headers: Record<string, string> = {
    [START]: String(window.start),
    [END]: String(window.end),
    [TIMING]: timing,
    [INDEX]: String(index),
  };
  if (isLast) headers[LAST] = '1';
  return headers;
}

function keyOf<T>(value: T, pane: AnyPane | undefined, { topic, key, upsert }: PaneRecordSpec<T>): Uint8Array | string | null {
  const own = key ? key(value) : pane ? (upsert ? rowKey(pane.key, pane.window) : textOf(pane.key)) : null;
  if (upsert && own === null)
    throw mustBe(`Kafka: a row for ${topic}`, 'a pane, or have a key', value, 'Give `key`: it says which row it is.', 'BAD_VALUE');
  return own;
}

/** A text stays as it is, so that other programs find it. */
function textOf(key: unknown): string | null {
  return typeof key === 'string' ? key : key === undefined ? null : encodeKey(key);
}

/** JSON, of keys that JSON can say. A number and its text are two keys, and so are none and null. */
function rowKey(key: unknown, { start, end }: TimeWindow): string {
  return `[${key === undefined ? '' : `${encodeKey(key)},`}${start},${end}]`;
}

function placeOf<T>(pane: AnyPane | undefined, { key, upsert, partitions }: PaneRecordSpec<T>): number | undefined {
  if (!upsert || !pane || key || partitions === undefined) return undefined;
  return partitionOf(encoder.encode(textOf(pane.key) ?? ''), partitions);
}

/** The end of the global window is no time that others could show. */
function timeOf(pane: AnyPane | undefined): number | undefined {
  const time = pane?.timestamp;
  return time !== undefined && time >= 0 && time <= LAST_TIME ? time : undefined;
}

function paneOf(value: unknown): AnyPane | undefined {
  const pane = value as Partial<AnyPane> | null;
  const is = typeof pane === 'object' && pane?.window && typeof pane.index === 'number' && TIMINGS.has(pane.timing as string);
  return is ? (pane as AnyPane) : undefined;
}

function header({ headers }: KafkaRecord, name: string): string | undefined {
  const value = headers[name];
  return value instanceof Uint8Array ? decoder.decode(value) : undefined;
}

function whole(record: KafkaRecord, name: string): number {
  const text = header(record, name);
  const number = text === undefined || text === '' ? Number.NaN : Number(text);
  if (!Number.isSafeInteger(number)) throw badRecord(record, `its header ${name} must be a whole number, but came as ${text}`);
  return number;
}
