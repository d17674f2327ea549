import { describe, expect, it } from 'vitest';
import { readPointer } from '../../src/kafka/pointer.js';
import type { KafkaPosition } from '../../src/kafka/port.js';
import { type Member, World } from './harness.js';
import { copies, numbersOf, records, valuesIn } from './support.js';

const here = { topic: 'in', partition: 0 };
const position = async (world: World): Promise<KafkaPosition> => (await world.kafka.client().committed('job', [here]))[0] as KafkaPosition;
const failureOf = async (world: World, member: Member): Promise<unknown> => {
  await world.until(() => member.outcome !== undefined);
  return member.outcome;
};
/** Sets the position of the group, as a tool does. */
async function setPosition(world: World, offset: number, metadata = ''): Promise<void> {
  const transactor = await world.kafka.client().acquire('tool');
  await transactor.commit({ group: 'job', positions: [{ ...here, offset, metadata }] });
}

describe('what a task commits', () => {
  it('is rows and positions together, which name the checkpoint and the watermark', async () => {
    const world = new World({ in: 1, out: 1 });
    world.kafka.write(records([10, 20]));
    world.start(copies());
    await world.until(() => valuesIn(world.kafka).length === 2);
    expect(readPointer(await position(world))).toEqual({ job: 'job/0', checkpoint: 2, tasks: 1, partitions: 1, watermark: 20 });
    await world.end();
  });

  it('is a position too, where nothing is written and nothing was read', async () => {
    const world = new World({ in: 1, out: 1 });
    world.start(client => numbersOf(client));
    await world.until(() => world.members[0]?.job.status.checkpoint !== undefined);
    expect(await position(world)).toMatchObject({ offset: 0 });
    world.kafka.write(records([10, 20]));
    for (let i = 0; i < 30; i++) await world.turn();
    expect(await position(world)).toMatchObject({ offset: 2 });
    await world.end();
  });

  it('has nothing of a checkpoint that failed twice: its rows come with the next', async () => {
    let failures = 2;
    const world = new World({ in: 1, out: 1 }, what => (what === 'putChunk' && failures-- > 0 ? 'before' : undefined));
    world.kafka.write(records([1, 2]));
    const member = world.start(copies());
    await world.until(() => valuesIn(world.kafka).length === 2);
    expect(member.events.filter(event => event.type === 'task' && event.event.type === 'checkpointFailed')).toHaveLength(2);
    expect(member.events.some(event => event.type === 'task' && event.event.type === 'restarting')).toBe(false);
    await world.end();
  });

  it('is for somebody else to find out about, if the answer was lost: the task begins again, and nothing is said twice', async () => {
    let lost = 1;
    const world = new World({ in: 1, out: 1 }, what => (what === 'end job-0' && lost-- > 0 ? 'after' : undefined));
    world.kafka.write(records([1, 2]));
    const member = world.start(copies());
    await world.until(() => member.events.filter(event => event.type === 'task' && event.event.type === 'checkpoint').length > 0);
    const restarting = member.events.find(event => event.type === 'task' && event.event.type === 'restarting');
    expect(restarting).toMatchObject({
      event: { error: { code: 'FENCED', message: expect.stringContaining('it is not known what became of its transaction') } },
    });
    expect(valuesIn(world.kafka)).toEqual(['1', '2']);
    await world.end();
  });

  it('looks again where the storage has a newer checkpoint than the positions say', async () => {
    const world = new World({ in: 1, out: 1 }, what => (what === 'end job-0' ? 'before' : undefined));
    world.kafka.write(records([1, 2]));
    const first = world.start(copies());
    await world.until(() => first.events.some(event => event.type === 'task' && event.event.type === 'restarting'));
    world.crash(first);
    const second = world.start(copies());
    await world.until(() => second.events.some(event => event.type === 'task' && event.event.type === 'started'));
    expect(valuesIn(world.kafka)).toEqual([]);
  });
});

describe('positions that are not those of the job', () => {
  it('are refused, unless it is said that they count', async () => {
    const world = new World({ in: 1, out: 1 });
    world.kafka.write(records([1, 2, 3]));
    await setPosition(world, 2);
    expect(await failureOf(world, world.start(copies()))).toMatchObject({
      error: { code: 'NEEDS_OPERATOR', message: expect.stringContaining("To go on from there with empty state write start: 'committed'") },
    });
    world.start(copies({ start: 'committed' }));
    await world.until(() => valuesIn(world.kafka).length === 1);
    expect(valuesIn(world.kafka)).toEqual(['3']);
    await world.end();
  });

  it('are refused where there are checkpoints, whatever is said', async () => {
    const world = new World({ in: 1, out: 1 });
    world.kafka.write(records([1, 2, 3]));
    const first = world.start(copies());
    await world.until(() => (first.job.status.checkpoint ?? 0) > 3);
    await world.end();
    await setPosition(world, 1);
    expect(await failureOf(world, world.start(copies({ start: 'committed' })))).toMatchObject({
      error: { code: 'NEEDS_OPERATOR', message: expect.stringContaining('says that it holds checkpoint 0, but it has held') },
    });
    expect(valuesIn(world.kafka)).toEqual(['1', '2', '3']);
  });

  it('are refused where they tell of checkpoints that are gone', async () => {
    const world = new World({ in: 1, out: 1 });
    world.kafka.write(records([1, 2, 3]));
    const first = world.start(copies());
    await world.until(() => valuesIn(world.kafka).length === 3);
    await world.end();
    const other = new World({ in: 1, out: 1 });
    const { offset, metadata } = await position(world);
    await setPosition(other, offset, metadata);
    expect(await failureOf(other, other.start(copies()))).toMatchObject({
      error: { code: 'NEEDS_OPERATOR', message: expect.stringContaining('the rows of checkpoint 2 are visible in sink kafka') },
    });
    expect(first.outcome).toBe('done');
  });

  it('of another number of tasks are refused before anything is read', async () => {
    const world = new World({ in: 2, out: 1 });
    world.kafka.write(records([1, 2, 3]));
    world.start(copies());
    await world.until(() => valuesIn(world.kafka).length === 3);
    await world.end();
    expect(await failureOf(world, world.start(copies({ tasks: 1 })))).toMatchObject({
      error: {
        code: 'NEEDS_OPERATOR',
        message: expect.stringContaining('has worked as 2 tasks over 2 partitions, and now is to as 1 tasks'),
      },
    });
  });
});

it('rows of tables are written once for each row of a checkpoint', async () => {
  const world = new World({ in: 1, out: 1, log: 1 });
  world.kafka.write(records([1, 2, 11, 3]));
  world.start(copies({}, { upsert: true, key: ({ value }) => String(value % 10) }), {});
  await world.until(() => valuesIn(world.kafka).length === 3);
  for (let i = 0; i < 30; i++) await world.turn();
  expect(valuesIn(world.kafka)).toEqual(['2', '11', '3']);
  await world.end();
});
