/** What views are asked with. */
import { checkFlag, checkOptions, mustBe, oneOf, readOptions } from '../errors.js';
import { type Duration, nonNegative, positive } from '../time/duration.js';
import type { Timestamp } from '../time/timestamp.js';
import type { ReadLevel } from './answer.js';
import { Snapshot } from './snapshot.js';

/** What a job is asked for a view with. */
export interface ViewOptions {
  /**
   * Which state is read, and what that promises:
   *
   * - `latest`: what there is now. A crash may take it back, and then it comes again.
   * - `snapshot`: the same; pages of one scan are of one instant. (So they are at `latest`.) A {@link Snapshot}: what there was then, of all operators.
   * - `committed`: that of the newest checkpoint: no crash takes it back, and it never goes back. What changes after a checkpoint is copied once
   *   while there is such a view; the first read waits for a checkpoint, which is made at once.
   *
   * @defaultValue 'latest'
   */
  readonly read?: ReadLevel | Snapshot;
  /**
   * Reads wait until the sources have been taken in up to here: by the name of the source, the position behind the last element that must
   * count. Not at a {@link Snapshot}, which is what it is.
   */
  readonly atLeast?: Readonly<Record<string, unknown>>;
  /** How long they wait, before they fail with `NOT_UP_TO_BOUND`. Default `'5s'`. */
  readonly timeout?: Duration;
  /** Windows that have said no pane yet, too. Default true; false leaves them out. */
  readonly unfired?: boolean;
}

/** Which entries are wanted. */
export interface EntriesOptions<K> {
  /** Windows that end later than this: an instant, in milliseconds since the epoch. */
  readonly from?: Timestamp;
  /** Windows that begin before this. */
  readonly to?: Timestamp;
  /** Of these keys alone, each of which is looked up. */
  readonly keys?: readonly K[];
  /** Of keys that are texts and begin with this one. All keys are gone through. */
  readonly prefix?: string;
  /** By indexes of the handle: entries for which each of these gives the value here. */
  readonly where?: Readonly<Record<string, unknown>>;
  /** How many a page has at most. Default 1000. */
  readonly limit?: number;
  /** The cursor of the page before, with the same options. */
  readonly cursor?: string;
  /** In the opposite order. */
  readonly reverse?: boolean;
}

const wholeLimit = (value: unknown, where: string): number => {
  if (Number.isSafeInteger(value) && (value as number) > 0) return value as number;
  throw mustBe(where, 'a whole number of at least 1', value);
};

const text = (value: unknown, where: string): string => {
  if (typeof value === 'string') return value;
  throw mustBe(where, 'a text', value);
};

export const instant = (value: unknown, where: string): Timestamp => {
  if (Number.isSafeInteger(value) || value === Infinity || value === -Infinity) return value as number;
  throw mustBe(where, 'a whole number of milliseconds since the epoch', value);
};

const LEVELS = oneOf<ReadLevel>('latest', 'snapshot', 'committed');

const record = (value: unknown, where: string): Readonly<Record<string, unknown>> => {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw mustBe(where, 'an object', value);
};

const VIEW = {
  read: (value: unknown, where: string): ReadLevel | Snapshot => (value instanceof Snapshot ? value : LEVELS(value, where)),
  atLeast: record,
  timeout: positive,
  unfired: checkFlag,
};

const ENTRIES = {
  from: instant,
  to: instant,
  keys: (value: unknown, where: string): readonly unknown[] => {
    if (Array.isArray(value)) return value;
    throw mustBe(where, 'an array of keys', value);
  },
  prefix: text,
  where: record,
  limit: wholeLimit,
  cursor: text,
  reverse: checkFlag,
};

export interface ReadView {
  readonly read: ReadLevel | Snapshot;
  readonly atLeast: Readonly<Record<string, unknown>> | undefined;
  readonly timeout: number;
  readonly unfired: boolean;
}

export function readViewOptions(options: ViewOptions, where: string): ReadView {
  const { read = 'latest', atLeast, timeout = 5000, unfired = true } = readOptions(options, VIEW, where);
  if (atLeast && read instanceof Snapshot) throw mustBe(`${where}: atLeast`, 'left out for a snapshot, which waits for nothing', atLeast);
  return { read, atLeast, timeout, unfired };
}

export interface ReadEntries {
  readonly from: Timestamp;
  readonly to: Timestamp;
  readonly keys: readonly any[] | undefined;
  readonly prefix: string | undefined;
  readonly where: Readonly<Record<string, unknown>> | undefined;
  readonly limit: number;
  readonly cursor: string | undefined;
  readonly reverse: boolean;
}

export function readEntriesOptions(options: EntriesOptions<any>, where: string): ReadEntries {
  const read = readOptions(options, ENTRIES, where);
  const { from = -Infinity, to = Infinity, keys, prefix, limit = 1000, cursor, reverse = false } = read;
  return { from, to, keys, prefix, where: read.where, limit, cursor, reverse };
}

/** Which changes are wanted. */
export interface ChangesOptions<K> extends Pick<EntriesOptions<K>, 'from' | 'to' | 'keys' | 'prefix'> {
  /** That of the last change that was taken. */
  readonly cursor?: string;
  /** Changes come in rounds, and each key once in a round: so much time lies between two at least. Default 0: as soon as others have had their turn. */
  readonly every?: Duration;
}

export interface ReadChanges extends Pick<ReadEntries, 'from' | 'to' | 'keys' | 'prefix' | 'cursor'> {
  readonly every: number;
}

export function readChangesOptions(options: ChangesOptions<any>, where: string): ReadChanges {
  const { from: earliest, to: latest, keys: only, prefix: beginning, cursor: place } = ENTRIES;
  const readers = { from: earliest, to: latest, keys: only, prefix: beginning, cursor: place, every: nonNegative };
  const { from = -Infinity, to = Infinity, keys, prefix, cursor, every = 0 } = readOptions(options, readers, where);
  return { from, to, keys, prefix, cursor, every };
}

/** What windows are wanted. */
export interface WindowsOptions {
  /** Windows that end later than this. */
  readonly from?: Timestamp;
  /** Windows that begin before this. */
  readonly to?: Timestamp;
}

export function readWindowsOptions(options: WindowsOptions, where: string): { readonly from: Timestamp; readonly to: Timestamp } {
  checkOptions(options, ['from', 'to'], where);
  const { from = -Infinity, to = Infinity } = readOptions(options, { from: instant, to: instant }, where);
  return { from, to };
}
