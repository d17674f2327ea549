import { expect, it } from 'vitest';
import { text } from '../../src/kafka/codec.js';
import { memoryKafka } from '../../src/kafka/memoryKafka.js';
import type { KafkaSource, KafkaStart } from '../../src/tasks/kafkaSource.js';
import { startsOf } from '../../src/tasks/startsOf.js';
import { TaskPlace } from '../../src/tasks/taskPlace.js';

it('begins where the group has no position as each source says', async () => {
  const kafka = memoryKafka({ topics: { a: 2, b: 2 } });
  for (const at of [10, 20, 30]) kafka.write(['a', 'b'].map(topic => ({ topic, partition: 1, value: 'x', timestamp: at })));
  kafka.trim({ topic: 'a', partition: 1 }, 1);
  const client = kafka.client();
  const source = (topic: string, start: KafkaStart): KafkaSource =>
    ({ client, name: topic, topics: [topic], value: text(), start }) as unknown as KafkaSource;
  const startsFor = async (start: KafkaStart, known: readonly [string, number][] = []) => {
    const sources = [source('a', start), source('b', 'earliest')];
    const place = new TaskPlace(
      { client, group: 'g', sources, tasks: 2, partitions: 2, upstreamTasks: () => 0 },
      'job/1',
      1,
      undefined as never,
      undefined as never,
      () => undefined,
    );
    return Object.fromEntries(await startsOf(place, new Map(known)));
  };
  expect(await startsFor('earliest')).toEqual({ 'a/1': 1, 'b/1': 0 });
  expect(await startsFor('committed')).toEqual({ 'a/1': 1, 'b/1': 0 });
  expect(await startsFor('latest')).toEqual({ 'a/1': 3, 'b/1': 0 });
  expect(await startsFor({ at: 15 })).toEqual({ 'a/1': 1, 'b/1': 0 });
  expect(await startsFor({ at: 25 })).toEqual({ 'a/1': 2, 'b/1': 0 });
  expect(await startsFor('latest', [['a/1', 2]])).toEqual({ 'a/1': 2, 'b/1': 0 });
});
