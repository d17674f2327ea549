import { expect, it } from 'vitest';
import { never } from '../../src/triggers/never.js';
import { moments, run, session } from './support.js';

it('never: does nothing, whatever comes', () => {
  expect(run(never(), 'e w50 e w100 c500 e')).toBe('------');
  expect(
    session(never(), 'e')
      .merge([session(never(), 'e')], 120)
      .run('w200'),
  ).toBe('-');
  expect([never().name, moments(never()), never().clear?.(null)]).toEqual(['never()', 'never, never', null]);
});
