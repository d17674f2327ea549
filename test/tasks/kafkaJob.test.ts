import { describe, expect, it } from 'vitest';
import type { JobEvent } from '../../src/job/jobEvent.js';
import { run } from '../../src/job/run.js';
import { memoryKafka } from '../../src/kafka/memoryKafka.js';
import { memoryStorage } from '../../src/storages/memoryStorage.js';
import { type Member, World } from './harness.js';
import { copies, numbersOf, records, valuesIn } from './support.js';

const tasksOf = ({ events }: Member): string[] =>
  events.flatMap(event => {
    if (event.type !== 'task') return [];
    const { task, event: its } = event;
    return its.type === 'started' || its.type === 'lost' || (its.type === 'state' && its.state === 'stopped')
      ? [`${task} ${its.type === 'state' ? its.state : its.type}`]
      : [];
  });

describe('a job over Kafka', () => {
  it('has all tasks while it is alone, shares them, and takes them over', async () => {
    const world = new World({ in: 4, out: 1 });
    world.kafka.write([0, 1, 2, 3].flatMap(partition => records([partition * 10, partition * 10 + 1], partition)));
    const first = world.start(copies());
    await world.until(() => valuesIn(world.kafka).length === 8);
    expect(tasksOf(first).slice(0, 4).sort()).toEqual(['0 started', '1 started', '2 started', '3 started']);
    const second = world.start(copies());
    await world.until(() => tasksOf(second).length === 2);
    expect(tasksOf(first).slice(4).sort()).toEqual(['2 lost', '2 stopped', '3 lost', '3 stopped']);
    expect(tasksOf(second).sort()).toEqual(['2 started', '3 started']);
    world.crash(first);
    await world.until(() => tasksOf(second).length === 4);
    world.kafka.write(records([5], 0));
    await world.until(() => valuesIn(world.kafka).length === 9);
    expect(
      valuesIn(world.kafka)
        .map(Number)
        .sort((a, b) => a - b),
    ).toEqual([0, 1, 5, 10, 11, 20, 21, 30, 31]);
    expect(await world.kafka.client().committed('job', [{ topic: 'in', partition: 0 }])).toMatchObject([{ offset: 3 }]);
    await world.end();
  });

  it('says what its tasks say, and one checkpoint for all of theirs', async () => {
    const world = new World({ in: 2, out: 1 });
    world.kafka.write([...records([1, 2], 0), ...records([3], 1)]);
    const member = world.start(copies());
    const values: number[] = [];
    member.job.values.subscribe(({ value }) => void values.push(value));
    await world.until(() => values.length === 3);
    let checkpoint: unknown;
    member.job.checkpoint().then(made => (checkpoint = made));
    await world.until(() => checkpoint !== undefined);
    expect(checkpoint).toMatchObject({ full: true, chunks: 2 });
    expect(valuesIn(world.kafka).sort()).toEqual(['1', '2', '3']);
    expect(member.job.status).toMatchObject({ state: 'running', checkpoint: 2, durable: false });
    const transactions = member.events.filter(event => event.type === 'task' && event.event.type === 'transaction');
    expect(transactions).toMatchObject([{ event: { task: 0, records: 2 } }, { event: { task: 1, records: 1 } }]);
    await world.end();
    expect(member.job.status.state).toBe('stopped');
  });

  it('drains: all that came is committed, the group is left, and who comes goes on behind it', async () => {
    const world = new World({ in: 2, out: 1 });
    world.kafka.write([...records([1, 2], 0), ...records([3], 1)]);
    const options = { checkpoints: { every: '1h' } } as const;
    const first = world.start(copies(), options);
    await world.until(() => tasksOf(first).length === 2);
    for (let i = 0; i < 5; i++) await world.turn();
    const stopped = first.job.stop({ drain: true });
    await world.until(() => first.outcome === 'done');
    await stopped;
    expect(valuesIn(world.kafka).sort()).toEqual(['1', '2', '3']);
    expect(await world.kafka.client().describe('job')).toEqual([]);
    world.kafka.write(records([4], 1));
    const second = world.start(copies(), options);
    await world.until(() => tasksOf(second).length === 2);
    for (let i = 0; i < 5; i++) await world.turn();
    void second.job.stop({ drain: true });
    await world.until(() => second.outcome === 'done');
    expect(valuesIn(world.kafka).sort()).toEqual(['1', '2', '3', '4']);
  });

  it('fails as a whole by what the program throws, and leaves its tasks to others', async () => {
    const world = new World({ in: 2, out: 1 });
    const bad = world.start(copies({}, { key: ({ value }) => (value === 3 ? (undefined as any).x : null) }));
    const good = world.start(copies());
    await world.until(() => tasksOf(bad).length + tasksOf(good).length >= 2);
    world.kafka.write([...records([1, 3, 5], 0), ...records([3], 1)]);
    await world.until(() => bad.outcome !== undefined);
    expect(bad.outcome).toMatchObject({ error: expect.any(TypeError) });
    expect(bad.job.status.state).toBe('failed');
    await world.until(() => valuesIn(world.kafka).length === 4);
    await world.end();
  });

  it('goes on with less: one that gets no task waits for one', async () => {
    const world = new World({ in: 1, out: 1 });
    const first = world.start(copies());
    await world.until(() => tasksOf(first).length === 1);
    const second = world.start(copies());
    await world.until(() => second.job.status.state === 'running');
    await expect(second.job.checkpoint()).rejects.toMatchObject({ code: 'CHECKPOINT_FAILED' });
    world.crash(first);
    await world.until(() => tasksOf(second).includes('0 started'));
    await world.end();
  });

  it('goes on when the group was lost for a while', async () => {
    const world = new World({ in: 1, out: 1 });
    const member = world.start(copies());
    await world.until(() => tasksOf(member).length === 1);
    world.kafka.evict(member.client);
    world.kafka.write(records([1]));
    for (let i = 0; i < 20; i++) await world.turn();
    expect(valuesIn(world.kafka)).toEqual([]);
    await world.kafka.revive(member.client);
    await world.until(() => valuesIn(world.kafka).length === 1);
    expect(tasksOf(member)).toEqual(['0 started', '0 lost', '0 stopped', '0 started']);
    await world.end();
  });

  it('is begun anew by `restart` after an error of the program', async () => {
    const kafka = memoryKafka({ topics: { in: 1, out: 1 } });
    kafka.write(records([1, 2, 3]));
    const client = kafka.client();
    let failures = 1;
    const program = copies({}, { key: ({ value }) => (value === 2 && failures-- > 0 ? (undefined as any).x : null) })(client);
    const job = run(program, { name: 'job', storage: memoryStorage(), checkpoints: { every: 5, minPause: 0 }, restart: { delay: 1 } });
    const events: JobEvent[] = [];
    await new Promise<void>(resolve =>
      job.events.subscribe(event => {
        events.push(event);
        if (valuesIn(kafka).length === 3) resolve();
      }),
    );
    expect(events.some(({ type }) => type === 'restarting')).toBe(true);
    expect(valuesIn(kafka)).toEqual(['1', '2', '3']);
    await job.stop();
  });

  it('has no savepoints', async () => {
    const world = new World({ in: 1, out: 1 });
    const { job } = world.start(copies());
    await expect(job.savepoint()).rejects.toMatchObject({ code: 'BAD_OPTION', message: expect.stringContaining('has no savepoints') });
    await expect(job.stop({ savepoint: 'x' })).rejects.toMatchObject({ code: 'BAD_OPTION' });
    await world.end();
  });

  it('fails at once by a topic that is not there, and says which', async () => {
    const world = new World({ in: 1 });
    const member = world.start(copies());
    await world.until(() => member.outcome !== undefined);
    expect(member.outcome).toMatchObject({ error: { code: 'KAFKA_FAILED', message: 'Kafka: there is no topic out.' } });
  });

  it('stops while it begins, and by a signal', async () => {
    const world = new World({ in: 1, out: 1 });
    const member = world.start(copies());
    await member.job.stop();
    expect(tasksOf(member)).toEqual([]);
    const kafka = memoryKafka({ topics: { in: 1 } });
    const abort = new AbortController();
    const job = run(numbersOf(kafka.client()), { name: 'job', signal: abort.signal });
    abort.abort();
    await job.done;
  });
});
