/**
 * What the windows of a sliced machine say: on time one pane for each of their keys, then one for each late element, and with
 * `closing: 'always'` a last one. Values are put together from slices.
 *
 * The number of panes of a key and window is not kept but known: one on time if the key was there when the window fired, and
 * a count of the late ones.
 */
import { createLane, type Lane } from '../state/lanes.js';
import type { Timestamp } from '../time/timestamp.js';
import { makePane, retract } from './emitter.js';
import type { MachineOutput, WindowingSpec } from './machine.js';
import { countLate, type OpenWindow, panesOf, type Seen, stampOf } from './openWindows.js';
import { inOrder, Slice } from './slice.js';
import type { SliceRing } from './sliceRing.js';
import type { Slices } from './slices.js';
import type { TimeWindow } from './window.js';

export class SlicedPanes<T, K, R> {
  readonly #spec: WindowingSpec<T, K, R>;
  readonly #output: MachineOutput<T, K, R>;
  readonly #slices: Slices<Slice<T, K, R>>;
  /** Puts windows of many slices together; not needed where windows do not overlap. */
  readonly #ring: SliceRing<T, K, R> | undefined;
  readonly #scratch: Lane<T, R>;

  constructor(
    spec: WindowingSpec<T, K, R>,
    output: MachineOutput<T, K, R>,
    slices: Slices<Slice<T, K, R>>,
    ring: SliceRing<T, K, R> | undefined,
  ) {
    this.#spec = spec;
    this.#output = output;
    this.#slices = slices;
    this.#ring = ring;
    this.#scratch = createLane(spec.aggregate);
    this.#scratch.alloc();
  }

  /** The on-time panes of a window: all its keys, in the order in which they were first seen in it. */
  sayOnTime(window: OpenWindow<K>, isLast: boolean): void {
    const bounds = boundsOf(window);
    const say = (key: K, value: R, stamp: Timestamp): void =>
      this.#output.pane(makePane(key, bounds, value, 'on-time', 0, 0, isLast, stampOf(window, stamp)));
    if (this.#ring?.fire(window, this.#slices.all, (key, value) => say(key, value, NaN))) return;
    const { keys, lane, seqs, stamps } = this.#contentOf(window);
    for (const slot of inOrder(seqs, keys.length)) say(keys[slot] as K, lane.result(slot), stamps[slot] ?? NaN);
  }

  /** The last panes of a window that fired before: nothing is new in them. */
  sayLast(window: OpenWindow<K>): void {
    const { accumulation } = this.#spec;
    const { keys, lane, seqs, stamps } = this.#contentOf(window);
    for (const slot of inOrder(seqs, keys.length)) {
      const key = keys[slot] as K;
      const value = lane.result(slot);
      const seen = { seq: seqs[slot] as number, stamp: stamps[slot] ?? NaN };
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
    const seen = windows.map(window => this.#seenOf(window, key));
    const withdrawn = windows.map((window, i) => (accumulation === 'retracting' && seen[i] ? this.#valueOf(window, key) : undefined));
    change();
    windows.forEach((window, i) => {
      const before = seen[i];
      if (accumulation === 'retracting' && before) this.#withdraw(window, key, withdrawn[i] as R, before);
      const result = accumulation === 'discarding' ? this.#alone(value, timestamp, diff) : this.#valueOf(window, key);
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

  #sayLate(window: OpenWindow<K>, key: K, value: R, seen: Seen | undefined, isLast: boolean): void {
    const panes = panesOf(window, key, seen);
    this.#output.pane(makePane(key, boundsOf(window), value, 'late', panes, panes, isLast, stampOf(window, NaN)));
  }

  /** Withdraws the last pane, if there is one, which said `value`. */
  #withdraw(window: OpenWindow<K>, key: K, value: R, seen: Seen): void {
    const last = panesOf(window, key, seen) - 1;
    if (last < 0) return;
    const wasOnTime = last === 0 && window.late?.get(key) === undefined;
    const timestamp = stampOf(window, wasOnTime ? seen.stamp : NaN);
    this.#output.pane(retract(makePane(key, boundsOf(window), value, wasOnTime ? 'on-time' : 'late', last, last, false, timestamp)));
  }

  /** The result of one element, or of none. The slices stay as they are, since other windows are made of them too. */
  #alone(value?: T, timestamp: Timestamp = 0, diff: 0 | 1 | -1 = 0): R {
    this.#scratch.reset(0);
    if (diff === 1) this.#scratch.add(0, value as T, timestamp);
    else if (diff === -1) this.#scratch.remove(0, value as T, timestamp);
    return this.#scratch.result(0);
  }

  /** All keys of a window with their accumulators: the one slice itself, or several merged into a new one. */
  #contentOf(window: TimeWindow): Slice<T, K, R> {
    const slices = this.#slices.of(window);
    const [only] = slices;
    if (slices.length === 1 && only) return only;
    const whole = new Slice(this.#spec, window.start, window.end, 0, 0, only?.keys.length ?? 8);
    for (const slice of slices) {
      for (let slot = 0; slot < slice.keys.length; slot++) {
        const key = slice.keys[slot] as K;
        const seq = slice.seqs[slot] as number;
        const into = whole.index.get(key) ?? whole.add(key, seq);
        whole.lane.merge(into, slice.lane, slot);
        if (seq < (whole.seqs[into] as number)) whole.seqs[into] = seq;
        if (slice.stamps.length > 0) whole.stamps[into] = this.combineStamps(whole.stamps[into] ?? NaN, slice.stamps[slot] ?? NaN);
      }
    }
    return whole;
  }

  /** A key in a window; undefined: it is not there. */
  #seenOf(window: TimeWindow, key: K): Seen | undefined {
    let seen: Seen | undefined;
    for (const slice of this.#slices.of(window)) {
      const slot = slice.index.get(key);
      if (slot === undefined) continue;
      seen ??= { seq: Infinity, stamp: NaN };
      seen.seq = Math.min(seen.seq, slice.seqs[slot] as number);
      seen.stamp = this.combineStamps(seen.stamp, slice.stamps[slot] ?? NaN);
    }
    return seen;
  }

  /** The accumulated value of one key of a window. */
  #valueOf(window: TimeWindow, key: K): R {
    this.#scratch.reset(0);
    for (const slice of this.#slices.of(window)) {
      const slot = slice.index.get(key);
      if (slot !== undefined) this.#scratch.merge(0, slice.lane, slot);
    }
    return this.#scratch.result(0);
  }
}

function boundsOf({ start, end }: TimeWindow): TimeWindow {
  return { start, end };
}
