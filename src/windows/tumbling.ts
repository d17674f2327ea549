/** Tumbling windows: time cut into periods of one length. Every instant lies in exactly one window. */

import type { WindowAssigner } from '../engine/window.js';
import { checkOptions } from '../errors.js';
import { type Duration, positive } from '../time/duration.js';
import { nameOf, readOffset } from './options.js';
import { slicesOf } from './periods.js';
import { sliced } from './sliced.js';

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
  return sliced(nameOf('tumbling', size, offset !== 0 && `offset ${options.offset}`), slicesOf(length, offset));
}
