/** The window of all time: for results that triggers, not window ends, bring about. */

import { generalMachine } from '../engine/generalMachine.js';
import type { WindowAssigner } from '../engine/window.js';
import { END_OF_TIME, START_OF_TIME } from '../time/timestamp.js';
import { nameOf } from './options.js';
import { sliced } from './sliced.js';
import { mortal, readTtl, type TtlOptions } from './ttl.js';

const GLOBAL = sliced('globalWindow()', (_timestamp, into) => {
  into.start = START_OF_TIME;
  into.end = END_OF_TIME;
});

/**
 * One window `[START_OF_TIME, END_OF_TIME)` for every element. It is complete when the stream has completed; give it a trigger
 * to see results before. (The global window of Beam and Flink.)
 *
 * With a time to live it ends, per key, once the watermark has reached the last element's timestamp + `ttl`: its last pane comes, as if
 * the stream had completed for that key, and its state goes. (Flink's StateTtlConfig with OnCreateAndWrite, but exact.) An element that
 * comes so long after the last one begins a new window. These windows are `[timestamp of the first element, END_OF_TIME)`, so that each has a
 * name of its own and numbers its panes from 0; a pane's own timestamp is the end as it is known then, less 1.
 * An element that falls into none, and whose own time is over, is `expired`. `allowedLateness` is refused: a longer `ttl` is that.
 *
 * @throws TidemarkError `BAD_OPTION` or `BAD_DURATION` for a time to live that is not longer than zero and finite
 *
 * @example
 * ```ts
 * import { globalWindow } from 'tidemark';
 *
 * const untilSilentForADay = globalWindow({ ttl: '1d' });
 * console.log(globalWindow().name, untilSilentForADay.name); // globalWindow() globalWindow(ttl 1d)
 * ```
 */
export function globalWindow(options: TtlOptions = {}): WindowAssigner<unknown> {
  const ttl = readTtl(options, 'globalWindow()');
  if (ttl === undefined) return GLOBAL;
  return Object.freeze<WindowAssigner<unknown>>({
    ...mortal(ttl),
    name: nameOf('globalWindow', `ttl ${options.ttl}`),
    machine: generalMachine,
  });
}
