import type { Trigger } from '../engine/trigger.js';
import { checkTriggers } from './check.js';
import { defineTrigger } from './defineTrigger.js';
import { clear, latest, waitsOf } from './parts.js';

/**
 * One trigger after the other: the first unfinished one decides; finished when all are. (Beam's AfterEach.inOrder.)
 *
 * In sessions every part sees every element, since a merge may revive one that has finished; but whatever the parts saw
 * of a pane is forgotten with it.
 *
 * @example
 * ```ts
 * import { afterCount, afterEach, repeatedly } from 'tidemark';
 *
 * const trigger = afterEach(afterCount(1), repeatedly(afterCount(100))); // at once, then for every hundred
 * ```
 */
export function afterEach<T>(...triggers: readonly Trigger<T>[]): Trigger<T, unknown[]> {
  checkTriggers(triggers, 'afterEach');
  const current = (states: readonly unknown[]): number => triggers.findIndex((trigger, i) => !trigger.isFinished(states[i]));
  return defineTrigger<T, unknown[]>({
    name: `afterEach(${triggers.map(trigger => trigger.name).join(', ')})`,
    fires: (triggers[0] as Trigger<T>).fires,
    finishes: latest(triggers.map(trigger => trigger.finishes)),
    init: () => triggers.map(trigger => trigger.init()),
    onElement(states, value, timestamp, context) {
      const now = current(states);
      triggers.forEach((trigger, i) => {
        if (i === now || context.merging) states[i] = trigger.onElement(states[i], value, timestamp, context);
      });
      return states;
    },
    shouldFire(states, context) {
      const now = current(states);
      return now >= 0 && (triggers[now] as Trigger<T>).shouldFire(states[now], context);
    },
    waits(states, context) {
      const now = current(states);
      return waitsOf('any', triggers.slice(now, now + 1), [states[now]], context);
    },
    onFire(states, context) {
      const now = current(states);
      return triggers.map((trigger, i) => {
        if (i === now) return trigger.onFire(states[i], context);
        return context.merging ? clear(trigger, states[i]) : states[i];
      });
    },
    isFinished: states => current(states) < 0,
    merge(all, context) {
      let before = true; // all parts before this one are finished
      return triggers.map((trigger, i) => {
        if (!before) return trigger.init();
        const merged = trigger.merge(
          all.map(states => states[i]),
          context,
        );
        before = trigger.isFinished(merged);
        return merged;
      });
    },
    clear: states => triggers.map((trigger, i) => clear(trigger, states[i])),
  });
}
