/** The window of all time: for results that triggers, not window ends, bring about. */

import { slicedMachine } from '../engine/slicedMachine.js';
import type { WindowAssigner } from '../engine/window.js';
import { END_OF_TIME, START_OF_TIME } from '../time/timestamp.js';

const GLOBAL: WindowAssigner<unknown> = Object.freeze<WindowAssigner<unknown>>({
  name: 'globalWindow()',
  merging: false,
  machine: slicedMachine,
  assign(_timestamp, _value, add) {
    add(START_OF_TIME, END_OF_TIME);
  },
  slicing: {
    slice(_timestamp, into) {
      into.start = START_OF_TIME;
      into.end = END_OF_TIME;
    },
    windows: (start, end, add) => add(start, end),
  },
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
