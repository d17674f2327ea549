/**
 * The trigger that windows have when none is given: due whenever the watermark has passed the end, so once on time and then
 * with each late element. It needs no state. Equal to `afterWatermark()`. (Beam's default trigger.)
 */
import type { Trigger } from './trigger.js';

export const defaultTrigger: Trigger<unknown, null> = {
  name: 'afterWatermark()',
  fires: 'at-end',
  finishes: 'never',
  showsAtEnd: true,
  isDefault: true,
  init: () => null,
  onElement: () => null,
  shouldFire: (_state, context) => context.watermark >= context.end,
  onFire: () => null,
  isFinished: () => false,
  merge: () => null,
};
