import { expect, it } from 'vitest';
import { asyncCounts } from '../../src/engine/asyncCounts.js';

it('asyncCounts begins at zero, anew each time', () => {
  const counts = asyncCounts();
  expect(counts).toEqual({ inFlight: 0, waiting: 0, held: 0, retries: 0, timeouts: 0 });
  expect(asyncCounts()).not.toBe(counts);
});
