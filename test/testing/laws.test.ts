import { expect, it } from 'vitest';
import { Breach, begins, lawBroken } from '../../src/testing/laws.js';
import { refusal } from '../support.js';

it('lawBroken: says the law, where, the input, and what came or was thrown', () => {
  const breach = new Breach('one', 'two');
  const error = lawBroken('assertX: thing', 'one is one', 'seed 1', 'input: 5', breach);
  expect(error.message).toBe('assertX: thing breaks the law "one is one" (seed 1)\n  input: 5\n  expected: one\n  got: two');
  expect([error.cause, breach.message]).toEqual([breach, 'expected one, got two']);
  expect(lawBroken('assertX: thing', 'law', 'seed 1', 'input: 5', new RangeError('no')).message).toBe(
    'assertX: thing breaks the law "law" (seed 1)\n  input: 5\n  threw: RangeError: no',
  );
});

it('begins: refuses no values and no runs', () => {
  const options = { values: [1], runs: 5 };
  expect(begins('f', options)).toBe(options);
  expect(refusal(() => begins('f', { values: undefined as never }))).toBe(
    'BAD_OPTION: f: values must be an array of at least one element, but came as undefined.',
  );
  expect(refusal(() => begins('f', { values: [1], runs: -1 }))).toBe(
    'BAD_OPTION: f: runs must be a whole number of at least 1, but came as -1.',
  );
});
