/** The triggers that wait for a processing-time deadline; they differ in which elements set it. */

import type { Trigger } from '../engine/trigger.js';
import { defineTrigger } from './defineTrigger.js';

/** State of `afterProcessingTime` and `afterQuiet`: the deadline of the pane, if it has an element. */
export interface DeadlineState {
  until: number | null;
  /** The time that it has asked to be woken at; `afterQuiet` moves its deadline oftener than it asks. */
  wake: number | null;
  done: boolean;
}

/** A trigger that is due `delay` milliseconds after the first, or after the last, element of the pane. */
export function deadline(name: string, delay: number, restarts: boolean): Trigger<unknown, DeadlineState> {
  return defineTrigger<unknown, DeadlineState>({
    name,
    fires: 'any-time',
    finishes: 'any-time',
    init: () => ({ until: null, wake: null, done: false }),
    onElement(state, _value, _timestamp, context) {
      if (state.until === null || restarts) {
        state.until = context.processingTime + delay;
        if (state.wake === null || state.wake <= context.processingTime) {
          state.wake = state.until;
          context.wakeAt('processing', state.until);
        }
      }
      return state;
    },
    shouldFire(state, context) {
      if (state.done || state.until === null) return false;
      if (context.processingTime >= state.until) return true;
      // Woken for a deadline that has moved on: one timer at a time, however many elements moved it.
      if (state.wake !== null && state.wake <= context.processingTime) context.wakeAt('processing', state.until);
      return false;
    },
    onFire: () => ({ until: null, wake: null, done: true }),
    isFinished: state => state.done,
    merge(states, context) {
      if (states.some(state => state.done)) return { until: null, wake: null, done: true };
      const deadlines = states.map(state => state.until).filter(until => until !== null);
      if (deadlines.length === 0) return { until: null, wake: null, done: false };
      const until = Math.min(...deadlines);
      context.wakeAt('processing', until);
      return { until, wake: until, done: false };
    },
    clear: state => ({ until: null, wake: null, done: state.done }),
  });
}
