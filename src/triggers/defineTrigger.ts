import { generalMachine } from '../engine/generalMachine.js';
import type { Trigger } from '../engine/trigger.js';
import { checkFinishing } from './finishing.js';

/**
 * Makes a trigger of its methods; all of ours are made by it. It brings along the machine that windows with a trigger of
 * their own need, so that pipelines with the default trigger do not carry it.
 *
 * @example
 * ```ts
 * import { defineTrigger, repeatedly } from 'tidemark';
 *
 * // Fires with the first element whose delay exceeds an hour, once.
 * const alarm = defineTrigger<{ delay: number }, { due: boolean; done: boolean }>({
 *   name: 'alarm',
 *   fires: 'any-time',
 *   finishes: 'any-time',
 *   init: () => ({ due: false, done: false }),
 *   onElement: (state, flight) => ({ ...state, due: state.due || flight.delay > 60 }),
 *   shouldFire: state => state.due && !state.done,
 *   onFire: () => ({ due: false, done: true }),
 *   isFinished: state => state.done,
 *   merge: states => ({ due: states.some(s => s.due), done: states.some(s => s.done) }),
 * });
 * const trigger = repeatedly(alarm);
 * ```
 */
export function defineTrigger<T, S>(trigger: Trigger<T, S>): Trigger<T, S> {
  // Within another trigger it is known by its name alone.
  const name = trigger.state ? `${trigger.name} v${trigger.state.version}` : trigger.name;
  return Object.freeze({ ...trigger, name, machine: generalMachine, checkFinishing });
}
