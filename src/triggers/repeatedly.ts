import type { Trigger } from '../engine/trigger.js';
import { checkTrigger } from './check.js';
import { defineTrigger } from './defineTrigger.js';
import { clear, waitsOf } from './parts.js';

/**
 * Fires whenever `trigger` does, for ever: when `trigger` has finished, it and all below it begin anew. (Beam's Repeatedly.)
 *
 * @example
 * ```ts
 * import { afterCount, globalWindow, repeatedly, windowBy, count } from 'tidemark';
 *
 * const everyHundred = windowBy(globalWindow(), { aggregate: count(), trigger: repeatedly(afterCount(100)) });
 * ```
 */
export function repeatedly<T, S>(trigger: Trigger<T, S>): Trigger<T, S> {
  checkTrigger(trigger, 'repeatedly: its argument');
  const again = (state: S): S => (trigger.isFinished(state) ? trigger.init() : state);
  return defineTrigger<T, S>({
    name: `repeatedly(${trigger.name})`,
    fires: trigger.fires,
    finishes: 'never',
    init: () => trigger.init(),
    onElement: (state, value, timestamp, context) => trigger.onElement(state, value, timestamp, context),
    shouldFire: (state, context) => trigger.shouldFire(state, context),
    waits: (state, context) => waitsOf('any', [trigger], [state], context),
    onFire: (state, context) => again(trigger.onFire(state, context)),
    isFinished: () => false,
    merge: (states, context) => again(trigger.merge(states, context)),
    clear: state => clear(trigger, state),
  });
}
