import { describe, expect, it } from 'vitest';
import { World } from './harness.js';
import { copies, records, valuesIn } from './support.js';

describe('the tasks of a process', () => {
  it('have time for a last checkpoint before partitions are divided anew, so that nothing is read twice', async () => {
    const world = new World({ in: 2, out: 1 });
    world.kafka.write([...records([1, 2], 0), ...records([3, 4], 1)]);
    const options = { checkpoints: { every: '1h' } } as const;
    let read = 0;
    const count = copies({
      timestamp: ({ timestamp }) => {
        read++;
        return timestamp;
      },
    });
    const first = world.start(count, options);
    await world.until(() => read === 4);
    for (let i = 0; i < 5; i++) await world.turn();
    const second = world.start(count, options);
    await world.until(() => second.events.some(event => event.type === 'task' && event.event.type === 'started'));
    expect(valuesIn(world.kafka).sort()).toEqual(['1', '2', '3', '4']);
    for (let i = 0; i < 10; i++) await world.turn();
    expect([read, first.outcome]).toEqual([4, undefined]);
    await world.end();
  });

  it('are waited for no longer than was said', async () => {
    let hangs = false;
    const world = new World({ in: 1, out: 1 });
    const { storage } = world;
    const stuck = {
      ...storage,
      putChunk: (...chunk: Parameters<typeof storage.putChunk>) =>
        hangs ? new Promise<void>(() => undefined) : storage.putChunk(...chunk),
    };
    world.kafka.write(records([1, 2]));
    const first = world.start(copies({ handover: '3s' }), { storage: stuck, checkpoints: { every: '1h' } });
    await world.until(() => first.events.some(event => event.type === 'task' && event.event.type === 'started'));
    for (let i = 0; i < 5; i++) await world.turn();
    hangs = true;
    const from = world.now;
    const second = world.start(copies());
    await world.until(() => second.job.status.state === 'running');
    expect(world.now - from).toBeGreaterThan(2900);
    expect(world.now - from).toBeLessThan(3500);
    hangs = false;
    world.crash(first);
    await world.until(() => valuesIn(world.kafka).length === 2);
    await world.end();
  });

  it('join again when the group cannot be reached, and give up when that helps nothing', async () => {
    let refused = 2;
    const world = new World({ in: 1, out: 1 }, what => (what === 'join job' && refused-- > 0 ? 'before' : undefined));
    world.kafka.write(records([1]));
    world.start(copies());
    await world.until(() => valuesIn(world.kafka).length === 1);
    await world.end();
    const hopeless = new World({ in: 1, out: 1 }, what => (what === 'join job' ? 'before' : undefined));
    const member = hopeless.start(copies());
    await hopeless.until(() => member.outcome !== undefined, 'an end', 10_000);
    expect(member.outcome).toMatchObject({ error: { code: 'KAFKA_FAILED' } });
  });

  it('are the end of the job where records were deleted before they were read', async () => {
    const world = new World({ in: 1, out: 1 });
    world.kafka.write(records([1, 2, 3, 4]));
    const first = world.start(copies());
    await world.until(() => valuesIn(world.kafka).length === 4);
    await world.end();
    world.kafka.write(records([5, 6, 7]));
    world.kafka.trim({ topic: 'in', partition: 0 }, 6);
    const second = world.start(copies());
    await world.until(() => second.outcome !== undefined);
    expect(second.outcome).toMatchObject({
      error: { code: 'NEEDS_OPERATOR', message: expect.stringContaining('of which 6 to 7 is there') },
    });
    expect(first.outcome).toBe('done');
  });

  it('keep bundles of partitions together', async () => {
    const world = new World({ in: 7, out: 1 });
    world.kafka.write([0, 1, 2, 3, 4, 5, 6].flatMap(partition => records([partition], partition)));
    const members = [world.start(copies({ tasks: 3 })), world.start(copies({ tasks: 3 }))];
    await world.until(() => valuesIn(world.kafka).length === 7);
    const shares = members.map(
      ({ events }) => new Set(events.flatMap(event => (event.type === 'task' && event.event.type === 'started' ? [event.task] : []))),
    );
    expect(new Set(shares.flatMap(share => [...share]))).toEqual(new Set([0, 1, 2]));
    expect(valuesIn(world.kafka).sort()).toEqual(['0', '1', '2', '3', '4', '5', '6']);
    const described = await world.kafka.client().describe('job');
    for (const { partitions } of described) expect(partitions.length).toBeGreaterThan(1);
    await world.end();
  });
});
