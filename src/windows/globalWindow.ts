/** The window of all time: for results that triggers, not window ends, bring about. */

import type { WindowAssigner } from '../engine/window.js';
import { END_OF_TIME, START_OF_TIME } from '../time/timestamp.js';
import { sliced } from './sliced.js';

const GLOBAL = sliced('globalWindow()', (_timestamp, into) => {
  into.start = START_OF_TIME;
  into.end = END_OF_TIME;
});

/**
 * One window `[START_OF_TIME, END_OF_TIME)` for every element. It is complete when the stream has completed; give it a trigger
 * to see results before. (The global window of Beam and Flink.)
 *
 * @example
 * ```ts
 * import { globalWindow } from 'tidemark';
 *
 * console.log(globalWindow().name); // globalWindow()
 * ```
 */
export function globalWindow(): WindowAssigner<unknown> {
  return GLOBAL;
}
