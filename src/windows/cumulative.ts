/**
 * Cumulative windows: all windows of one period begin with it and end one step later each, so that a count "since midnight"
 * can be read every hour. An instant lies in every window of its period that has not ended yet.
 */

import { ringedMachine } from '../engine/ringedMachine.js';
import type { WindowAssigner } from '../engine/window.js';
import { checkOptions, mustBe, show } from '../errors.js';
import { type Duration, positive } from '../time/duration.js';
import { END_OF_TIME, shift } from '../time/timestamp.js';
import { nameOf, readOffset } from './options.js';
import { LAST_INSTANT, phase, slicesOf } from './periods.js';
import { sliced, type Windows } from './sliced.js';

/** Options of {@link cumulative}. */
export interface CumulativeOptions {
  /**
   * Moves all window bounds; may be negative, must be shorter than `size`.
   * @defaultValue 0: periods are aligned at 1970-01-01T00:00Z
   */
  readonly offset?: Duration;
}

/**
 * Windows that grow within a period: `[s, s + step)`, `[s, s + 2 * step)` and so on up to `[s, s + size)`, where s is
 * `k * size + offset`. (The CUMULATE windows of Flink SQL.)
 *
 * @param size - the length of a period and of its last window: milliseconds or a text such as `'1d'`; longer than zero
 * @param step - by how much each window is longer than the one before; must divide `size`
 * @throws TidemarkError `BAD_OPTION` or `BAD_DURATION` for a size, a step or an offset that cannot be
 *
 * @example
 * ```ts
 * import { cumulative } from 'tidemark';
 *
 * const sinceMidnightEveryHour = cumulative('1d', '1h');
 * console.log(sinceMidnightEveryHour.name); // cumulative(1d, 1h)
 * ```
 */
export function cumulative(size: Duration, step: Duration, options: CumulativeOptions = {}): WindowAssigner<unknown> {
  const length = positive(size, 'cumulative(): size');
  const growth = positive(step, 'cumulative(): step');
  if (length % growth !== 0) throw mustBe('cumulative(): step', `a divisor of the size of ${show(size)}`, step);
  checkOptions(options, ['offset'], 'cumulative()');
  const offset = readOffset(options.offset, length, 'cumulative()');
  const each: Windows = (timestamp, add, known = -Infinity) => {
    const at = Math.min(timestamp, LAST_INSTANT);
    const since = phase(at, length, offset);
    const start = shift(at, -since);
    for (let reached = since - (since % growth) + growth; reached <= length; reached += growth) {
      const end = shift(at, reached - since);
      add(start, end);
      // Windows that end later would be clamped to this very one.
      if (end === END_OF_TIME) return;
      if (start < known && reached < length) reached = length - growth;
    }
  };
  const name = nameOf('cumulative', size, step, offset !== 0 && `offset ${options.offset}`);
  return sliced(name, slicesOf(growth, offset % growth), ringedMachine, each);
}
