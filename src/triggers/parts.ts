/** What composite triggers ask of their parts. */
import type { Moment, Trigger, TriggerContext, TriggerWait } from '../engine/trigger.js';

const ORDER: readonly Moment[] = ['any-time', 'at-end', 'never'];

/** The earliest of some moments. */
export function earliest(moments: readonly Moment[]): Moment {
  return ORDER[Math.min(2, ...moments.map(moment => ORDER.indexOf(moment)))] as Moment;
}

/** The latest of some moments. */
export function latest(moments: readonly Moment[]): Moment {
  return ORDER[Math.max(0, ...moments.map(moment => ORDER.indexOf(moment)))] as Moment;
}

/** What has to come before one of some triggers is due, or all of them. Those that have finished are no matter, those that never fire stop all. */
export function waitsOf(
  how: 'any' | 'all',
  triggers: readonly Trigger[],
  states: readonly unknown[],
  context: TriggerContext,
): TriggerWait {
  const open = triggers.flatMap((trigger, i): TriggerWait[] => {
    if (trigger.isFinished(states[i])) return [];
    return [trigger.waits?.(states[i], context) ?? { for: 'trigger', name: trigger.name }];
  });
  const of = open.filter(wait => wait.for !== 'never');
  if (of.length === 0 || (how === 'all' && of.length < open.length)) return { for: 'never' };
  return of.length === 1 ? (of[0] as TriggerWait) : { for: how, of };
}

/** `clear` of any trigger, with its default. */
export function clear<S>(trigger: Trigger<never, S>, state: S): S {
  if (trigger.clear) return trigger.clear(state);
  return trigger.isFinished(state) ? state : trigger.init();
}
