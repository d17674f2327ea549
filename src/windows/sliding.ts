/**
 * Sliding windows, also called hopping: a window of length `size` begins every `slide`. They overlap when `slide < size`,
 * tumble when both are equal, and leave holes when `slide > size`; an instant in a hole lies in no window.
 */

import { ringedMachine } from '../engine/ringedMachine.js';
import { slicedMachine } from '../engine/slicedMachine.js';
import type { Slicing, WindowAssigner } from '../engine/window.js';
import { checkOptions } from '../errors.js';
import { type Duration, positive } from '../time/duration.js';
import { shift } from '../time/timestamp.js';
import { nameOf, readOffset } from './options.js';
import { LAST_INSTANT, phase } from './periods.js';
import { sliced, type Windows } from './sliced.js';

/** Options of {@link sliding}. */
export interface SlidingOptions {
  /**
   * Moves all window bounds; may be negative, must be shorter than the slide.
   * @defaultValue 0: windows begin at multiples of the slide since 1970-01-01T00:00Z
   */
  readonly offset?: Duration;
}

/**
 * Windows `[k * slide + offset, k * slide + offset + size)`: one of length `size` begins every `slide`.
 * Flink and Beam call them sliding, Kafka Streams hopping.
 *
 * An element belongs to about `size / slide` windows, in order of their end. When the slide is longer than the size, an element
 * between two windows belongs to none and is counted as unassigned.
 *
 * @param size - the length of a window: milliseconds or a text such as `'1h'`; longer than zero
 * @param slide - the time from one window's start to the next one's; longer than zero
 * @throws TidemarkError `BAD_OPTION` or `BAD_DURATION` for a size, a slide or an offset that cannot be
 *
 * @example
 * ```ts
 * import { sliding } from 'tidemark';
 *
 * const lastHourEveryFiveMinutes = sliding('1h', '5m');
 * console.log(lastHourEveryFiveMinutes.name); // sliding(1h, 5m)
 * ```
 */
export function sliding(size: Duration, slide: Duration, options: SlidingOptions = {}): WindowAssigner<unknown> {
  const length = positive(size, 'sliding(): size');
  const step = positive(slide, 'sliding(): slide');
  checkOptions(options, ['offset'], 'sliding()');
  const offset = readOffset(options.offset, step, 'sliding()');
  const each: Windows = (timestamp, add, known = -Infinity) => {
    const at = Math.min(timestamp, LAST_INSTANT);
    const newest = phase(at, step, offset);
    // Windows are counted back from the newest; of an instant in a hole there is none. Rather one too many that is known.
    const unknown = Math.max(0, Math.ceil((at - known - newest) / step));
    for (let older = Math.ceil((length - newest) / step) - 1; older >= 0; older = Math.min(older - 1, unknown)) {
      const since = newest + older * step;
      add(shift(at, -since), shift(at, length - since));
    }
  };
  // Without overlap every window is one slice, and there is nothing to put together.
  const machine = step < length ? ringedMachine : slicedMachine;
  const name = nameOf('sliding', size, slide, offset !== 0 && `offset ${options.offset}`);
  return sliced(name, pairs(length, step, offset), machine, each);
}

/** At most two slices per slide: a window ends `size mod slide` into one (the "pairs" of Krishnamurthy, Wu, Franklin, SIGMOD 2006). */
function pairs(length: number, step: number, offset: number): Slicing['slice'] {
  // With holes this is the length of the window itself, and the second slice of a pair is the hole.
  const cut = length % step;
  return (timestamp, into) => {
    const at = Math.min(timestamp, LAST_INSTANT);
    const since = phase(at, step, offset);
    into.start = shift(at, since < cut ? -since : cut - since);
    into.end = shift(at, (since < cut ? cut : step) - since);
  };
}
