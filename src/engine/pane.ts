/** What a firing of a window says. (The Dataflow model; Beam's PaneInfo.) */
import { encodeKey } from '../aggregates/encodeKey.js';
import type { Timestamp, Watermark } from '../time/timestamp.js';
import type { TimeWindow } from './window.js';

/** `early`: before the watermark reached the end of the window. `on-time`: the one pane of that moment. `late`: all after it. */
export type PaneTiming = 'early' | 'on-time' | 'late';

/** What a pane holds: all so far, what is new since the last pane, or all so far with the last pane withdrawn first. */
export type AccumulationMode = 'accumulating' | 'discarding' | 'retracting';

/** One firing of the window of one key. */
export interface Pane<K, V> {
  /** The key of its elements; undefined without `key` of `windowBy`. */
  readonly key: K;
  /** The window that fired. */
  readonly window: TimeWindow;
  /** What the aggregate says. */
  readonly value: V;
  /** When it fired, seen from the watermark. */
  readonly timing: PaneTiming;
  /** How many panes of this key and window came before; 0 for the first. `(key, window, index)` identifies a pane. */
  readonly index: number;
  /** -1 while early, else how many panes that were not early came before. */
  readonly nonSpeculativeIndex: number;
  /** No pane of this key and window came before: `index` is 0. */
  readonly isFirst: boolean;
  /** No further pane of this key and window will come: it expires with this pane, or its trigger has finished. */
  readonly isLast: boolean;
  /** The pane's own event time, used by windows downstream: `window.end - 1`, or as `timestampCombiner` says. */
  readonly timestamp: Timestamp;
  /** True: this pane, said before, is withdrawn. Only with `accumulation: 'retracting'`. */
  readonly retraction: boolean;
  /**
   * Sessions that were shown before and are now part of this one: a view drops them. Empty when panes are retracted instead. In
   * discarding mode what their panes said still counts: there it says where that belongs now.
   */
  readonly replaces: readonly TimeWindow[];
}

/** Why an element did not count. */
export type DropReason =
  /** Its time is past: all its windows are past their allowed lateness; or those after it have gone on, or what it must be compared with is forgotten. */
  | 'expired'
  /** The trigger of its window has finished. */
  | 'closed'
  /** Its timestamp is too far ahead of the clock. */
  | 'future'
  /** Too many elements waited for an asynchronous call. */
  | 'overflow';

/** An element that did not count, and why. */
export interface LateRecord<T> {
  /** The element. */
  readonly value: T;
  /** Its event time. */
  readonly timestamp: Timestamp;
  /** Why it did not count. */
  readonly reason: DropReason;
  /** The watermark when it came; `END_OF_TIME` when it came to a job that had come to its end. */
  readonly watermark: Watermark;
  /** The last window it would have counted in; undefined when it never came to a window. */
  readonly window: TimeWindow | undefined;
  /** Milliseconds: by how much the watermark had passed its timestamp (0: not at all, its window was closed); for `future`, by how much it is ahead of the clock. */
  readonly by: number;
  /** True: not an element that came too late, but the withdrawal of one (a retracting window stands upstream). */
  readonly retraction: boolean;
}

/**
 * A text that identifies a pane: the same for the same key, window and index, whatever the run. The idempotency key of sinks.
 * A retraction has the identity of the pane that it withdraws.
 */
export function paneId(pane: Pick<Pane<unknown, unknown>, 'key' | 'window' | 'index'>): string {
  return `${encodeKey(pane.key)}@${pane.window.start}/${pane.window.end}#${pane.index}`;
}
