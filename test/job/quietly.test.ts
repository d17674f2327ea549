import { expect, it } from 'vitest';
import { quietly } from '../../src/job/quietly.js';

it('lets go at once, and waits, whatever comes of it', async () => {
  let released = 0;
  const waits = quietly(async () => {
    released++;
    await Promise.resolve();
    released++;
  });
  expect(released).toBe(1);
  await waits;
  expect(released).toBe(2);
  await quietly(() => {
    throw new Error('torn');
  });
  await quietly(() => Promise.reject(new Error('torn')));
});
