/** The triggers that fire once and are then finished; what several of them become in a merged session is finished if one of them is. */
import type { Trigger } from '../engine/trigger.js';
import { defineTrigger } from './defineTrigger.js';

/** State of a trigger that fires once. */
export interface OnceState {
  done: boolean;
}

/** A trigger that is due by what it has seen of the pane. `merge` is asked about unfinished ones alone. */
export function once<T, S extends OnceState>(
  name: string,
  init: () => S,
  methods: Pick<Required<Trigger<T, S>>, 'onElement' | 'shouldFire' | 'merge' | 'waits'>,
): Trigger<T, S> {
  const finished = (): S => ({ ...init(), done: true });
  return defineTrigger<T, S>({
    ...methods,
    name,
    fires: 'any-time',
    finishes: 'any-time',
    init,
    onFire: finished,
    isFinished: state => state.done,
    merge: (states, context) => (states.some(state => state.done) ? finished() : methods.merge(states, context)),
    clear: state => (state.done ? finished() : init()),
  });
}

/** The lowest of some times, null if there is none. */
export function lowest(times: readonly (number | null)[]): number | null {
  const known = times.filter(time => time !== null);
  return known.length > 0 ? Math.min(...known) : null;
}
