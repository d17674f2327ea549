import type { Trigger } from '../engine/trigger.js';
import { type Duration, nonNegative } from '../time/duration.js';
import { type DeadlineState, deadline } from './deadline.js';

/**
 * Fires once when the clock reaches the arrival of the pane's first element + `delay`, then is finished.
 * In merging sessions the earliest deadline holds. (Beam's AfterProcessingTime.pastFirstElementInPane.)
 *
 * @example
 * ```ts
 * import { afterProcessingTime, afterWatermark } from 'tidemark';
 *
 * const trigger = afterWatermark({ early: afterProcessingTime('5s') });
 * ```
 */
export function afterProcessingTime(delay: Duration): Trigger<unknown, DeadlineState> {
  return deadline(`afterProcessingTime(${delay})`, nonNegative(delay, 'afterProcessingTime: delay'), false);
}
