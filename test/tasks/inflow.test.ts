import { describe, expect, it } from 'vitest';
import { World } from './harness.js';
import { numbersOf, records } from './support.js';

const steps = (from: number, to: number, by: number): number[] =>
  Array.from({ length: Math.floor((to - from) / by) }, (_, i) => from + i * by);

/** The order in which numbers of two topics enter, one task each. */
async function entered(
  alignment: { readonly alignment?: number },
  slow: readonly number[],
  fast: readonly number[],
): Promise<[topic: string, at: number][]> {
  const world = new World({ a: 1, b: 1 });
  const order: [string, number][] = [];
  // Those of the fast one are there first.
  world.kafka.write(records(fast, 0, 'b'));
  const { job } = world.start(client => numbersOf(client, { topics: ['a', 'b'], buffer: { high: 4, low: 1 }, ...alignment }));
  job.values.subscribe(({ topic, value }) => void order.push([topic, value]));
  world.kafka.write(records(slow, 0, 'a'));
  await world.until(() => order.length === slow.length + fast.length);
  await world.end();
  return order;
}

describe('alignment', () => {
  it('keeps a partition that is ahead near the slowest that still has something', async () => {
    const order = await entered({ alignment: 20 }, steps(0, 400, 2), steps(0, 4000, 20));
    let slowest = 0;
    const lastOfSlow = order.map(([topic]) => topic).lastIndexOf('a');
    for (const [topic, at] of order.slice(0, lastOfSlow)) {
      if (topic === 'a') slowest = at;
      // By itself, and by a batch of three.
      else expect(at - slowest).toBeLessThanOrEqual(20 + 3 * 20 + 2);
    }
  });

  it('waits for nobody who has nothing', async () => {
    const order = await entered({ alignment: 20 }, [], steps(0, 4000, 20));
    expect(order).toHaveLength(200);
  });
});

describe('how far reading is behind', () => {
  it('is told every ten seconds, with what does not move though there is something', async () => {
    let deaf = false;
    const world = new World({ in: 2 });
    const member = world.start(client => {
      const subscribe = client.subscribe.bind(client);
      client.subscribe = options =>
        subscribe({
          ...options,
          listener: { ...wrapped(options.listener), records: batch => void (deaf || options.listener.records(batch)) },
        });
      return numbersOf(client);
    });
    world.kafka.write([...records([1, 2, 3], 0), ...records([4], 1)]);
    await world.until(() => member.events.some(({ type }) => type === 'kafkaLag'));
    const first = member.events.find(({ type }) => type === 'kafkaLag');
    expect(first).toMatchObject({
      lag: 0,
      partitions: [
        { topic: 'in', partition: 0, position: 3, lag: 0 },
        { partition: 1, position: 1 },
      ],
    });
    deaf = true;
    world.kafka.write(records([5, 6], 1));
    await world.until(() => member.events.some(({ type }) => type === 'stuck'), 'a stuck partition', 10_000);
    expect(member.events.find(({ type }) => type === 'stuck')).toMatchObject({
      topic: 'in',
      partition: 1,
      stuck: true,
      position: 1,
      lag: 2,
    });
    await world.end();
  });
});

function wrapped(listener: object): any {
  return new Proxy(listener, {
    get: (target, name) => (target as any)[name]?.bind?.(target),
    ownKeys: () => ['assigned', 'lost', 'rebalancing', 'failed'],
    getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }),
  });
}
