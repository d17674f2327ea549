import type { Evictor } from '../engine/evictor.js';
import { type Duration, positive } from '../time/duration.js';
import { defineEvictor } from './defineEvictor.js';
import { type EvictorOptions, readWhen } from './options.js';

/**
 * Keeps the elements of the last `duration` of event time, up to the latest element of the window: those with
 * `timestamp > latest - duration`. (Flink's TimeEvictor.)
 *
 * @throws TidemarkError `BAD_OPTION` or `BAD_DURATION` for a duration that is none, or not longer than zero.
 * @example
 * ```ts
 * import { keepTime } from 'tidemark';
 *
 * console.log(keepTime('10m').name); // keepTime(10m)
 * ```
 */
export function keepTime(duration: Duration, options: EvictorOptions = {}): Evictor<unknown> {
  const length = positive(duration, 'keepTime: duration');
  const { when, suffix } = readWhen(options, 'keepTime');
  return defineEvictor<unknown>({
    name: `keepTime(${duration}${suffix})`,
    when,
    evict(elements) {
      let latest = -Infinity;
      for (const { timestamp } of elements) if (timestamp > latest) latest = timestamp;
      return elements.filter(({ timestamp }) => timestamp > latest - length);
    },
  });
}
