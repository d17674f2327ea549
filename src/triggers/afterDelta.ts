import type { Trigger } from '../engine/trigger.js';
import { checkFunction, mustBe } from '../errors.js';
import { defineTrigger } from './defineTrigger.js';

/** State of {@link afterDelta}: the element that distances are measured from, if there is one, and the one that is far enough from it. */
export interface DeltaState<T> {
  from: T[];
  due: T[];
}

/**
 * Fires whenever an element is further than `threshold` from the one that made it fire last (at first: from the first element), for
 * ever. The state keeps these elements, so they must be plain data. In merging sessions the reference of the earliest session holds.
 * (Flink's DeltaTrigger, which does not merge.)
 *
 * @param threshold The distance that an element must exceed.
 * @param distance From the element that it fired for last to the new one.
 * @throws TidemarkError `BAD_OPTION` for a threshold that is no number, or a distance that is no function; on the stream `BAD_VALUE`
 * for a distance that is no number.
 * @example
 * ```ts
 * import { afterDelta } from 'tidemark';
 *
 * // Says a position when the car is more than 100 metres from the last one said.
 * const moved = afterDelta<{ metres: number }>(100, (from, to) => to.metres - from.metres);
 * ```
 */
export function afterDelta<T>(threshold: number, distance: (from: T, to: T) => number): Trigger<T, DeltaState<T>> {
  if (!Number.isFinite(threshold)) throw mustBe('afterDelta: threshold', 'a finite number', threshold);
  checkFunction(distance, 'afterDelta: distance');
  return defineTrigger<T, DeltaState<T>>({
    name: `afterDelta(${threshold})`,
    fires: 'any-time',
    finishes: 'never',
    init: () => ({ from: [], due: [] }),
    onElement(state, value) {
      if (state.from.length === 0) return { from: [value], due: [] };
      const far = distance(state.from[0] as T, value);
      if (typeof far !== 'number' || Number.isNaN(far)) throw mustBe('afterDelta: distance', 'a number', far, '', 'BAD_VALUE');
      if (far > threshold) state.due = [value];
      return state;
    },
    shouldFire: state => state.due.length > 0,
    onFire: state => ({ from: state.due.length > 0 ? state.due : state.from, due: [] }),
    isFinished: () => false,
    merge: states => ({
      from: states.find(state => state.from.length > 0)?.from ?? [],
      due: states.find(state => state.due.length > 0)?.due ?? [],
    }),
    // A sibling has fired: what was far is said, but the reference is still what this trigger fired for.
    clear: state => ({ from: state.from, due: [] }),
  });
}
