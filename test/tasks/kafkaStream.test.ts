import { describe, expect, it } from 'vitest';
import { count } from '../../src/aggregates/count.js';
import { fork } from '../../src/job/fork.js';
import { plan } from '../../src/job/planFor.js';
import { replayable } from '../../src/job/replayable.js';
import { run } from '../../src/job/run.js';
import { toCallback } from '../../src/job/toCallback.js';
import { memoryKafka } from '../../src/kafka/memoryKafka.js';
import { eventTime } from '../../src/operators/eventTime.js';
import { split } from '../../src/operators/split.js';
import { union } from '../../src/operators/union.js';
import { windowBy } from '../../src/operators/windowBy.js';
import { tumbling } from '../../src/windows/tumbling.js';
import { World } from './harness.js';
import { numbersOf, numbersTo, records, valuesIn } from './support.js';

const client = memoryKafka({ topics: { in: 2 } }).client();

describe('the stream of a source over Kafka', () => {
  it('is for jobs', async () => {
    const errors: unknown[] = [];
    numbersOf(client).subscribe({ error: error => void errors.push(error) });
    expect(errors).toMatchObject([
      { code: 'BAD_OPTION', message: expect.stringContaining('it is read by a job only. Start the pipeline by run(') },
    ]);
  });

  it('is for jobs of run alone', async () => {
    const savepoint = await run(eventTime(replayable([{ at: 1 }]), { name: 'other', timestamp: ({ at }) => at }), { name: 'a' }).savepoint(
      's',
    );
    const job = fork(savepoint, numbersOf(client), { name: 'b', sinks: {}, allowDropped: ['eventTime/other'] });
    await expect(job.done).rejects.toMatchObject({ message: expect.stringContaining('it is read in jobs of run() only') });
  });

  it('can be looked at: plans know its state by its name', async () => {
    const savepoint = await run(eventTime(replayable([{ at: 1 }]), { name: 'numbers', timestamp: ({ at }) => at }), {
      name: 'a',
    }).savepoint('s');
    const outlook = await plan(savepoint, numbersOf(client).pipe(windowBy(tumbling(10), { name: 'w', aggregate: count() })));
    expect(outlook.lines.map(({ id, outcome }) => `${id} ${outcome}`)).toContain('eventTime/numbers kept');
  });

  it('is one of several, whose branches meet again', async () => {
    const world = new World({ a: 2, b: 2, out: 1 });
    world.start(client => {
      const [even, odd] = split(numbersOf(client, { name: 'a', topics: ['a'] }), ({ value }) => value % 2 === 0);
      const all = union(even, odd, numbersOf(client, { name: 'b', topics: ['b'] }));
      const handed: number[] = [];
      return all.pipe(
        numbersTo(client),
        toCallback(({ value }) => void handed.push(value), { name: 'log' }),
      );
    });
    world.kafka.write([...records([1, 2], 0, 'a'), ...records([3], 1, 'a'), ...records([4], 1, 'b')]);
    await world.until(() => valuesIn(world.kafka).length === 4);
    expect(valuesIn(world.kafka).sort()).toEqual(['1', '2', '3', '4']);
    await world.end();
  });
});
