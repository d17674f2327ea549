import { expect, it } from 'vitest';
import { TidemarkError } from '../../src/errors.js';
import { TaskRestarts } from '../../src/tasks/taskRestarts.js';

it('tries again after what the world has done, later each time, until it is too much', () => {
  const restarts = new TaskRestarts();
  const fenced = new TidemarkError('FENCED', 'another has it');
  const delays = Array.from({ length: 13 }, () => restarts.after(fenced));
  expect(delays.slice(0, 8)).toEqual([200, 400, 800, 1600, 3200, 6400, 10_000, 10_000]);
  expect(delays.at(-1)).toBeUndefined();
  restarts.progress();
  expect(restarts.after(new TidemarkError('STORAGE_FAILED', 'the disk'))).toBe(200);
});

it('gives the whole job up after what somebody has to mend', () => {
  const restarts = new TaskRestarts();
  for (const error of [new Error('of a mapping'), new TidemarkError('NEEDS_OPERATOR', 'n'), new TidemarkError('TIMED_OUT', 'of mapAsync')])
    expect(restarts.after(error)).toBeUndefined();
});
