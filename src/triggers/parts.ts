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

/** What has to come before one of some triggers is due, or all of them; those that have finished are no matter. */
export function waitsOf(
  how: 'any' | 'all',
  triggers: readonly Trigger[],
  states: readonly unknown[],
  context: TriggerContext,
): TriggerWait {
  return {
    for: how,
    of: triggers.flatMap((trigger, i) =>
      trigger.isFinished(states[i]) ? [] : (trigger.waits?.(states[i], context) ?? { for: 'trigger', name: trigger.name }),
    ),
  };
}

/** `clear` of any trigger, with its default. */
export function clear<S>(trigger: Trigger<never, S>, state: S): S {
  if (trigger.clear) return trigger.clear(state);
  return trigger.isFinished(state) ? state : trigger.init();
}
