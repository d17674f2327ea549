import { expect, it } from 'vitest';
import { World } from './harness.js';
import { copies, records, valuesIn } from './support.js';

const loosely = copies({}, { delivery: 'at-least-once', room: 2 });

it('writes rows at once, before any checkpoint', async () => {
  const world = new World({ in: 1, out: 1 });
  world.kafka.write(records([1, 2, 3, 4, 5]));
  const { job } = world.start(loosely, { checkpoints: { every: '1h' } });
  await world.until(() => valuesIn(world.kafka).length === 5);
  expect(job.status.checkpoint).toBeUndefined();
  expect(valuesIn(world.kafka)).toEqual(['1', '2', '3', '4', '5']);
  await world.end();
});

it('loses nothing where sends fail: what is not known to be there is sent again', async () => {
  let sends = 0;
  const world = new World({ in: 1, out: 1 }, what =>
    what === 'send out' && ++sends < 6 && sends % 2 === 0 ? (sends % 4 ? 'before' : 'after') : undefined,
  );
  world.kafka.write(records([1, 2, 3, 4, 5, 6]));
  const member = world.start(loosely);
  await world.until(() => (member.job.status.checkpoint ?? 0) > 12);
  expect(member.events.some(event => event.type === 'task' && event.event.type === 'restarting')).toBe(true);
  expect([...new Set(valuesIn(world.kafka))].sort()).toEqual(['1', '2', '3', '4', '5', '6']);
  await world.end();
});
