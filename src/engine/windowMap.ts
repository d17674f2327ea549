/**
 * What an operator on panes remembers of each key and window, until the window is past its time.
 * Invariant: a pane put by `hold` keeps `bound` at or below its timestamp until it is taken away.
 */
import { KeyMap } from '../state/keys.js';
import { Heap } from '../state/timers.js';
import { shift, type Timestamp, type Watermark } from '../time/timestamp.js';
import type { Pane } from './pane.js';
import type { TimeWindow } from './window.js';

/** One window of one key. */
export interface WindowEntry<K, V> {
  readonly key: K;
  readonly window: TimeWindow;
  /** Order in which the windows were first seen. */
  readonly seq: number;
  /** Held back, last said or shown: as the operator has it. */
  pane: Pane<K, V> | undefined;
  count: number;
  /** Processing time. */
  next: Timestamp;
}

/** All state as plain data. */
export interface WindowMapSnapshot<K, V> {
  readonly version: number;
  readonly entries: readonly WindowEntry<K, V>[];
}

/** Order of window start, end, first seen. */
export function byStart(a: WindowEntry<any, any>, b: WindowEntry<any, any>): number {
  return a.window.start - b.window.start || a.window.end - b.window.end || a.seq - b.seq;
}

/** Order of window end, start, first seen: that of panes. */
export function byEnd(a: WindowEntry<any, any>, b: WindowEntry<any, any>): number {
  return a.window.end - b.window.end || byStart(a, b);
}

export class WindowMap<K, V> {
  size = 0;
  /** Free for the operator, and part of the snapshot. */
  version = 0;
  readonly #lateness: number;
  readonly #keys = new KeyMap<K, Map<string, WindowEntry<K, V>>>();
  /** Deleted entries stay in there, up to as many as there are live ones. */
  #ends = new Heap<WindowEntry<K, V>>(byEnd);
  readonly #holds = new Heap<readonly [Timestamp, WindowEntry<K, V>]>((a, b) => a[0] - b[0]);
  #seq = 0;

  /** `lateness`: how long after its end a window is kept. */
  constructor(lateness: number) {
    this.#lateness = lateness;
  }

  get(key: K, window: TimeWindow): WindowEntry<K, V> | undefined {
    return this.#keys.get(key)?.get(idOf(window));
  }

  /** The entry of a window, made if there is none. */
  open(key: K, window: TimeWindow): WindowEntry<K, V> {
    return this.get(key, window) ?? this.#add({ key, window, seq: this.#seq++, pane: undefined, count: 0, next: 0 });
  }

  /** Holds a pane back: the watermark must not pass it. */
  hold(entry: WindowEntry<K, V>, pane: Pane<K, V>): void {
    entry.pane = pane;
    // A pane at the end of its window needs no hold: that is said before the watermark passes it.
    if (pane.timestamp < entry.window.end - 1) this.#holds.push([pane.timestamp, entry]);
  }

  /** `time`, but not past a pane that is held back. */
  bound(time: Watermark): Watermark {
    const holds = this.#holds;
    for (let top = holds.peek(); top; top = holds.peek()) {
      if (top[1].pane?.timestamp === top[0]) return Math.min(time, top[0]);
      holds.pop();
    }
    return time;
  }

  /** Forgets a window; returns what was remembered. */
  drop(key: K, window: TimeWindow): WindowEntry<K, V> | undefined {
    const windows = this.#keys.get(key);
    const id = idOf(window);
    const entry = windows?.get(id);
    if (windows?.delete(id)) {
      this.size--;
      if (windows.size === 0) this.#keys.delete(key);
    }
    return entry;
  }

  /** Forgets the windows that are past their time, and returns them in order. */
  expired(time: Watermark): WindowEntry<K, V>[] {
    const ends = this.#ends;
    const expired: WindowEntry<K, V>[] = [];
    for (let top = ends.peek(); top && shift(top.window.end, this.#lateness) <= time; top = ends.peek()) {
      ends.pop();
      if (this.get(top.key, top.window) === top) expired.push(this.drop(top.key, top.window) as WindowEntry<K, V>);
    }
    return expired;
  }

  of(key: K): WindowEntry<K, V>[] {
    return [...(this.#keys.get(key)?.values() ?? [])];
  }

  all(): WindowEntry<K, V>[] {
    return [...this.#keys.values()].flatMap(windows => [...windows.values()]);
  }

  snapshot(): WindowMapSnapshot<K, V> {
    const entries = this.all().map(entry => ({ ...entry }));
    return { version: this.version, entries: entries.sort((a, b) => a.seq - b.seq) };
  }

  /** Takes over what `snapshot` said; `held`: its panes are held back. */
  restore({ version, entries }: WindowMapSnapshot<K, V>, held: boolean): void {
    this.version = version;
    for (const data of entries) {
      const entry = this.#add({ ...data });
      if (held && entry.pane) this.hold(entry, entry.pane);
      this.#seq = entry.seq + 1;
    }
  }

  #add(entry: WindowEntry<K, V>): WindowEntry<K, V> {
    let windows = this.#keys.get(entry.key);
    if (!windows) this.#keys.set(entry.key, (windows = new Map<string, WindowEntry<K, V>>()));
    windows.set(idOf(entry.window), entry);
    this.size++;
    this.#ends.push(entry);
    if (this.#ends.items.length > 2 * this.size + 16) {
      this.#ends = new Heap<WindowEntry<K, V>>(byEnd);
      for (const live of this.all()) this.#ends.push(live);
    }
    return entry;
  }
}

function idOf(window: TimeWindow): string {
  return `${window.start}/${window.end}`;
}
