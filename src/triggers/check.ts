/** What trigger functions demand of their arguments. */

import type { Trigger } from '../engine/trigger.js';
import { mustBe } from '../errors.js';

/** Refuses what is no trigger, at assembly. */
export function checkTrigger(trigger: unknown, where: string): void {
  const candidate = trigger as Partial<Trigger> | null | undefined;
  if (typeof candidate === 'object' && candidate && typeof candidate.shouldFire === 'function' && typeof candidate.init === 'function')
    return;
  const hint = typeof trigger === 'function' ? 'Call it.' : '';
  throw mustBe(where, "a trigger, such as afterCount(10) or every('1s')", trigger, hint);
}

/** Refuses an empty list of triggers and anything in it that is no trigger. */
export function checkTriggers(triggers: readonly unknown[], where: string): void {
  if (triggers.length === 0) throw mustBe(`${where}: its arguments`, 'one trigger or more', triggers);
  triggers.forEach((trigger, index) => checkTrigger(trigger, `${where}: argument ${index + 1}`));
}
