import { expect, it } from 'vitest';
import { json } from '../../src/kafka/codec.js';
import { readStage } from '../../src/kafka/stageRecord.js';
import { repartition } from '../../src/tasks/repartition.js';
import { World } from './harness.js';
import { numbersOf, records } from './support.js';

it('writes elements by key, and behind them how far it is into every partition, if it has come on', async () => {
  const world = new World({ in: 1 });
  world.kafka.write(records([5, 3, 8]));
  const member = world.start(client =>
    numbersOf(client).pipe(repartition(client, { name: 'r', topic: 'mid', key: ({ value }) => `k${value}`, value: json(), partitions: 2 })),
  );
  const values: number[] = [];
  member.job.values.subscribe(({ value }) => void values.push(value));
  await world.until(() => values.length === 3);
  // Checkpoints at which nothing has changed.
  for (let i = 0; i < 60; i++) await world.turn();
  const entries = world.kafka.read('mid').map(record => ({ partition: record.partition, ...readStage(record) }));
  expect(
    entries
      .filter(({ kind }) => kind === 'element')
      .map(({ timestamp }: any) => timestamp)
      .sort(),
  ).toEqual([3, 5, 8]);
  for (const partition of [0, 1]) {
    const own = entries.filter(entry => entry.partition === partition);
    const marks = own.filter(({ kind }) => kind === 'watermark');
    expect(marks.at(-1)).toMatchObject({ task: 0, watermark: 8 });
    expect(new Set(marks.map(({ watermark }: any) => watermark)).size).toBe(marks.length);
    expect(own.at(-1)?.kind).toBe('watermark');
  }
  await world.end();
});

it('fails the job by a key or a value that cannot be written', async () => {
  const world = new World({ in: 1 });
  world.kafka.write(records([5]));
  const member = world.start(client =>
    numbersOf(client).pipe(repartition(client, { name: 'r', topic: 'mid', key: () => (undefined as any).x, value: json() })),
  );
  await world.until(() => member.outcome !== undefined);
  expect(member.outcome).toMatchObject({ error: expect.any(TypeError) });
});
