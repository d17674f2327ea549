/** Windows by number instead of time: arrival order decides, event time does not. */

import type { WindowAssigner } from '../engine/window.js';
import { END_OF_TIME, START_OF_TIME } from '../time/timestamp.js';
import { afterCount } from '../triggers/afterCount.js';
import { repeatedly } from '../triggers/repeatedly.js';
import { nameOf, readInteger } from './options.js';

/**
 * Every `count` elements of a key, in order of arrival, make one pane, which holds those elements alone.
 *
 * It is the global window with a trigger that fires after `count` elements and panes that discard (Flink's `countWindow`).
 * Since arrival order decides, results depend on it: two runs over the same elements in another order may differ.
 *
 * @param count - how many elements make a pane: an integer of at least 1
 * @throws TidemarkError `BAD_OPTION` for any other count
 *
 * @example
 * ```ts
 * import { countWindow } from 'tidemark';
 *
 * console.log(countWindow(100).name); // countWindow(100)
 * ```
 */
export function countWindow(count: number): WindowAssigner<unknown> {
  readInteger(count, 1, Number.MAX_SAFE_INTEGER, 'countWindow(): count');
  return Object.freeze<WindowAssigner<unknown>>({
    name: nameOf('countWindow', count),
    merging: false,
    assign(_timestamp, _value, add) {
      add(START_OF_TIME, END_OF_TIME);
    },
    trigger: repeatedly(afterCount(count)),
  });
}
