import { expect, it } from 'vitest';
import { arrivalTime } from '../../src/time/arrivalTime.js';
import { refusal } from '../support.js';

it('arrivalTime: the timestamp is the watermark, and nothing needs to be remembered', () => {
  const strategy = arrivalTime({ every: '1s' });
  expect([strategy.name, strategy.tick, arrivalTime().tick]).toEqual(['arrivalTime()', 1_000, 100]);
  const generator = strategy.create();
  expect([generator.onEvent(5, {}), generator.memory()]).toEqual([5, null]);
});

it('arrivalTime: refuses ticks of no length', () => {
  expect(refusal(() => arrivalTime({ every: 0 }))).toBe(
    'BAD_OPTION: arrivalTime: every must be longer than zero and finite, but came as 0.',
  );
});
