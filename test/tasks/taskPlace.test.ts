import { expect, it } from 'vitest';
import { text } from '../../src/kafka/codec.js';
import { memoryKafka } from '../../src/kafka/memoryKafka.js';
import type { KafkaSource } from '../../src/tasks/kafkaSource.js';
import { TaskPlace } from '../../src/tasks/taskPlace.js';
import type { Flow } from '../../src/tasks/taskReader.js';

const kafka = memoryKafka({ topics: { a: 5, b: 5 } });
kafka.write(Array.from({ length: 10 }, () => ({ topic: 'a', partition: 3, value: 'x' })));
kafka.trim({ topic: 'a', partition: 3 }, 4);
const client = kafka.client();
const source = (name: string): KafkaSource =>
  ({ client, name, topics: [name], value: text(), buffer: { high: 2, low: 1 } }) as unknown as KafkaSource;
const [a, b] = [source('a'), source('b')];
const told: string[] = [];
const flow = {
  begin: ({ topic, partition }, offset) => void told.push(`${topic}/${partition} at ${offset}`),
  end: () => undefined,
} as Partial<Flow> as Flow;
const place = () =>
  new TaskPlace(
    { client, group: 'g', sources: [a, b], tasks: 2, partitions: 5, upstreamTasks: () => 0 },
    'job/1',
    1,
    Promise.resolve(flow),
    undefined as never,
    () => undefined,
  );

it('has the partitions whose numbers leave its number by the number of tasks, of all topics or of a source', () => {
  const names = place()
    .partitions()
    .map(({ topic, partition }) => `${topic}/${partition}`);
  expect(names).toEqual(['a/1', 'a/3', 'b/1', 'b/3']);
  expect(
    place()
      .partitions([b])
      .map(({ partition }) => partition),
  ).toEqual([1, 3]);
  expect(place().transactionalId).toBe('g-1');
});

it('reads from the checkpoint on, and otherwise from where the group stands', async () => {
  const here = place();
  here.offsets = new Map([
    ['a/1', 0],
    ['a/3', 5],
  ]);
  await here.read(a).open({ 'a/3': 7 });
  expect(told).toEqual(['a/1 at 0', 'a/3 at 7']);
});

it('refuses what is no longer kept, or not there', async () => {
  for (const offset of [3, 11]) {
    const open = async () => place().read(a).open({ 'a/1': 0, 'a/3': offset });
    await expect(open()).rejects.toMatchObject({
      code: 'NEEDS_OPERATOR',
      message: expect.stringContaining(`stands at offset ${offset} of a/3, of which 4 to 10 is there`),
    });
  }
});
