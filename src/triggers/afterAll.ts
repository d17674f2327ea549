import type { Trigger } from '../engine/trigger.js';
import type { PartsState } from './afterFirst.js';
import { checkTriggers } from './check.js';
import { defineTrigger } from './defineTrigger.js';
import { clear, latest, waitsOf } from './parts.js';

/**
 * Fires once when all of its parts are due at the same time, then is finished. (Beam's AfterAll.)
 *
 * @example
 * ```ts
 * import { afterAll, afterCount, afterProcessingTime, repeatedly } from 'tidemark';
 *
 * const trigger = repeatedly(afterAll(afterCount(10), afterProcessingTime('1s'))); // ten or more, and not oftener than each second
 * ```
 */
export function afterAll<T>(...triggers: readonly Trigger<T>[]): Trigger<T, PartsState> {
  checkTriggers(triggers, 'afterAll');
  const moment = latest(triggers.map(trigger => trigger.fires));
  return defineTrigger<T, PartsState>({
    name: `afterAll(${triggers.map(trigger => trigger.name).join(', ')})`,
    fires: moment,
    finishes: moment,
    init: () => ({ of: triggers.map(trigger => trigger.init()), done: false }),
    onElement(state, value, timestamp, context) {
      triggers.forEach((trigger, i) => {
        if (context.merging || !trigger.isFinished(state.of[i])) state.of[i] = trigger.onElement(state.of[i], value, timestamp, context);
      });
      return state;
    },
    shouldFire(state, context) {
      if (state.done) return false;
      // Every part is asked, due or not: one that is due but must wait for the others asks for its next time.
      const ready = triggers.map((trigger, i) => trigger.isFinished(state.of[i]) || trigger.shouldFire(state.of[i], context));
      return !ready.includes(false);
    },
    waits: ({ of }, context) => waitsOf('all', triggers, of, context),
    onFire: (state, context) => ({
      of: triggers.map((trigger, i) => (trigger.isFinished(state.of[i]) ? state.of[i] : trigger.onFire(state.of[i], context))),
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
      return { of, done: triggers.every((trigger, i) => trigger.isFinished(of[i])) };
    },
    clear: state => ({ of: triggers.map((trigger, i) => clear(trigger, state.of[i])), done: state.done }),
  });
}
