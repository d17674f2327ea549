/**
 * What the windows of a stored sliced machine say: the rules of slicedPanes.ts, over slices that may be larger than memory. Keys come one
 * after the other; none of them is held.
 */
import { keyBytes } from '../state/keyBytes.js';
import { createLane, type Lane } from '../state/lanes.js';
import type { Timestamp } from '../time/timestamp.js';
import { makePane, retract } from './emitter.js';
import type { MachineOutput, WindowingSpec } from './machine.js';
import { countLate, type OpenWindow, panesOf, type Seen, stampOf } from './openWindows.js';
import type { SliceEntry, StoredSlices } from './storedSlices.js';
import type { TimeWindow } from './window.js';

export class StoredPanes<T, K, R> {
  readonly #spec: WindowingSpec<T, K, R>;
  readonly #output: MachineOutput<T, K, R>;
  readonly #slices: StoredSlices<T, K, R>;
  readonly #scratch: Lane<T, R>;

  constructor(spec: WindowingSpec<T, K, R>, output: MachineOutput<T, K, R>, slices: StoredSlices<T, K, R>) {
    this.#spec = spec;
    this.#output = output;
    this.#slices = slices;
    this.#scratch = createLane(spec.aggregate);
    this.#scratch.alloc();
  }

  /** The on-time panes of a window: all its keys, in the order in which they were first seen in it. */
  sayOnTime(window: OpenWindow<K>, isLast: boolean): void {
    const bounds = { start: window.start, end: window.end };
    const slices = this.#slices.live.of(window);
    for (const { key, entries } of this.#slices.content(slices)) {
      const stamp = stampOf(window, this.#stampOf(entries));
      this.#output.pane(makePane(key, bounds, this.#valueOf(entries, slices.length), 'on-time', 0, 0, isLast, stamp));
    }
  }

  /** The last panes of a window that fired before: nothing is new in them. */
  sayLast(window: OpenWindow<K>): void {
    const { accumulation } = this.#spec;
    const slices = this.#slices.live.of(window);
    for (const { key, entries, seq } of this.#slices.content(slices)) {
      const value = this.#valueOf(entries, slices.length);
      const seen = { seq, stamp: this.#stampOf(entries) };
      if (accumulation === 'retracting') this.#withdraw(window, key, value, seen);
      this.#sayLate(window, key, accumulation === 'discarding' ? this.#alone() : value, seen, true);
    }
  }

  /**
   * A late element corrects windows that have fired: `change` adds it to its slice. What a retraction must withdraw is reckoned
   * before that.
   */
  correct(windows: readonly OpenWindow<K>[], key: K, change: () => void, value: T, timestamp: Timestamp, diff: 1 | -1): void {
    const { accumulation } = this.#spec;
    const bytes = keyBytes(key);
    const entriesOf = (window: TimeWindow): SliceEntry[] =>
      this.#slices.entriesIn(this.#slices.record(bytes), this.#slices.live.of(window));
    const seen = windows.map(window => this.#seenOf(entriesOf(window)));
    const withdrawn = windows.map((window, i) =>
      accumulation === 'retracting' && seen[i] ? this.#valueOf(entriesOf(window), Infinity) : undefined,
    );
    change();
    windows.forEach((window, i) => {
      const before = seen[i];
      if (accumulation === 'retracting' && before) this.#withdraw(window, key, withdrawn[i] as R, before);
      const result = accumulation === 'discarding' ? this.#alone(value, timestamp, diff) : this.#valueOf(entriesOf(window), Infinity);
      this.#sayLate(window, key, result, before, false);
      countLate(window, key, 1);
    });
  }

  /** Of two stamps the one that counts; NaN: none. */
  combineStamps(a: Timestamp, b: Timestamp): Timestamp {
    if (Number.isNaN(a)) return b;
    if (Number.isNaN(b)) return a;
    return this.#spec.timestampCombiner === 'earliest' ? Math.min(a, b) : Math.max(a, b);
  }

  #stampOf(entries: readonly SliceEntry[]): Timestamp {
    let stamp = NaN;
    for (const entry of entries) stamp = this.combineStamps(stamp, entry.stamp);
    return stamp;
  }

  #seenOf(entries: readonly SliceEntry[]): Seen | undefined {
    if (entries.length === 0) return undefined;
    return { seq: Math.min(...entries.map(({ seq }) => seq)), stamp: this.#stampOf(entries) };
  }

  #sayLate(window: OpenWindow<K>, key: K, value: R, seen: Seen | undefined, isLast: boolean): void {
    const panes = panesOf(window, key, seen);
    const bounds = { start: window.start, end: window.end };
    this.#output.pane(makePane(key, bounds, value, 'late', panes, panes, isLast, stampOf(window, NaN)));
  }

  /** Withdraws the last pane, if there is one, which said `value`. */
  #withdraw(window: OpenWindow<K>, key: K, value: R, seen: Seen): void {
    const last = panesOf(window, key, seen) - 1;
    if (last < 0) return;
    const wasOnTime = last === 0 && window.late?.get(key) === undefined;
    const timestamp = stampOf(window, wasOnTime ? seen.stamp : NaN);
    const bounds = { start: window.start, end: window.end };
    this.#output.pane(retract(makePane(key, bounds, value, wasOnTime ? 'on-time' : 'late', last, last, false, timestamp)));
  }

  /** The result of one element, or of none. The slices stay as they are, since other windows are made of them too. */
  #alone(value?: T, timestamp: Timestamp = 0, diff: 0 | 1 | -1 = 0): R {
    this.#scratch.reset(0);
    if (diff === 1) this.#scratch.add(0, value as T, timestamp);
    else if (diff === -1) this.#scratch.remove(0, value as T, timestamp);
    return this.#scratch.result(0);
  }

  /** What some entries come to, of so many slices: of one it is that of the entry itself. */
  #valueOf(entries: readonly SliceEntry[], slices: number): R {
    const { lane } = this.#slices;
    if (slices === 1) return lane.result((entries[0] as SliceEntry).slot);
    this.#scratch.reset(0);
    for (const { slot } of entries) this.#scratch.merge(0, lane, slot);
    return this.#scratch.result(0);
  }
}
