import { describe, expect, it } from 'vitest';
import { count } from '../../src/aggregates/count.js';
import { replayable } from '../../src/job/replayable.js';
import { run } from '../../src/job/run.js';
import { json } from '../../src/kafka/codec.js';
import { memoryKafka } from '../../src/kafka/memoryKafka.js';
import { paneHeaders, paneValue } from '../../src/kafka/paneRecord.js';
import { eventTime } from '../../src/operators/eventTime.js';
import { windowBy } from '../../src/operators/windowBy.js';
import { toKafka } from '../../src/tasks/toKafka.js';
import { tumbling } from '../../src/windows/tumbling.js';
import { refusal } from '../support.js';
import { World } from './harness.js';
import { copies, numbersOf, records, valuesIn } from './support.js';

const client = memoryKafka({ topics: { out: 1 } }).client();
const value = json();

describe('toKafka', () => {
  it.each([
    ['no client', undefined, { name: 'o', topic: 'out', value }, "toKafka: the client's acquire must be a function"],
    ['no name', client, { topic: 'out', value }, 'toKafka: name must be a text'],
    ['no topic', client, { name: 'o', value }, 'toKafka "o": topic must be a text'],
    ['no encoder', client, { name: 'o', topic: 'out' }, 'toKafka "o": value must be an encoder'],
    [
      'another promise',
      client,
      { name: 'o', topic: 'out', value, delivery: 'at-most-once' },
      'delivery must be one of exactly-once, at-least-once',
    ],
    ['no room', client, { name: 'o', topic: 'out', value, room: 0 }, 'room must be a whole number above 0'],
    ['a misspelt option', client, { name: 'o', topic: 'out', value, tpoic: 'x' }, 'there is no option "tpoic"'],
  ])('refuses %s', (_what, of, options, sentence) => {
    expect(refusal(() => toKafka(of as never, options as never))).toContain(sentence);
  });

  it('says in headers which pane it was', async () => {
    const world = new World({ in: 1, out: 3 });
    world.kafka.write(records([1, 2, 11]));
    world.start(client =>
      numbersOf(client).pipe(
        windowBy(tumbling(10), { name: 'w', key: ({ value }) => `k${value}`, aggregate: count() }),
        toKafka(client, { name: 'out', topic: 'out', value: paneValue(json()) }),
      ),
    );
    await world.until(() => valuesIn(world.kafka).length === 2);
    const panes = world.kafka
      .read('out')
      .map(record => [new TextDecoder().decode(record.key as Uint8Array), record.timestamp, paneHeaders(record)?.window]);
    expect(panes.sort()).toEqual([
      ['k1', 9, { start: 0, end: 10 }],
      ['k2', 9, { start: 0, end: 10 }],
    ]);
    await world.end();
  });

  it('chooses partition, key and headers as it is told to', async () => {
    const world = new World({ in: 1, out: 3 });
    world.kafka.write(records([1, 2, 3]));
    world.start(
      copies(
        {},
        { partition: ({ value }) => value % 3, key: ({ value }) => `k${value}`, headers: () => ({ h: 'x' }), timestamp: () => 77 },
      ),
    );
    await world.until(() => valuesIn(world.kafka).length === 3);
    expect(world.kafka.read('out')).toMatchObject([
      { partition: 0, key: new TextEncoder().encode('k3'), timestamp: 77, headers: { h: new TextEncoder().encode('x') } },
      { partition: 1, timestamp: 77 },
      { partition: 2 },
    ]);
    await world.end();
  });

  it('needs a source in Kafka for exactly once, and none for at least once', async () => {
    const kafka = memoryKafka({ topics: { out: 1 } });
    const client = kafka.client();
    const numbers = eventTime(replayable([1, 2, 3]), { name: 'n', timestamp: n => n });
    const to = (delivery: 'exactly-once' | 'at-least-once') =>
      numbers.pipe(toKafka<number>(client, { name: 'o', topic: 'out', value: { encode: String }, delivery }));
    expect(refusal(() => run(to('exactly-once'), { name: 'job' }))).toContain('exactly once goes from Kafka to Kafka');
    await run(to('at-least-once'), { name: 'job' }).done;
    expect(valuesIn(kafka)).toEqual(['1', '2', '3']);
  });
});
