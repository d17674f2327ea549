import { generalMachine } from '../engine/generalMachine.js';
import { slicedMachine } from '../engine/slicedMachine.js';
import type { WindowAssigner } from '../engine/window.js';

/**
 * Makes an assigner of your own, merging or not.
 *
 * @example
 * ```ts
 * import { defineAssigner } from 'tidemark';
 *
 * // A trading day runs from 22:00 to 22:00 UTC.
 * const tradingDays = defineAssigner({
 *   name: 'tradingDays',
 *   merging: false,
 *   assign(timestamp, _value, add) {
 *     const day = 86_400_000, offset = 22 * 3_600_000;
 *     const start = Math.floor((timestamp - offset) / day) * day + offset;
 *     add(start, start + day);
 *   },
 * });
 *
 * // Sessions end with the element that says so.
 * const visits = defineAssigner<{ leaves: boolean }>({
 *   name: 'visits',
 *   merging: true,
 *   assign: (timestamp, click, add) => add(timestamp, timestamp + (click.leaves ? 1 : 1_800_000)),
 * });
 * ```
 */
export function defineAssigner<T = unknown>(assigner: WindowAssigner<T>): WindowAssigner<T> {
  return Object.freeze({ ...assigner, machine: assigner.slicing && !assigner.merging ? slicedMachine : generalMachine });
}
