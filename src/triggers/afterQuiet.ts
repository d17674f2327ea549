import type { Trigger } from '../engine/trigger.js';
import { type Duration, nonNegative } from '../time/duration.js';
import { type DeadlineState, deadline } from './deadline.js';

/**
 * Fires once when no element of the window has come for `delay` of processing time, then is finished: a debounce.
 * In merging sessions the earliest deadline holds, until the next element moves it. (What Beam's Python SDK calls AfterProcessingTime.)
 *
 * @example
 * ```ts
 * import { afterQuiet, afterWatermark } from 'tidemark';
 *
 * const trigger = afterWatermark({ early: afterQuiet('2s') });
 * ```
 */
export function afterQuiet(delay: Duration): Trigger<unknown, DeadlineState> {
  return deadline(`afterQuiet(${delay})`, nonNegative(delay, 'afterQuiet: delay'), true);
}
