import { expect, it } from 'vitest';
import { world } from '../../src/job/world.js';

it('is the world: effects, pauses, clocks and timers', async () => {
  expect(await world.io('effect', async () => 5)).toBe(5);
  let other = false;
  setImmediate(() => {
    other = true;
  });
  await world.pause();
  expect(other).toBe(true);
  expect(world.now()).toBeLessThanOrEqual(world.now());
  expect(Math.abs(world.wallClock() - Date.now())).toBeLessThan(60_000);
  expect(world.nonce()).not.toBe(world.nonce());
  let called = false;
  world.after(0, () => {
    called = true;
  })();
  await new Promise<void>(resolve => {
    world.after(1, resolve);
  });
  expect(called).toBe(false);
});
