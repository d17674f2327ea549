/** Tumbling windows: time cut into periods of one length. Every instant lies in exactly one window. */

import { slicedMachine } from '../engine/slicedMachine.js';
import type { WindowAssigner } from '../engine/window.js';
import { checkOptions } from '../errors.js';
import { type Duration, positive } from '../time/duration.js';
import { shift, type Timestamp } from '../time/timestamp.js';
import { nameOf, readOffset } from './options.js';
import { LAST_INSTANT, phase } from './periods.js';

/** Options of {@link tumbling}. */
export interface TumblingOptions {
  /**
   * Moves all window bounds; may be negative, must be shorter than the window.
   * @defaultValue 0: windows are aligned at 1970-01-01T00:00Z
   */
  readonly offset?: Duration;
}

/**
 * Cuts event time into windows `[k * size + offset, (k + 1) * size + offset)`, one after the other. Beam calls them fixed windows.
 *
 * Bounds are multiples of the length since 1970 in UTC. For days that follow a time zone and its daylight saving time use
 * {@link days}.
 *
 * @param size - the length of a window: milliseconds or a text such as `'1h'`; longer than zero
 * @throws TidemarkError `BAD_OPTION` or `BAD_DURATION` for a size or an offset that cannot be
 *
 * @example
 * ```ts
 * import { tumbling } from 'tidemark';
 *
 * const hours = tumbling('1h');
 * const shifts = tumbling('8h', { offset: '6h' }); // 06:00, 14:00 and 22:00 UTC
 * console.log(hours.name, shifts.name); // tumbling(1h) tumbling(8h, offset 6h)
 * ```
 */
export function tumbling(size: Duration, options: TumblingOptions = {}): WindowAssigner<unknown> {
  const length = positive(size, 'tumbling(): size');
  checkOptions(options, ['offset'], 'tumbling()');
  const offset = readOffset(options.offset, length, 'tumbling()');
  return Object.freeze<WindowAssigner<unknown>>({
    name: nameOf('tumbling', size, offset !== 0 && `offset ${options.offset}`),
    merging: false,
    machine: slicedMachine,
    assign(timestamp, _value, add) {
      const at = Math.min(timestamp, LAST_INSTANT);
      const since = phase(at, length, offset);
      add(shift(at, -since), shift(at, length - since));
    },
    slicing: Object.freeze({
      slice(timestamp: Timestamp, into: { start: Timestamp; end: Timestamp }) {
        const at = Math.min(timestamp, LAST_INSTANT);
        const since = phase(at, length, offset);
        into.start = shift(at, -since);
        into.end = shift(at, length - since);
      },
      windows(start: Timestamp, end: Timestamp, add: (start: Timestamp, end: Timestamp) => void) {
        add(start, end);
      },
    }),
  });
}
