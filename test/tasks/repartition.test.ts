import { describe, expect, it } from 'vitest';
import { count } from '../../src/aggregates/count.js';
import { replayable } from '../../src/job/replayable.js';
import { run } from '../../src/job/run.js';
import { json } from '../../src/kafka/codec.js';
import { memoryKafka } from '../../src/kafka/memoryKafka.js';
import { eventTime } from '../../src/operators/eventTime.js';
import { windowBy } from '../../src/operators/windowBy.js';
import { repartition } from '../../src/tasks/repartition.js';
import { manualClock } from '../../src/testing/manualClock.js';
import { tumbling } from '../../src/windows/tumbling.js';
import { refusal } from '../support.js';
import { World } from './harness.js';
import { numbersOf, records } from './support.js';

const client = memoryKafka({ topics: { in: 2 } }).client();
const value = json<number>();

describe('repartition', () => {
  it.each([
    ['no client', undefined, { name: 'r', topic: 't', key: String, value }, "repartition: the client's subscribe must be a function"],
    ['no name', client, { topic: 't', key: String, value }, 'repartition: name must be a text'],
    ['no topic', client, { name: 'r', key: String, value }, 'topic must be a text'],
    ['no key', client, { name: 'r', topic: 't', value }, 'key must be a function'],
    ['what cannot be read again', client, { name: 'r', topic: 't', key: String, value: { encode: String } }, 'value must be a decoder'],
    ['no partitions', client, { name: 'r', topic: 't', key: String, value, partitions: 0 }, 'partitions must be a whole number from 1'],
    ['a misspelt option', client, { name: 'r', topic: 't', key: String, value, task: 1 }, 'there is no option "task"'],
  ])('refuses %s', (_what, of, options, sentence) => {
    expect(refusal(() => repartition(of as never, options as never))).toContain(sentence);
  });

  it('does nothing without a job, and needs Kafka in a job', () => {
    const panes: number[] = [];
    const numbers = eventTime([1, 2, 3, 11], { timestamp: n => n });
    const by = repartition<number>(client, { name: 'r', topic: 't', key: String, value });
    numbers.pipe(by, windowBy(tumbling(10), { aggregate: count() })).subscribe(pane => panes.push(pane.value));
    expect(panes).toEqual([3, 1]);
    const stored = eventTime(replayable([1]), { name: 'n', timestamp: n => n });
    expect(refusal(() => run(stored.pipe(by), { name: 'job' }))).toContain('stands beside fromKafka');
  });

  it('brings together what lay in several partitions, by event time, with groups and tasks of its own', async () => {
    const world = new World({ in: 2 });
    const member = world.start(client =>
      numbersOf(client).pipe(
        windowBy(tumbling(10), { name: 'parts', key: ({ value }) => value % 2, aggregate: count() }),
        repartition(client, { name: 'r', topic: 'mid', key: ({ key }) => String(key), value: json(), partitions: 3 }),
        windowBy(tumbling(10), { name: 'sums', key: ({ key }) => key, aggregate: count() }),
      ),
    );
    const panes: string[] = [];
    member.job.values.subscribe(({ key, value, window }) => void panes.push(`${key} ${window.start} ${value}`));
    world.kafka.write([...records([1, 2, 3, 30], 0), ...records([4, 5], 1)]);
    for (let i = 0; i < 60; i++) await world.turn();
    // The other partition is not so far.
    expect(panes).toEqual([]);
    world.kafka.write(records([30], 1));
    await world.until(() => panes.length === 2);
    // Panes of both partitions, for the odd numbers and for the even ones.
    expect(panes.sort()).toEqual(['0 0 2', '1 0 2']);
    expect(world.kafka.read('mid').length).toBeGreaterThan(4);
    expect((await world.storage.listJobs()).sort()).toEqual(['job/0', 'job/1', 'job/r/0', 'job/r/1', 'job/r/2']);
    expect((await world.kafka.client().describe('job-r')).map(({ partitions }) => partitions.length)).toEqual([3]);
    const stages = new Set(member.events.flatMap(event => (event.type === 'task' ? [event.stage] : [])));
    expect(stages).toEqual(new Set([undefined, 'r']));
    await world.end();
  });

  it('hands on idleness, and retractions', async () => {
    const world = new World({ in: 2 });
    const clock = manualClock();
    const { job } = world.start(
      client =>
        numbersOf(client, { idleAfter: '1s', maxFuture: false }).pipe(
          repartition(client, { name: 'r', topic: 'mid', key: ({ value }) => String(value), value: json(), partitions: 1 }),
          windowBy(tumbling(10), { name: 'sums', aggregate: count() }),
        ),
      { clock },
    );
    const panes: number[] = [];
    job.values.subscribe(pane => void panes.push(pane.value));
    world.kafka.write(records([1, 2, 30], 0));
    for (let i = 0; i < 40; i++) await world.turn();
    expect(panes).toEqual([]);
    clock.advanceTo(900);
    world.kafka.write(records([31], 0));
    for (let i = 0; i < 10; i++) await world.turn();
    clock.advanceTo(1500);
    await world.until(() => panes.length === 1);
    expect(panes).toEqual([2]);
    await world.end();
  });

  it('fails where somebody else writes into its topic', async () => {
    const world = new World({ in: 1, mid: 1 });
    world.kafka.write([{ topic: 'mid', value: 'x' }]);
    const member = world.start(client =>
      numbersOf(client).pipe(repartition(client, { name: 'r', topic: 'mid', key: ({ value }) => String(value), value: json() })),
    );
    await world.until(() => member.outcome !== undefined);
    expect(member.outcome).toMatchObject({ error: { code: 'BAD_RECORD', message: expect.stringContaining('is of somebody else') } });
  });

  it('fails where its topic has another number of partitions', async () => {
    const world = new World({ in: 2, mid: 3 });
    const member = world.start(client =>
      numbersOf(client).pipe(repartition(client, { name: 'r', topic: 'mid', key: ({ value }) => String(value), value: json() })),
    );
    await world.until(() => member.outcome !== undefined);
    expect(member.outcome).toMatchObject({ error: { code: 'KAFKA_FAILED' } });
  });
});
