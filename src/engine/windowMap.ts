/**
 * What an operator on panes remembers of each key and window, until the window is past its time.
 * Invariant: a pane put by `hold` keeps `bound` at or below its timestamp until it is taken away.
 */
import { BlockCuts, itemsOf } from '../state/blockCuts.js';
import type { SavedState, StateCut } from '../state/cut.js';
import { KeyMap } from '../state/keys.js';
import { Heap } from '../state/timers.js';
import { END_OF_TIME, START_OF_TIME, shift, type Timestamp, type Watermark } from '../time/timestamp.js';
import { Holds } from './holds.js';
import type { Pane } from './pane.js';
import type { TimeWindow } from './window.js';

/** What names one window of one key; a pane does, too. */
export interface WindowName<K> {
  readonly key: K;
  readonly window: TimeWindow;
}

/** What is remembered of one window of one key. Whoever changes it says so before: see `touch`. */
export interface WindowEntry<K, V> extends WindowName<K> {
  /** Order in which the windows were first seen. */
  readonly seq: number;
  /** Held back, last said or shown: as the operator has it. */
  pane: Pane<K, V> | undefined;
  /** The time that is queued to hold the watermark for it; Infinity: none. */
  held: Timestamp;
  /** Where it lies for cuts. */
  place: number;
  /** Free for the operator. */
  count: number;
  /** Free for the operator: processing time. */
  next: Timestamp;
}

/** An entry as plain data. */
type EntryData<K, V> = Omit<WindowEntry<K, V>, 'held' | 'place'>;

/** What is not in parts: these are the entries. */
interface WindowMapRest<K, V> {
  readonly version: number;
  /** Snapshots without parts have the entries here. */
  readonly entries?: readonly EntryData<K, V>[];
}

/** Order of window end, start, first seen: that of panes. */
export function byEnd(a: WindowEntry<any, any>, b: WindowEntry<any, any>): number {
  return a.window.end - b.window.end || a.window.start - b.window.start || a.seq - b.seq;
}

export class WindowMap<K, V> {
  size = 0;
  /** Free for the operator, and part of the snapshot. */
  version = 0;
  readonly #lateness: number;
  readonly #keys = new KeyMap<K, Map<string, WindowEntry<K, V>>>();
  /** What has been dropped stays in there until it would have expired. */
  readonly #ends = new Heap<WindowEntry<K, V>>(byEnd);
  readonly #cuts: BlockCuts<WindowEntry<K, V>> = new BlockCuts<WindowEntry<K, V>>(dumpEntry);
  // A pane at the end of its window needs no hold: it is said before the watermark passes that.
  readonly #holds = new Holds<WindowEntry<K, V>>(({ pane, window }) =>
    pane && pane.timestamp < window.end - 1 ? pane.timestamp : Infinity,
  );
  #seq = 0;

  /** `lateness`: how long after its end a window is kept. */
  constructor(lateness: number) {
    this.#lateness = lateness;
  }

  get(name: WindowName<K>): WindowEntry<K, V> | undefined {
    return this.#keys.get(name.key)?.get(idOf(name));
  }

  /** The entry of a window, made if there is none, to be changed. */
  open(name: WindowName<K>): WindowEntry<K, V> {
    const entry = this.get(name);
    if (entry) this.touch(entry);
    const { key, window } = name;
    return entry ?? this.#add({ key, window, seq: this.#seq++, pane: undefined, count: 0, next: START_OF_TIME });
  }

  /** To be called before an entry is changed that has not just been opened. */
  touch(entry: WindowEntry<K, V>): void {
    this.#cuts.touch(entry.place);
  }

  /** Holds a pane back: the watermark must not pass it. */
  hold(entry: WindowEntry<K, V>, pane: Pane<K, V>): void {
    this.touch(entry);
    entry.pane = pane;
    this.#holds.hold(entry);
  }

  /** `time`, but not past a pane that is held back. */
  bound(time: Watermark): Watermark {
    return this.#holds.bound(time);
  }

  /** Forgets a window, if it is known; returns a copy of what was remembered. */
  drop(name: WindowName<K>): WindowEntry<K, V> | undefined {
    const entry = this.get(name);
    if (!entry) return undefined;
    const windows = this.#keys.get(name.key);
    windows?.delete(idOf(name));
    if (windows?.size === 0) this.#keys.delete(name.key);
    this.size--;
    this.#cuts.remove(entry.place);
    const copy = { ...entry };
    // So that neither a hold nor a queue finds a pane in it.
    entry.pane = undefined;
    return copy;
  }

  /** Forgets the sessions that a pane replaces; returns what was remembered. */
  absorb({ key, replaces }: Pane<K, V>): WindowEntry<K, V>[] {
    return replaces.flatMap(window => this.drop({ key, window }) ?? []);
  }

  /** Forgets the windows that are past their time; returns what was remembered, in order. */
  expired(time: Watermark): WindowEntry<K, V>[] {
    const ends = this.#ends;
    const expired: WindowEntry<K, V>[] = [];
    for (let top = ends.peek(); top && shift(top.window.end, this.#lateness) <= time; top = ends.peek()) {
      ends.pop();
      if (this.get(top) === top) expired.push(this.drop(top) as WindowEntry<K, V>);
    }
    // What ends with the stream is in no queue: it may be dropped long before.
    if (time === END_OF_TIME && this.#lateness < Infinity)
      for (const entry of this.all().sort(byEnd)) expired.push(this.drop(entry) as WindowEntry<K, V>);
    return expired;
  }

  of(key: K): WindowEntry<K, V>[] {
    return [...(this.#keys.get(key)?.values() ?? [])];
  }

  all(): WindowEntry<K, V>[] {
    return [...this.#keys.values()].flatMap(windows => [...windows.values()]);
  }

  cut(number: number, since: number): StateCut {
    const rest: WindowMapRest<K, V> = { version: this.version };
    return { rest, parts: this.#cuts.take(number, since) };
  }

  /** Takes over what `cut` said. Who holds panes back must hold them anew. */
  restore({ rest, parts }: SavedState): void {
    const { version, entries = [] } = rest as WindowMapRest<K, V>;
    this.version = version;
    const all = [...entries, ...itemsOf<EntryData<K, V>>(parts)].sort((a, b) => a.seq - b.seq);
    for (const entry of all) this.#seq = this.#add(entry).seq + 1;
  }

  #add({ key, window, seq, pane, count, next }: EntryData<K, V>): WindowEntry<K, V> {
    const entry: WindowEntry<K, V> = { key, window, seq, pane, count, next, held: Infinity, place: -1 };
    entry.place = this.#cuts.add(entry);
    const windows = this.#keys.get(entry.key) ?? new Map<string, WindowEntry<K, V>>();
    this.#keys.set(entry.key, windows.set(idOf(entry), entry));
    this.size++;
    if (shift(entry.window.end, this.#lateness) < END_OF_TIME) this.#ends.push(entry);
    return entry;
  }
}

function dumpEntry<K, V>({ key, window, seq, pane, count, next }: WindowEntry<K, V>): EntryData<K, V> {
  return { key, window, seq, pane, count, next };
}

function idOf({ window }: WindowName<unknown>): string {
  return `${window.start}/${window.end}`;
}
