/** Windows of all time that go when their key has been silent for long enough. */
import type { WindowAssigner } from '../engine/window.js';
import { readOptions } from '../errors.js';
import { type Duration, positive } from '../time/duration.js';
import { END_OF_TIME } from '../time/timestamp.js';
import { LAST_INSTANT } from './periods.js';

/** Options of {@link globalWindow} and {@link countWindow}. */
export interface TtlOptions {
  /**
   * Time to live: how long a key may go without an element, in event time, until its window ends and is forgotten.
   * @defaultValue none: keys are kept until the stream completes
   */
  readonly ttl?: Duration;
}

/** Milliseconds; undefined: for ever. */
export function readTtl(options: TtlOptions, where: string): number | undefined {
  const { ttl } = readOptions(options, { ttl: positive }, where);
  return ttl;
}

/** What the assigner of windows with a time to live has in common. */
export function mortal(ttl: number): Pick<WindowAssigner<unknown>, 'merging' | 'assign' | 'ttl'> {
  return {
    merging: false,
    ttl,
    assign(timestamp, _value, add) {
      add(Math.min(timestamp, LAST_INSTANT), END_OF_TIME);
    },
  };
}
