import { expect, it } from 'vitest';
import { checkTrigger, checkTriggers } from '../../src/triggers/check.js';
import { never } from '../../src/triggers/never.js';
import { refusal } from '../support.js';

it('checkTrigger: takes triggers and nothing else', () => {
  expect(() => checkTrigger(never(), 'x')).not.toThrow();
  expect(refusal(() => checkTrigger(null, 'x'))).toBe(
    "BAD_OPTION: x must be a trigger, such as afterCount(10) or every('1s'), but came as null.",
  );
  expect(refusal(() => checkTrigger(never, 'x'))).toBe(
    "BAD_OPTION: x must be a trigger, such as afterCount(10) or every('1s'), but came as function never. Call it.",
  );
});

it('checkTriggers: takes one or more', () => {
  expect(() => checkTriggers([never(), never()], 'x')).not.toThrow();
  expect(refusal(() => checkTriggers([], 'x'))).toBe('BAD_OPTION: x: its arguments must be one trigger or more, but came as [].');
  expect(refusal(() => checkTriggers([never(), 'a'], 'x'))).toBe(
    `BAD_OPTION: x: argument 2 must be a trigger, such as afterCount(10) or every('1s'), but came as "a".`,
  );
});
