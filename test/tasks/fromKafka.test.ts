import { describe, expect, it } from 'vitest';
import { count } from '../../src/aggregates/count.js';
import { dropCounts } from '../../src/engine/drops.js';
import { json } from '../../src/kafka/codec.js';
import { memoryKafka } from '../../src/kafka/memoryKafka.js';
import { windowBy } from '../../src/operators/windowBy.js';
import { fromKafka } from '../../src/tasks/fromKafka.js';
import { manualClock } from '../../src/testing/manualClock.js';
import { tumbling } from '../../src/windows/tumbling.js';
import { refusal } from '../support.js';
import { World } from './harness.js';
import { numbersOf, records } from './support.js';

const client = memoryKafka({ topics: { in: 2 } }).client();
const value = json<number>();

describe('fromKafka', () => {
  it.each([
    ['no client', undefined, { name: 'n', topic: 'in', value }, "fromKafka: the client's subscribe must be a function"],
    ['no name', client, { topic: 'in', value }, 'fromKafka: name must be a text'],
    ['no topic', client, { name: 'n', value }, 'topic or topics must be given, one of the two'],
    ['both', client, { name: 'n', topic: 'a', topics: ['b'], value }, 'topic or topics must be given, one of the two'],
    ['no topics', client, { name: 'n', topics: [], value }, 'topics must be an array of at least one'],
    ['no decoder', client, { name: 'n', topic: 'in' }, 'value must be a decoder'],
    ['a bad key', client, { name: 'n', topic: 'in', value, key: 5 }, 'key must be a decoder'],
    [
      'a bad start',
      client,
      { name: 'n', topic: 'in', value, start: 'now' },
      "start must be 'earliest', 'latest', 'committed' or { at: milliseconds }",
    ],
    ['half a task', client, { name: 'n', topic: 'in', value, tasks: 0.5 }, 'tasks must be a whole number from 1'],
    ['a bad buffer', client, { name: 'n', topic: 'in', value, buffer: { high: 1, low: 1 } }, 'buffer must be { high, low }'],
    ['a bad way with bad ones', client, { name: 'n', topic: 'in', value, invalid: 'skip' }, "invalid must be 'fail' or a function"],
    ['a misspelt option', client, { name: 'n', topic: 'in', value, topik: 'x' }, 'there is no option "topik"'],
    ['a bad watermark', client, { name: 'n', topic: 'in', value, watermark: '5s' }, 'watermark must be a strategy'],
    ['a bad idleAfter', client, { name: 'n', topic: 'in', value, idleAfter: 'soon' }, 'idleAfter'],
  ])('refuses %s', (_what, of, options, sentence) => {
    expect(refusal(() => fromKafka(of as never, options as never))).toContain(sentence);
  });

  it('gives records as they are, and takes their time for event time', async () => {
    const world = new World({ in: 2 });
    world.kafka.write([{ topic: 'in', partition: 1, key: 'k', value: '7', timestamp: 5, headers: { h: 'x' } }]);
    const { job } = world.start(client => numbersOf(client));
    const messages: unknown[] = [];
    job.values.subscribe(message => void messages.push(message));
    await world.until(() => messages.length === 1);
    expect(messages).toEqual([
      { key: 'k', value: 7, topic: 'in', partition: 1, offset: 0, timestamp: 5, headers: { h: new TextEncoder().encode('x') } },
    ]);
    await world.end();
  });

  it('has a watermark for each partition: a slow one holds it, until it is idle', async () => {
    const world = new World({ a: 1, b: 1 });
    const clock = manualClock();
    const { job } = world.start(
      client =>
        numbersOf(client, { topics: ['a', 'b'], idleAfter: '1s', maxFuture: false }).pipe(
          windowBy(tumbling(10), { name: 'w', aggregate: count() }),
        ),
      { clock },
    );
    const panes: number[] = [];
    job.values.subscribe(pane => void panes.push(pane.value));
    world.kafka.write(records([1, 2, 30], 0, 'a'));
    for (let i = 0; i < 20; i++) await world.turn();
    expect(panes).toEqual([]);
    world.kafka.write(records([9, 12], 0, 'b'));
    await world.until(() => panes.length === 1);
    expect(panes).toEqual([3]);
    clock.advanceTo(900);
    world.kafka.write(records([31], 0, 'a'));
    for (let i = 0; i < 20; i++) await world.turn();
    clock.advanceTo(1500);
    expect(panes).toEqual([3, 1]);
    await world.end();
  });

  it('refuses records that have no time, and takes it from elsewhere if told to', async () => {
    const world = new World({ in: 1 });
    world.kafka.write([{ topic: 'in', value: '7', timestamp: 0 }]);
    const bad = world.start(client => numbersOf(client, { timestamp: () => Number.NaN }));
    await world.until(() => bad.outcome !== undefined);
    expect(bad.outcome).toMatchObject({ error: { code: 'BAD_TIMESTAMP' } });
    const { job } = world.start(client => numbersOf(client, { timestamp: ({ value }) => value }));
    const values: unknown[] = [];
    job.values.subscribe(message => void values.push(message));
    await world.until(() => values.length === 1);
    await world.end();
  });

  it('counts what did not count over all tasks, also when some begin again', async () => {
    const world = new World({ in: 2 });
    const drops = dropCounts();
    const far = 10_000_000_000_000;
    const start = () => world.start(client => numbersOf(client, { drops }), { clock: { now: () => 0, at: () => ({ unsubscribe() {} }) } });
    world.kafka.write([...records([far, far], 0), ...records([far], 1)]);
    const first = start();
    await world.until(() => drops.future === 3);
    await world.until(() => (first.job.status.checkpoint ?? 0) > 4);
    world.kafka.evict(first.client);
    await world.kafka.revive(first.client);
    for (let i = 0; i < 30; i++) await world.turn();
    world.kafka.write(records([far], 1));
    await world.until(() => drops.future >= 4);
    expect(drops.future).toBe(4);
    await world.end();
  });

  it('begins late where it is told to, and goes on from there after that', async () => {
    const world = new World({ in: 1, out: 1 });
    world.kafka.write(records([1, 2, 3]));
    const member = world.start(client => numbersOf(client, { start: 'latest' }));
    const values: number[] = [];
    member.job.values.subscribe(({ value }) => void values.push(value));
    await world.until(() => (member.job.status.checkpoint ?? 0) > 2);
    world.kafka.write(records([4]));
    await world.until(() => values.length === 1);
    expect(values).toEqual([4]);
    await world.end();
  });
});
