/** The triggers that wait for a processing-time deadline; they differ in which elements set it. */

import type { Trigger } from '../engine/trigger.js';
import { defineTrigger } from './defineTrigger.js';

/** State of `afterProcessingTime` and `afterQuiet`: the deadline of the pane, if it has an element. */
export interface DeadlineState {
  until: number | null;
  done: boolean;
}

/** A trigger that is due `delay` milliseconds after the first, or after the last, element of the pane. */
export function deadline(name: string, delay: number, restarts: boolean): Trigger<unknown, DeadlineState> {
  return defineTrigger<unknown, DeadlineState>({
    name,
    fires: 'any-time',
    finishes: 'any-time',
    init: () => ({ until: null, done: false }),
    onElement(state, _value, _timestamp, context) {
      if (state.until === null || restarts) {
        state.until = context.processingTime + delay;
        context.wakeAt('processing', state.until);
      }
      return state;
    },
    shouldFire: (state, context) => !state.done && state.until !== null && context.processingTime >= state.until,
    onFire: () => ({ until: null, done: true }),
    isFinished: state => state.done,
    merge(states, context) {
      if (states.some(state => state.done)) return { until: null, done: true };
      const deadlines = states.map(state => state.until).filter(until => until !== null);
      if (deadlines.length === 0) return { until: null, done: false };
      const until = Math.min(...deadlines);
      context.wakeAt('processing', until);
      return { until, done: false };
    },
    clear: state => ({ until: null, done: state.done }),
  });
}
