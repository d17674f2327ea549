import type { Trigger, TriggerContext } from '../engine/trigger.js';
import { type Duration, positive } from '../time/duration.js';
import { floorTo } from '../time/timestamp.js';
import { type OnceState, once } from './once.js';

/** State of {@link every}: whether the pane holds something new. */
export interface EveryState extends OnceState {
  fresh: boolean;
}

/**
 * Fires when the processing-time clock passes a multiple of `interval`, if the pane holds something new; then it is finished
 * (`early` and `late` repeat it by themselves). All keys fire at the same instants. (Flink's ContinuousProcessingTimeTrigger.)
 *
 * @example
 * ```ts
 * import { afterWatermark, every } from 'tidemark';
 *
 * const trigger = afterWatermark({ early: every('1s') }); // a guess each second, while there is news
 * ```
 */
export function every(interval: Duration): Trigger<unknown, EveryState> {
  const period = positive(interval, 'every: interval');
  const next = (context: TriggerContext): number => floorTo(context.processingTime, period, 0) + period;
  const wake = (context: TriggerContext): void => context.wakeAt('processing', next(context));
  return once<unknown, EveryState>(`every(${interval})`, () => ({ fresh: false, done: false }), {
    onElement(state, _value, _timestamp, context) {
      state.fresh = true;
      wake(context);
      return state;
    },
    shouldFire(state, context) {
      if (!state.fresh || state.done || floorTo(context.processingTime, period, 0) <= context.previousProcessingTime) return false;
      // Due, but afterAll may wait for others: then the next multiple counts, even if no element comes before it.
      wake(context);
      return true;
    },
    waits: ({ fresh }, context) => (fresh ? { for: 'clock', time: next(context) } : { for: 'news' }),
    merge(states, context) {
      const fresh = states.some(state => state.fresh);
      if (fresh) wake(context);
      return { fresh, done: false };
    },
  });
}
