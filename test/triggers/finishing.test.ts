import { expect, it } from 'vitest';
import { afterCount } from '../../src/triggers/afterCount.js';
import { afterWatermark } from '../../src/triggers/afterWatermark.js';
import { checkFinishing } from '../../src/triggers/finishing.js';
import { never } from '../../src/triggers/never.js';
import { refusal } from '../support.js';

it('checkFinishing: refuses triggers that may finish before their window expires', () => {
  const once = afterWatermark({ late: never() });
  for (const [trigger, lateness] of [[never(), 5], [afterWatermark(), Infinity], [once, 0]] as const) // biome-ignore format: one line
    expect(() => checkFinishing(trigger, lateness, 'x')).not.toThrow();
  expect(refusal(() => checkFinishing(once, 1, 'x'))).toContain('To keep them, set allowedLateness to 0, or use afterWatermark();');
  expect(refusal(() => checkFinishing(afterCount(2), 0, 'x'))).toBe(
    "UNSAFE_TRIGGER: x: the trigger afterCount(2) may finish before its window expires and lose later elements. To keep them, use it in afterWatermark({ early: ... }) or repeatedly(); to lose them, set finishing: 'allow'.",
  );
});
