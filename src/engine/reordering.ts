/**
 * Elements in order of time, as far as time is known to have come: to the watermark, or to `within` behind the latest element,
 * whichever is further. No element still to come in time is below the watermark, so one at the watermark itself may go: what else
 * has its time comes later, and equal times keep the order of arrival.
 *
 * Invariants: what has gone on is in order; what is held is above the bound, and so above the watermark that is promised downstream.
 */
import type { SavedState, StateCut } from '../state/cut.js';
import { SortedRuns } from '../state/sortedRuns.js';
import { replayParts, TimedLog } from '../state/timedLog.js';
import { END_OF_TIME, START_OF_TIME, type Timestamp, type Watermark } from '../time/timestamp.js';
import type { DropCounts } from './machine.js';
import type { Shaper, ShaperOutput } from './shaper.js';

/** What is not in parts: these are what is held, and some that have gone on. */
interface Rest {
  readonly upstream: Watermark;
  readonly bound: Timestamp;
  readonly gone: Timestamp;
  readonly drops: DropCounts;
}

export class Reordering<T> implements Shaper<T> {
  readonly #within: number;
  readonly #output: ShaperOutput<T>;
  readonly drops: DropCounts;
  readonly #held: SortedRuns<T> = new SortedRuns<T>();
  /** The same for cuts, in the order of arrival. */
  readonly #log: TimedLog<T> | undefined;
  #upstream: Watermark = START_OF_TIME;
  /** Elements up to here go on. */
  #bound: Timestamp = START_OF_TIME;
  /** The latest time that has gone on. */
  #gone: Timestamp = START_OF_TIME;

  /** `within`: in milliseconds; Infinity: the watermark alone counts. */
  constructor(within: number, drops: DropCounts, output: ShaperOutput<T>, saved?: SavedState, cuts: boolean = true) {
    this.#within = within;
    this.drops = drops;
    this.#output = output;
    // So much more than need be is held at most.
    if (cuts) this.#log = new TimedLog<T>(Math.max(1, Math.ceil(within / 16)));
    if (!saved) return;
    const snapshot = saved.rest as Rest;
    this.#upstream = snapshot.upstream;
    this.#bound = snapshot.bound;
    this.#gone = snapshot.gone;
    Object.assign(drops, snapshot.drops);
    replayParts<T>(saved.parts, (value, time, diff) => {
      if (time > this.#bound) this.#hold(value, time, diff);
    });
  }

  /** What has gone on is a promise, too: nothing below it follows. But no element, only the end, says END_OF_TIME. */
  get watermark(): Watermark {
    return Math.max(this.#upstream, Math.min(this.#gone, END_OF_TIME - 1));
  }

  element(value: T, timestamp: Timestamp, diff: 1 | -1): void {
    if (timestamp < this.#gone) {
      this.#late(value, timestamp, diff);
      return;
    }
    if (timestamp <= this.#bound) {
      this.#gone = timestamp;
      this.#output.element(value, timestamp, diff);
      return;
    }
    this.#hold(value, timestamp, diff);
    if (timestamp - this.#within > this.#bound) this.#release(timestamp - this.#within);
  }

  advance(watermark: Watermark): void {
    if (watermark <= this.#upstream) return;
    this.#upstream = watermark;
    if (watermark > this.#bound) this.#release(watermark);
  }

  cut(number: number, since: number): StateCut {
    const rest: Rest = { upstream: this.#upstream, bound: this.#bound, gone: this.#gone, drops: { ...this.drops } };
    return { rest, parts: this.#log?.cut(number, since) ?? [] };
  }

  #hold(value: T, time: Timestamp, diff: 1 | -1): void {
    this.#held.add(value, time, diff);
    this.#log?.add(value, time, diff);
  }

  #release(bound: Timestamp): void {
    this.#bound = bound;
    const held = this.#held;
    while (held.earliest <= bound && !this.#output.closed) {
      const value = held.take();
      this.#gone = held.time;
      this.#output.element(value, held.time, held.diff);
    }
    // Behind what has gone on nothing is held any more.
    this.#log?.forget(bound + 1);
  }

  #late(value: T, timestamp: Timestamp, diff: 1 | -1): void {
    this.drops.expired++;
    const { watermark } = this;
    this.#output.late({
      value,
      timestamp,
      reason: 'expired',
      watermark,
      window: undefined,
      by: watermark - timestamp,
      retraction: diff === -1,
    });
  }
}
