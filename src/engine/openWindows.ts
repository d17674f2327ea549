/**
 * The windows of a sliced machine that have, or had, elements: in order of their ends, those that have fired before those that wait.
 * Overlapping windows may be thousands; so each is found by halves, and opening a slice looks at new ones only.
 */
import { KeyMap } from '../state/keys.js';
import { START_OF_TIME, shift, type Timestamp, type Watermark } from '../time/timestamp.js';
import { expiryOf, type TimeWindow } from './window.js';

export interface OpenWindow<K> extends TimeWindow {
  /** The machine's count when the window fired: keys first seen before it had an on-time pane. -1: not yet. */
  firedAt: number;
  /** Late panes by key. */
  late: KeyMap<K, number> | undefined;
}

/** A key in a window: when it was first seen there, and the stamp of its on-time pane (NaN: none of its own). */
export interface Seen {
  seq: number;
  stamp: Timestamp;
}

export class OpenWindows<K> {
  readonly all: OpenWindow<K>[] = [];
  #fired = 0;
  readonly #lateness: number;
  /** Windows that end here at the latest had expired when a longer lateness began. */
  floor: Timestamp = START_OF_TIME;

  constructor(lateness: number) {
    this.#lateness = lateness;
  }

  /** When a window with this end expires. */
  expiryOf(end: Timestamp): Timestamp {
    return expiryOf(end, this.#lateness, this.floor);
  }

  /** The next window to fire. */
  get waiting(): OpenWindow<K> | undefined {
    return this.all[this.#fired];
  }

  /** No window fires or expires before this. */
  get due(): Timestamp {
    const [oldest] = this.all;
    return Math.min(this.waiting?.end ?? Infinity, oldest && this.#fired > 0 ? this.expiryOf(oldest.end) : Infinity);
  }

  /** The window of these bounds, which has not expired: made if there is none. One that is complete has fired at `count`, without a key. */
  open(start: Timestamp, end: Timestamp, watermark: Watermark, count: number): OpenWindow<K> {
    const { all } = this;
    const at = this.#placeOf(start, end);
    const there = all[at];
    if (there && there.end === end && there.start === start) return there;
    const complete = end <= watermark;
    const window: OpenWindow<K> = { start, end, firedAt: complete ? count : -1, late: undefined };
    all.splice(at, 0, window);
    if (complete) this.#fired++;
    return window;
  }

  /** Those that have fired and hold a slice. */
  firedOver(slice: TimeWindow): OpenWindow<K>[] {
    return this.all.slice(0, this.#fired).filter(window => window.start <= slice.start && slice.end <= window.end);
  }

  /** In order of their ends: `expire` for windows that have expired, which are let go of, then `complete` for those that have become complete. */
  advance(watermark: Watermark, expire: (window: OpenWindow<K>) => void, complete: (window: OpenWindow<K>) => void): void {
    const { all } = this;
    let gone = 0;
    for (let window = all[gone]; window && this.expiryOf(window.end) <= watermark; window = all[++gone]) expire(window);
    let fired = Math.max(gone, this.#fired);
    for (let window = all[fired]; window && window.end <= watermark; window = all[++fired]) complete(window);
    all.splice(0, gone);
    this.#fired = fired - gone;
  }

  /** The place of the first window that does not come before these bounds, by its end and then by its start. Mostly there is none. */
  #placeOf(start: Timestamp, end: Timestamp): number {
    const { all } = this;
    const isBefore = (window: TimeWindow): boolean => window.end < end || (window.end === end && window.start < start);
    let high = all.length;
    if (high === 0 || isBefore(all[high - 1] as OpenWindow<K>)) return high;
    let low = 0;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (isBefore(all[middle] as OpenWindow<K>)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** `more` late panes of a key. */
export function countLate<K>(window: OpenWindow<K>, key: K, more: number): void {
  window.late ??= new KeyMap<K, number>();
  window.late.set(key, (window.late.get(key) ?? 0) + more);
}

/** How many panes of a key a window that has fired has given. */
export function panesOf<K>(window: OpenWindow<K>, key: K, seen: Seen | undefined): number {
  return (seen && seen.seq < window.firedAt ? 1 : 0) + (window.late?.get(key) ?? 0);
}

/** The timestamp of a pane: the stamp of its own, or that of its window. */
export function stampOf(window: TimeWindow, stamp: Timestamp): Timestamp {
  return Number.isNaN(stamp) ? shift(window.end, -1) : stamp;
}
