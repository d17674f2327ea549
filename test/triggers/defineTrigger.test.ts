import { expect, it } from 'vitest';
import { generalMachine } from '../../src/engine/generalMachine.js';
import { afterCount } from '../../src/triggers/afterCount.js';
import { defineTrigger } from '../../src/triggers/defineTrigger.js';
import { run } from './support.js';

it('defineTrigger: freezes the methods and brings the machine along', () => {
  const { machine: _, ...plain } = afterCount(2);
  const defined = defineTrigger(plain);
  expect(defined.machine).toBe(generalMachine);
  expect(Object.isFrozen(defined)).toBe(true);
  expect(run(defined, 'e e')).toBe('-X');
});
