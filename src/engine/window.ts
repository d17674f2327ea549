/** What a window is, and what says which windows an element belongs to. */
import { mustBe } from '../errors.js';
import { shift, type Timestamp } from '../time/timestamp.js';
import type { MachineFactory } from './machine.js';
import type { Trigger } from './trigger.js';

/** A half-open interval of event time `[start, end)`. The global window is `[START_OF_TIME, END_OF_TIME)`. */
export interface TimeWindow {
  /** The first instant that it holds. */
  readonly start: Timestamp;
  /** The first instant after it. */
  readonly end: Timestamp;
}

/**
 * Says which windows an element belongs to. A frozen value: its state lives in the engine.
 * Make your own by `defineAssigner`, and check it with `assertAssignerLaws` of `tidemark/testing`.
 */
export interface WindowAssigner<in T = any> {
  /** Shown in explanations and compared on restore: `tumbling(1h)`. */
  readonly name: string;
  /** True when windows of one key that meet become one, as sessions do. */
  readonly merging: boolean;
  /** Calls `add` for each window of the element. No call: the element is counted as unassigned. Must depend on its arguments alone. */
  assign(timestamp: Timestamp, value: T, add: (start: Timestamp, end: Timestamp) => void): void;
  /**
   * Merging assigners only: the window that two windows of one key become, or undefined if they stay apart.
   * Default: windows that overlap become their hull, windows that only touch stay apart.
   */
  merge?(a: TimeWindow, b: TimeWindow): TimeWindow | undefined;
  /** Lets the engine share work among overlapping windows; see {@link Slicing}. */
  readonly slicing?: Slicing;
  /** The trigger of these windows when none is given; then panes discard by default. Count windows have one. */
  readonly trigger?: Trigger;
  /**
   * Milliseconds of event time after which the window of a key that no element has touched ends; each key has one at a time.
   * `globalWindow` and `countWindow` set it.
   * @internal
   */
  readonly ttl?: number;
  /**
   * What computes these windows with the default trigger; `defineAssigner` sets it.
   * @internal
   */
  readonly machine?: MachineFactory;
}

/**
 * A cut of time into slices so that every window is a run of whole slices: an element is added to its slice once,
 * and windows are put together from slices (Flink SQL's slicing windows; Scotty). Slice ends strictly increase.
 */
export interface Slicing {
  /** Writes the slice that holds `timestamp` as `[start, end)` into `into`. */
  slice(timestamp: Timestamp, into: { start: Timestamp; end: Timestamp }): void;
  /**
   * Calls `add` for every window that covers the slice `[start, end)`, in order of window end. Never called: the slice lies in a hole.
   * Those that begin before `known` are known already: but for the first and the last one they may be left out, to save the walk over many.
   */
  windows(start: Timestamp, end: Timestamp, add: (start: Timestamp, end: Timestamp) => void, known?: Timestamp): void;
}

/** When a window that ends at `end` expires. One that ends at `floor` at the latest had done so when a longer lateness began, and stays so. */
export function expiryOf(end: Timestamp, lateness: number, floor: Timestamp): Timestamp {
  return end > floor ? shift(end, lateness) : end;
}

/** Whether two windows have the same bounds. */
export function sameWindow(a: TimeWindow, b: TimeWindow): boolean {
  return a.start === b.start && a.end === b.end;
}

/** The smallest window that holds two. */
export function hull(a: TimeWindow, b: TimeWindow): TimeWindow {
  return { start: Math.min(a.start, b.start), end: Math.max(a.end, b.end) };
}

/** Refuses what is no window: bounds that are no timestamps, or an end before the start; only merging windows may be empty. */
export function checkWindow(start: Timestamp, end: Timestamp, { name, merging }: WindowAssigner): void {
  if (Number.isSafeInteger(start) && Number.isSafeInteger(end) && (start < end || (merging && start === end))) return;
  throw mustBe(
    `${name}: a window`,
    'two timestamps, the start before the end',
    { start: String(start), end: String(end) },
    '',
    'BAD_WINDOW',
  );
}
