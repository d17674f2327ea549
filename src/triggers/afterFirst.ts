import type { Trigger } from '../engine/trigger.js';
import { checkTriggers } from './check.js';
import { defineTrigger } from './defineTrigger.js';
import { clear, earliest, waitsOf } from './parts.js';

/** State of {@link afterFirst} and `afterAll`: those of the parts. */
export interface PartsState {
  of: unknown[];
  done: boolean;
}

/**
 * Fires once when the first of its parts is due, then is finished. (Beam's AfterFirst.)
 *
 * @example
 * ```ts
 * import { afterCount, afterFirst, afterWatermark, every } from 'tidemark';
 *
 * const trigger = afterWatermark({ early: afterFirst(afterCount(100), every('5s')) });
 * ```
 */
export function afterFirst<T>(...triggers: readonly Trigger<T>[]): Trigger<T, PartsState> {
  checkTriggers(triggers, 'afterFirst');
  const moment = earliest(triggers.map(trigger => trigger.fires));
  return defineTrigger<T, PartsState>({
    name: `afterFirst(${triggers.map(trigger => trigger.name).join(', ')})`,
    fires: moment,
    finishes: moment,
    init: () => ({ of: triggers.map(trigger => trigger.init()), done: false }),
    onElement(state, value, timestamp, context) {
      triggers.forEach((trigger, i) => {
        state.of[i] = trigger.onElement(state.of[i], value, timestamp, context);
      });
      return state;
    },
    shouldFire(state, context) {
      if (state.done) return false;
      // Every part is asked: one that is due while an afterAll around it waits for others asks for its next time.
      return triggers.map((trigger, i) => trigger.shouldFire(state.of[i], context)).includes(true);
    },
    waits: ({ of }, context) => waitsOf('any', triggers, of, context),
    onFire: (state, context) => ({
      of: triggers.map((trigger, i) =>
        trigger.shouldFire(state.of[i], context) ? trigger.onFire(state.of[i], context) : clear(trigger, state.of[i]),
      ),
      done: true,
    }),
    isFinished: state => state.done,
    merge(states, context) {
      const of = triggers.map((trigger, i) =>
        trigger.merge(
          states.map(state => state.of[i]),
          context,
        ),
      );
      return { of, done: triggers.some((trigger, i) => trigger.isFinished(of[i])) };
    },
    clear: state => ({ of: triggers.map((trigger, i) => clear(trigger, state.of[i])), done: state.done }),
  });
}
