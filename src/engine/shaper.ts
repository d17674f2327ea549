/**
 * The contract of what shapes a stream before it is windowed: elements and watermarks in; the same elements out, later, in another
 * order, or not at all. Synchronous and free of RxJS, as a windowing machine is, and a function of the sequence of its calls alone.
 */
import type { SavedState, StateCut } from '../state/cut.js';
import type { Timestamp, Watermark } from '../time/timestamp.js';
import type { DropCounts } from './machine.js';
import type { LateRecord } from './pane.js';

/** Where its output goes. */
export interface ShaperOutput<T> {
  /** Nothing more is wanted. */
  readonly closed: boolean;
  /** An element goes on. */
  element(value: T, timestamp: Timestamp, diff: 1 | -1): void;
  /** One came too late. */
  late(record: LateRecord<T>): void;
  /** One had come before. */
  duplicate(value: T): void;
}

export interface Shaper<T> {
  /** What is promised downstream, behind all that has gone on. */
  readonly watermark: Watermark;
  readonly drops: Readonly<DropCounts>;
  element(value: T, timestamp: Timestamp, diff: 1 | -1): void;
  /** The watermark moves; at the end of the stream to END_OF_TIME. One that is not above the last says nothing new. */
  advance(watermark: Watermark): void;
  /** All state, as at a barrier. */
  cut(number: number, since: number): StateCut;
}

/** Makes one, anew or from a cut that was read. `cuts`: whether any will be taken; without, nothing is kept for them alone. */
export type ShaperFactory<T> = (output: ShaperOutput<T>, saved: SavedState | undefined, cuts: boolean) => Shaper<T>;
