import { expect, it } from 'vitest';
import { Rooms } from '../../src/job/rooms.js';

it('has as much room as the narrowest', () => {
  const rooms = new Rooms();
  expect(rooms.room).toBe(Infinity);
  let held = 0;
  rooms.add(() => 5);
  rooms.add(() => 3 - held);
  expect(rooms.room).toBe(3);
  held = 3;
  expect(rooms.room).toBe(0);
});

it('wakes all who wait when there is more', async () => {
  const rooms = new Rooms();
  const relieve = rooms.add(() => 1);
  const waiting = Promise.all([rooms.wait(), rooms.wait()]);
  relieve();
  expect(await waiting).toHaveLength(2);
});
