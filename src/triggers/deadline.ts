/** The triggers that wait for a processing-time deadline; they differ in which elements set it. */

import type { Trigger } from '../engine/trigger.js';
import { lowest, type OnceState, once } from './once.js';

/** State of `afterProcessingTime` and `afterQuiet`: the deadline of the pane, if it has an element. */
export interface DeadlineState extends OnceState {
  until: number | null;
  /** The time that it has asked to be woken at; `afterQuiet` moves its deadline oftener than it asks. */
  wake: number | null;
}

/** A trigger that is due `delay` milliseconds after the first, or after the last, element of the pane. */
export function deadline(name: string, delay: number, restarts: boolean): Trigger<unknown, DeadlineState> {
  return once<unknown, DeadlineState>(name, () => ({ until: null, wake: null, done: false }), {
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
    waits: ({ until }) => (until === null ? { for: 'news' } : { for: 'clock', time: until }),
    merge(states, context) {
      const until = lowest(states.map(state => state.until));
      if (until !== null) context.wakeAt('processing', until);
      return { until, wake: until, done: false };
    },
  });
}
