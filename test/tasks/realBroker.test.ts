/** Jobs over a real broker: several processes' worth of clients, which come and go. */
import { describe, expect, it } from 'vitest';
import { count } from '../../src/aggregates/count.js';
import { sum } from '../../src/aggregates/sum.js';
import type { Job } from '../../src/job/job.js';
import { run } from '../../src/job/run.js';
import { json } from '../../src/kafka/codec.js';
import { paneValue } from '../../src/kafka/paneRecord.js';
import { windowBy } from '../../src/operators/windowBy.js';
import { memoryStorage } from '../../src/storages/memoryStorage.js';
import { fromKafka } from '../../src/tasks/fromKafka.js';
import { repartition } from '../../src/tasks/repartition.js';
import { toKafka } from '../../src/tasks/toKafka.js';
import { boundedOutOfOrderness } from '../../src/time/boundedOutOfOrderness.js';
import { tumbling } from '../../src/windows/tumbling.js';
import { readAll, textOf } from '../kafka/bench.js';
import { realBench } from '../kafka/realBench.js';
import { sharedBroker } from '../kafka/shared.js';

const address = await sharedBroker();
const PARTITIONS = 3;
const USERS = 30;

describe.skipIf(!address)('a job over a real broker', () => {
  it('says every pane once, while processes come and go', async () => {
    const bench = await realBench(address as string);
    const storage = memoryStorage();
    const [input, output, name] = [bench.name(), bench.name(), bench.name()];
    await bench.createTopic(input, PARTITIONS);
    await bench.createTopic(output, 2);
    const jobs: Job<unknown>[] = [];
    let checkpoints = 0;
    let wake: () => void = () => undefined;
    const start = (): Job<unknown> => {
      const client = bench.client();
      const counts = fromKafka(client, {
        name: 'clicks',
        topic: input,
        value: json<{ user: string }>(),
        watermark: boundedOutOfOrderness(50),
      }).pipe(
        windowBy(tumbling(100), { name: 'perUser', key: ({ value }) => value.user, aggregate: count() }),
        toKafka(client, { name: 'counts', topic: output, value: paneValue(json()) }),
      );
      const job = run(counts, { name, storage, checkpoints: { every: 100, minPause: 0 } });
      job.events.subscribe(event => {
        if (event.type !== 'task' || event.event.type !== 'checkpoint') return;
        checkpoints++;
        wake();
      });
      jobs.push(job);
      return job;
    };
    const nextCheckpoints = async (number: number): Promise<void> => {
      for (const goal = checkpoints + number; checkpoints < goal; ) await new Promise<void>(resolve => (wake = resolve));
    };
    const writer = await bench.client().producer();
    let at = 0;
    const write = async (elements: number): Promise<void> => {
      const records = Array.from({ length: elements }, () => {
        const user = `u${at % USERS}`;
        return { topic: input, key: user, value: JSON.stringify({ user }), timestamp: at++ };
      });
      await writer.send(records);
    };
    try {
      const first = start();
      await write(3000);
      await nextCheckpoints(4);
      const second = start();
      await write(3000);
      await nextCheckpoints(8);
      await first.stop({ drain: true });
      await write(3000);
      // The end of event time, for all that came before.
      await writer.send(
        Array.from({ length: PARTITIONS }, (_, partition) => ({ topic: input, partition, value: '{"user":"end"}', timestamp: 20_000 })),
      );
      const windows = 90;
      const panes = await readAll(bench, output, [0, 1], windows * USERS);
      expect(new Set(panes.map(({ key, timestamp }) => `${textOf(key)} ${timestamp}`)).size).toBe(windows * USERS);
      expect(panes.reduce((sum, { value }) => sum + Number(textOf(value)), 0)).toBe(9000);
      expect(panes).toHaveLength(windows * USERS);
      await second.stop();
    } finally {
      await Promise.all(jobs.map(job => job.stop().catch(() => undefined)));
      await bench.close();
    }
  }, 60_000);

  it('has stages, which agree on event time', async () => {
    const bench = await realBench(address as string);
    const [input, between, output, name] = [bench.name(), bench.name(), bench.name(), bench.name()];
    await bench.createTopic(input, PARTITIONS);
    await bench.createTopic(output, 1);
    const client = bench.client();
    const sums = fromKafka(client, { name: 'numbers', topic: input, value: json<number>() }).pipe(
      windowBy(tumbling(100), { name: 'parts', key: ({ value }) => value % 5, aggregate: count() }),
      repartition(client, { name: 'byRest', topic: between, key: ({ key }) => String(key), value: json(), partitions: 2 }),
      windowBy(tumbling(100), { name: 'sums', key: ({ key }) => key, aggregate: sum(({ value }) => value) }),
      toKafka(client, { name: 'out', topic: output, value: paneValue(json()) }),
    );
    const job = run(sums, { name, storage: memoryStorage(), checkpoints: { every: 100, minPause: 0 } });
    try {
      const writer = await bench.client().producer();
      const numbers = Array.from({ length: 600 }, (_, at) => ({
        topic: input,
        partition: at % PARTITIONS,
        value: String(at),
        timestamp: at,
      }));
      await writer.send(numbers);
      await writer.send(Array.from({ length: PARTITIONS }, (_, partition) => ({ topic: input, partition, value: '7', timestamp: 900 })));
      const panes = await readAll(bench, output, [0], 30);
      expect(panes).toHaveLength(30);
      expect(panes.map(({ value }) => Number(textOf(value)))).toEqual(Array.from({ length: 30 }, () => 20));
    } finally {
      await job.stop().catch(() => undefined);
      await bench.close();
    }
  }, 60_000);
});
