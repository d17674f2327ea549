import { expect, it } from 'vitest';
import { InputError, UsageError } from '../../src/cli/failure.js';

it('tells a wrong command line from bad input', () => {
  const [usage, input] = [new UsageError('a'), new InputError('b')];
  expect([usage instanceof InputError, input instanceof UsageError, usage.message, input.message]).toEqual([false, false, 'a', 'b']);
});
