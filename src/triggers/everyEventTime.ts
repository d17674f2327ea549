import type { Trigger, TriggerContext } from '../engine/trigger.js';
import { type Duration, positive } from '../time/duration.js';
import { floorTo } from '../time/timestamp.js';
import { lowest, type OnceState, once } from './once.js';

/** State of {@link everyEventTime}: the earliest element of the pane. */
export interface EveryEventTimeState extends OnceState {
  earliest: number | null;
}

/**
 * Fires when one advance of the watermark passes a multiple of `interval` that lies after the earliest new element; nothing
 * new, no firing. Then it is finished (`early` and `late` repeat it by themselves). A jump over many multiples fires once.
 * (After Flink's ContinuousEventTimeTrigger, which fires once per multiple, new or not.)
 *
 * @example
 * ```ts
 * import { afterWatermark, everyEventTime } from 'tidemark';
 *
 * const trigger = afterWatermark({ early: everyEventTime('10m') }); // within a day's window, a pane every ten minutes of event time
 * ```
 */
export function everyEventTime(interval: Duration): Trigger<unknown, EveryEventTimeState> {
  const period = positive(interval, 'everyEventTime: interval');
  const next = (earliest: number, { watermark }: TriggerContext): number => floorTo(Math.max(earliest, watermark), period, 0) + period;
  const wake = (earliest: number, context: TriggerContext): void => context.wakeAt('event', next(earliest, context));
  return once<unknown, EveryEventTimeState>(`everyEventTime(${interval})`, () => ({ earliest: null, done: false }), {
    onElement(state, _value, timestamp, context) {
      if (state.earliest === null || timestamp < state.earliest) state.earliest = timestamp;
      wake(state.earliest, context);
      return state;
    },
    shouldFire(state, context) {
      if (state.earliest === null || state.done || context.watermark <= context.previousWatermark) return false;
      if (floorTo(context.watermark, period, 0) <= Math.max(context.previousWatermark, state.earliest)) return false;
      // Due, but afterAll may wait for others: then the next multiple counts, even if no element comes before it.
      wake(state.earliest, context);
      return true;
    },
    waits: ({ earliest }, context) => (earliest === null ? { for: 'news' } : { for: 'watermark', time: next(earliest, context) }),
    merge(states, context) {
      const earliest = lowest(states.map(state => state.earliest));
      if (earliest !== null) wake(earliest, context);
      return { earliest, done: false };
    },
  });
}
