import type { Trigger } from '../engine/trigger.js';
import { checkTrigger } from './check.js';
import { defineTrigger } from './defineTrigger.js';
import { clear, earliest, waitsOf } from './parts.js';

/** State of {@link orFinally}. */
export interface OrFinallyState {
  main: unknown;
  until: unknown;
  done: boolean;
}

/**
 * Fires whenever `main` does, until `until` is due: that firing is the last. `until` counts across main's firings.
 * Finished when either is. (Beam's orFinally.)
 *
 * @example
 * ```ts
 * import { afterCount, afterWatermark, orFinally, repeatedly } from 'tidemark';
 *
 * const trigger = orFinally(repeatedly(afterCount(10)), afterWatermark());
 * ```
 */
export function orFinally<T>(main: Trigger<T>, until: Trigger<T>): Trigger<T, OrFinallyState> {
  checkTrigger(main, 'orFinally: main');
  checkTrigger(until, 'orFinally: until');
  return defineTrigger<T, OrFinallyState>({
    name: `orFinally(${main.name}, ${until.name})`,
    fires: earliest([main.fires, until.fires]),
    finishes: earliest([main.finishes, until.fires]),
    init: () => ({ main: main.init(), until: until.init(), done: false }),
    onElement(state, value, timestamp, context) {
      state.main = main.onElement(state.main, value, timestamp, context);
      state.until = until.onElement(state.until, value, timestamp, context);
      return state;
    },
    shouldFire(state, context) {
      if (state.done) return false;
      // Both are asked, since asking may be what sets the next wake-up.
      const isMainDue = main.shouldFire(state.main, context);
      return until.shouldFire(state.until, context) || isMainDue;
    },
    waits: (state, context) => waitsOf('any', [main, until], [state.main, state.until], context),
    onFire(state, context) {
      if (until.shouldFire(state.until, context)) {
        return { main: clear(main, state.main), until: until.onFire(state.until, context), done: true };
      }
      const fired = main.onFire(state.main, context);
      return { main: fired, until: state.until, done: main.isFinished(fired) };
    },
    isFinished: state => state.done,
    merge(states, context) {
      const mergedMain = main.merge(
        states.map(state => state.main),
        context,
      );
      const mergedUntil = until.merge(
        states.map(state => state.until),
        context,
      );
      return { main: mergedMain, until: mergedUntil, done: main.isFinished(mergedMain) || until.isFinished(mergedUntil) };
    },
    clear: state => ({ main: clear(main, state.main), until: clear(until, state.until), done: state.done }),
  });
}
