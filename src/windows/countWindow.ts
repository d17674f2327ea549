/** Windows by number instead of time: arrival order decides, event time does not. */

import type { WindowAssigner } from '../engine/window.js';
import { END_OF_TIME, START_OF_TIME } from '../time/timestamp.js';
import { afterCount } from '../triggers/afterCount.js';
import { repeatedly } from '../triggers/repeatedly.js';
import { nameOf, readInteger } from './options.js';
import { mortal, readTtl, type TtlOptions } from './ttl.js';

/**
 * Every `count` elements of a key, in order of arrival, make one pane, which holds those elements alone.
 *
 * It is the global window with a trigger that fires after `count` elements and panes that discard (Flink's `countWindow`).
 * Since arrival order decides, results depend on it: two runs over the same elements in another order may differ.
 *
 * With a time to live, a key that no element has touched for so long in event time is forgotten: what it has of an unfinished count
 * comes out as its last pane (`closing: 'never'` of `windowBy` drops it), and its next element begins to count anew, in a window with a
 * start of its own. See {@link globalWindow}.
 *
 * @param count - how many elements make a pane: an integer of at least 1
 * @throws TidemarkError `BAD_OPTION` for any other count; `BAD_OPTION` or `BAD_DURATION` for a `ttl` not longer than zero and finite
 *
 * @example
 * ```ts
 * import { countWindow } from 'tidemark';
 *
 * console.log(countWindow(100).name); // countWindow(100)
 * console.log(countWindow(100, { ttl: '1d' }).name); // countWindow(100, ttl 1d)
 * ```
 */
export function countWindow(count: number, options: TtlOptions = {}): WindowAssigner<unknown> {
  readInteger(count, 1, Number.MAX_SAFE_INTEGER, 'countWindow(): count');
  const trigger = repeatedly(afterCount(count));
  const ttl = readTtl(options, 'countWindow()');
  const name = nameOf('countWindow', count, ttl !== undefined && `ttl ${options.ttl}`);
  if (ttl !== undefined) return Object.freeze<WindowAssigner<unknown>>({ ...mortal(ttl), name, trigger });
  return Object.freeze<WindowAssigner<unknown>>({
    name,
    merging: false,
    assign(_timestamp, _value, add) {
      add(START_OF_TIME, END_OF_TIME);
    },
    trigger,
  });
}
