/** What an interval join keeps: the elements of a key, of either side in order of time. */
import { Timeline } from '../state/timeline.js';
import type { Timestamp } from '../time/timestamp.js';

/** What an entry knows of its side. */
export interface EntrySide {
  readonly left: boolean;
  readonly keep: number;
  readonly alone: boolean;
  readonly holdsPaired: boolean;
}

/** One element. */
export class Entry {
  readonly key: unknown;
  readonly time: Timestamp;
  readonly value: unknown;
  /** Order of arrival. */
  readonly seq: number;
  /** Of a side whose elements may stand alone: how many partners it has found, less those withdrawn. */
  paired: number;
  readonly side: EntrySide;
  /** Where it lies for cuts. */
  place = -1;
  /** Past, or withdrawn. */
  gone = false;

  constructor(key: unknown, time: Timestamp, value: unknown, seq: number, paired: number, side: EntrySide) {
    this.key = key;
    this.time = time;
    this.value = value;
    this.seq = seq;
    this.paired = paired;
    this.side = side;
  }
}

/** An element as plain data; within its key and side. */
export interface EntryData<T> {
  readonly time: Timestamp;
  readonly value: T;
  readonly seq: number;
  readonly paired: number;
}

/** The same, standing by itself. */
export interface EntryItem<T, K> extends EntryData<T> {
  readonly key: K;
  readonly left: boolean;
}

export function dumpEntry({ key, time, value, seq, paired, side: { left } }: Entry): EntryItem<unknown, unknown> {
  return { key, left, time, value, seq, paired };
}

/** The elements of one side of a key. */
export class SideEntries<K> extends Timeline<Entry> {
  /** The time for which it is in the queue of what is due. */
  armed: Timestamp = Infinity;
  readonly of: KeyEntries<K>;

  constructor(of: KeyEntries<K>) {
    super();
    this.of = of;
  }
}

/** The elements of a key. */
export class KeyEntries<K> {
  readonly key: K;
  readonly left: SideEntries<K>;
  readonly right: SideEntries<K>;

  constructor(key: K) {
    this.key = key;
    this.left = new SideEntries(this);
    this.right = new SideEntries(this);
  }
}
