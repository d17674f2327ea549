/**
 * Elements in order of time, as far as time is known to have come: to the watermark, or to `within` behind the latest element,
 * whichever is further. No element still to come in time is below the watermark, so one at the watermark itself may go: what else
 * has its time comes later, and equal times keep the order of arrival.
 *
 * Invariants: what has gone on is in order; what is held is above the bound, and so above the watermark that is promised downstream.
 */
import { SortedRuns, type SortedRunsSnapshot } from '../state/sortedRuns.js';
import { END_OF_TIME, START_OF_TIME, type Timestamp, type Watermark } from '../time/timestamp.js';
import type { DropCounts } from './machine.js';
import type { Shaper, ShaperOutput } from './shaper.js';

/** All state as plain data. */
export interface ReorderingSnapshot<T> {
  readonly upstream: Watermark;
  readonly bound: Timestamp;
  readonly gone: Timestamp;
  readonly drops: DropCounts;
  readonly held: SortedRunsSnapshot<T>;
}

export class Reordering<T> implements Shaper<T> {
  readonly #within: number;
  readonly #output: ShaperOutput<T>;
  readonly #drops: DropCounts;
  readonly #held: SortedRuns<T> = new SortedRuns<T>();
  #upstream: Watermark = START_OF_TIME;
  /** Elements up to here go on. */
  #bound: Timestamp = START_OF_TIME;
  /** The latest time that has gone on. */
  #gone: Timestamp = START_OF_TIME;

  /** `within`: in milliseconds; Infinity: the watermark alone counts. */
  constructor(within: number, drops: DropCounts, output: ShaperOutput<T>, snapshot?: ReorderingSnapshot<T>) {
    this.#within = within;
    this.#drops = drops;
    this.#output = output;
    if (!snapshot) return;
    this.#upstream = snapshot.upstream;
    this.#bound = snapshot.bound;
    this.#gone = snapshot.gone;
    Object.assign(drops, snapshot.drops);
    this.#held.restore(snapshot.held);
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
    this.#held.add(value, timestamp, diff);
    if (timestamp - this.#within > this.#bound) this.#release(timestamp - this.#within);
  }

  advance(watermark: Watermark): void {
    if (watermark <= this.#upstream) return;
    this.#upstream = watermark;
    if (watermark > this.#bound) this.#release(watermark);
  }

  snapshot(): ReorderingSnapshot<T> {
    return {
      upstream: this.#upstream,
      bound: this.#bound,
      gone: this.#gone,
      drops: { ...this.#drops },
      held: this.#held.snapshot(),
    };
  }

  #release(bound: Timestamp): void {
    this.#bound = bound;
    const held = this.#held;
    while (held.earliest <= bound && !this.#output.closed) {
      const value = held.take();
      this.#gone = held.time;
      this.#output.element(value, held.time, held.diff);
    }
  }

  #late(value: T, timestamp: Timestamp, diff: 1 | -1): void {
    this.#drops.expired++;
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
