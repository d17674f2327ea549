import type { Trigger } from '../engine/trigger.js';
import { checkFlag, readOptions } from '../errors.js';
import { type Duration, nonNegative } from '../time/duration.js';
import { checkTrigger } from './check.js';
import { type DeadlineState, deadline } from './deadline.js';
import { defineTrigger } from './defineTrigger.js';
import { clear, waitsOf } from './parts.js';

/** State of {@link processingTimeout}: that of the trigger inside, and the timeout, which is `done` while it waits for that trigger. */
export interface TimeoutState {
  of: unknown;
  timeout: DeadlineState;
}

/** What {@link processingTimeout} takes; the words are Flink's. */
export interface ProcessingTimeoutOptions {
  /**
   * Whether each element sets the timeout anew.
   * @defaultValue false: it counts from the first element after a firing
   */
  readonly resetTimerOnNewRecord?: boolean;
  /**
   * Whether a timeout makes the trigger inside forget what it has seen of the pane.
   * @defaultValue true; if false it goes on counting, and after a timeout there is none until it has fired (with
   * `resetTimerOnNewRecord`: until the next element)
   */
  readonly shouldClearOnTimeout?: boolean;
}

/**
 * Fires whenever `trigger` does, and when the clock has reached the arrival of the first element after a firing + `interval`; for ever.
 * When `trigger` has fired, the timeout begins anew, and so does `trigger` if it has finished. In merging sessions the earliest
 * timeout holds. (Flink's ProcessingTimeoutTrigger, which does not merge.)
 *
 * @param trigger What usually fires.
 * @param interval How long, by the clock, an element waits at most; 0: not at all.
 * @throws TidemarkError `BAD_OPTION` or `BAD_DURATION` for what is no trigger, no time, or no such option.
 * @example
 * ```ts
 * import { afterCount, processingTimeout } from 'tidemark';
 *
 * const batches = processingTimeout(afterCount(100), '5s'); // 100 elements, or what has come in 5 seconds
 * // A pane for every hundredth element, as ever, and one when no element has come for 5 seconds:
 * const guesses = processingTimeout(afterCount(100), '5s', { resetTimerOnNewRecord: true, shouldClearOnTimeout: false });
 * ```
 */
export function processingTimeout<T>(
  trigger: Trigger<T>,
  interval: Duration,
  options: ProcessingTimeoutOptions = {},
): Trigger<T, TimeoutState> {
  checkTrigger(trigger, 'processingTimeout: trigger');
  const delay = nonNegative(interval, 'processingTimeout: interval');
  const { resetTimerOnNewRecord: resets = false, shouldClearOnTimeout: clears = true } = readOptions(
    options,
    { resetTimerOnNewRecord: checkFlag, shouldClearOnTimeout: checkFlag },
    'processingTimeout',
  );
  const timeout = deadline('', delay, resets);
  const again = (state: unknown): unknown => (trigger.isFinished(state) ? trigger.init() : state);
  const said = `${resets ? ', resetTimerOnNewRecord' : ''}${clears ? '' : ', shouldClearOnTimeout false'}`;
  return defineTrigger<T, TimeoutState>({
    name: `processingTimeout(${trigger.name}, ${interval}${said})`,
    fires: 'any-time',
    finishes: 'never',
    init: () => ({ of: trigger.init(), timeout: timeout.init() }),
    onElement(state, value, timestamp, context) {
      state.of = trigger.onElement(state.of, value, timestamp, context);
      if (resets && state.timeout.done) state.timeout = timeout.init();
      if (!state.timeout.done) state.timeout = timeout.onElement(state.timeout, value, timestamp, context);
      return state;
    },
    shouldFire(state, context) {
      // Both are asked, since asking may be what sets the next wake-up.
      const isDue = trigger.shouldFire(state.of, context);
      return timeout.shouldFire(state.timeout, context) || isDue;
    },
    waits: (state, context) => waitsOf('any', [trigger, timeout], [state.of, state.timeout], context),
    onFire(state, context) {
      if (trigger.shouldFire(state.of, context)) return { of: again(trigger.onFire(state.of, context)), timeout: timeout.init() };
      if (clears) return { of: clear(trigger, state.of), timeout: timeout.init() };
      return { of: state.of, timeout: timeout.onFire(state.timeout, context) };
    },
    isFinished: () => false,
    merge(states, context) {
      // What waits in one of the sessions waits no longer, though the timeout of another is over.
      const open = states.map(state => state.timeout).filter(({ done }) => !done);
      const of = states.map(state => state.of);
      return {
        of: again(trigger.merge(of, context)),
        timeout: open.length > 0 ? timeout.merge(open, context) : (states[0] as TimeoutState).timeout,
      };
    },
    clear: state => ({ of: clear(trigger, state.of), timeout: timeout.init() }),
  });
}
