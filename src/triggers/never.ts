import type { Trigger } from '../engine/trigger.js';
import { defineTrigger } from './defineTrigger.js';

const NEVER: Trigger<unknown, null> = defineTrigger<unknown, null>({
  name: 'never()',
  fires: 'never',
  finishes: 'never',
  init: () => null,
  onElement: () => null,
  shouldFire: () => false,
  waits: () => ({ for: 'never' }),
  onFire: () => null,
  isFinished: () => false,
  merge: () => null,
  clear: () => null,
});

/**
 * Never fires. As `late`, it finishes `afterWatermark` with the on-time pane; at the root, a window's only pane is the one
 * at its expiry. (Beam's Never.)
 *
 * @example
 * ```ts
 * import { afterWatermark, never } from 'tidemark';
 *
 * const trigger = afterWatermark({ late: never() }); // needs allowedLateness 0, else late elements would be lost
 * ```
 */
export function never(): Trigger<unknown, null> {
  return NEVER;
}
