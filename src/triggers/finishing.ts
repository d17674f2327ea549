/** Triggers that would lose data are refused when a pipeline is built. Only pipelines with a trigger bring this along. */
import type { Trigger } from '../engine/trigger.js';
import { TidemarkError } from '../errors.js';

/** A finished trigger closes its window and loses what comes after. (BEAM-3288) */
export function checkFinishing(trigger: Trigger, allowedLateness: number, where: string): void {
  const { name, finishes } = trigger;
  if (finishes === 'never' || (finishes === 'at-end' && allowedLateness === 0)) return;
  const cure =
    finishes === 'at-end'
      ? 'set allowedLateness to 0, or use afterWatermark()'
      : 'use it in afterWatermark({ early: ... }) or repeatedly()';
  throw new TidemarkError(
    'UNSAFE_TRIGGER',
    `${where}: the trigger ${name} may finish before its window expires and lose later elements. To keep them, ${cure}; to lose them, set finishing: 'allow'.`,
  );
}
