import { describe, expect, it } from 'vitest';
import { count } from '../../src/aggregates/count.js';
import { plan } from '../../src/job/planFor.js';
import { replayable } from '../../src/job/replayable.js';
import { run } from '../../src/job/run.js';
import { json } from '../../src/kafka/codec.js';
import { memoryKafka } from '../../src/kafka/memoryKafka.js';
import { eventTime } from '../../src/operators/eventTime.js';
import { windowBy } from '../../src/operators/windowBy.js';
import type { EventStream } from '../../src/stream/eventStream.js';
import { repartition } from '../../src/tasks/repartition.js';
import { tumbling } from '../../src/windows/tumbling.js';
import { World } from './harness.js';
import { numbersOf, numbersTo, records, valuesIn } from './support.js';

const client = memoryKafka({ topics: { in: 2 } }).client();

describe('the seam between two stages', () => {
  it('is no input of what is behind it, and is what it was made of all the same', () => {
    const retracting = eventTime([1], { name: 'n', timestamp: n => n }).pipe(
      windowBy(tumbling(10), { aggregate: count(), accumulation: 'retracting' }),
    ) as EventStream<any>;
    const seam = retracting.pipe(repartition<any>(client, { name: 'r', topic: 't', key: String, value: json() })) as EventStream<any>;
    expect([seam.inputs, seam.name, seam.retracts]).toEqual([[], 'r', true]);
  });

  it('lets plans look through to what is before it', async () => {
    const savepoint = await run(eventTime(replayable([{ at: 1 }]), { name: 'x', timestamp: ({ at }) => at }), { name: 'a' }).savepoint('s');
    const program = numbersOf(client).pipe(
      repartition(client, { name: 'r', topic: 't', key: ({ value }) => String(value), value: json() }),
    );
    expect((await plan(savepoint, program)).lines.map(({ id }) => id)).toContain('eventTime/numbers');
  });

  it('fetches what its values need', async () => {
    const world = new World({ in: 1, out: 1 });
    const fetched: unknown[] = [];
    const value = { ...json<any>(), prepare: async (bytes: unknown) => void fetched.push(bytes) };
    world.kafka.write(records([1, 2]));
    world.start(its =>
      numbersOf(its).pipe(repartition(its, { name: 'r', topic: 'mid', key: element => String(element.value), value }), numbersTo(its)),
    );
    await world.until(() => valuesIn(world.kafka).length === 2);
    // Not for marks, which have no value.
    expect(fetched).toHaveLength(2);
    expect(fetched).not.toContain(null);
    await world.end();
  });
});
