/** Making of panes: one place, one shape of object, so that whoever reads panes stays fast. */
import type { Timestamp } from '../time/timestamp.js';
import type { Pane, PaneTiming } from './pane.js';
import type { TimeWindow } from './window.js';

/** No windows. */
export const NONE: readonly TimeWindow[] = Object.freeze([]);

/** A pane. `window` may be shared among the panes of a window. */
export function makePane<K, R>(
  key: K,
  window: TimeWindow,
  value: R,
  timing: PaneTiming,
  index: number,
  nonSpeculativeIndex: number,
  isLast: boolean,
  timestamp: Timestamp,
  replaces: readonly TimeWindow[] = NONE,
): Pane<K, R> {
  return { key, window, value, timing, index, nonSpeculativeIndex, isFirst: index === 0, isLast, timestamp, retraction: false, replaces };
}

/** The withdrawal of a pane that was said before. */
export function retract<K, R>(pane: Pane<K, R>): Pane<K, R> {
  return { ...pane, retraction: true };
}
