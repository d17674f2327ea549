import { describe, expect, it } from 'vitest';
import { replayable } from '../../src/job/replayable.js';
import { type RunOptions, run } from '../../src/job/run.js';
import { toPostgres } from '../../src/job/toPostgres.js';
import { memoryKafka } from '../../src/kafka/memoryKafka.js';
import { eventTime } from '../../src/operators/eventTime.js';
import { union } from '../../src/operators/union.js';
import { dividedGraph, partitionsOf } from '../../src/tasks/dividedGraph.js';
import { refusal } from '../support.js';
import { World } from './harness.js';
import { copies, numbersOf, numbersTo } from './support.js';

const client = memoryKafka({ topics: { a: 2, b: 2 } }).client();
const other = memoryKafka({ topics: { a: 2 } }).client();
const of = (name: string, options: Parameters<typeof numbersOf>[1] = {}, its = client) =>
  numbersOf(its, { name, topics: [name], ...options });
const table = () =>
  toPostgres<any>({
    name: 'pg',
    table: 't',
    pool: { connect: async () => undefined as never, on() {}, off() {} } as never,
    row: row => row,
  });

describe('a graph that is divided', () => {
  it('reads and writes what its sources and sinks say', () => {
    const graph = dividedGraph([union(of('a', { tasks: 2 }), of('b', { group: 'g' })).pipe(numbersTo(client))], { name: 'job' } as never);
    expect(graph).toMatchObject({ client, handover: 10_000, topics: ['a', 'b', 'out'], stages: [{ group: 'g', tasks: 2, outs: [] }] });
    expect(graph.stages[0]?.sources.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(graph.stages[0]?.rows.map(([, { name }]) => name)).toEqual(['out']);
    expect(dividedGraph([of('a')], { name: 'job' } as never).stages[0]?.group).toBe('job');
  });

  it.each([
    [
      'what each task would read as a whole',
      () => union(of('a'), eventTime(replayable([1]), { name: 'n', timestamp: n => n }) as never),
      {},
      'eventTime "n" stands beside fromKafka',
    ],
    ['a topic that is read twice', () => union(of('a'), of('c', { topics: ['a'] })), {}, 'topic a is read twice'],
    ['two clients', () => union(of('a'), of('b', {}, other)), {}, 'the source "b" has a client of its own'],
    ['a sink with another client', () => of('a').pipe(numbersTo(other)), {}, 'toKafka "out" has a client of its own'],
    [
      'two groups',
      () => union(of('a', { group: 'x' }), of('b', { group: 'y' })),
      {},
      'group of all fromKafka must be "x", but came as "y"',
    ],
    [
      'two that decide',
      () => of('a').pipe(numbersTo(client), table()),
      {},
      'both say where a restart begins, and one can. Give toPostgres a key',
    ],
    ['a savepoint to begin with', () => of('a'), { from: {} }, 'cannot begin with a savepoint'],
    ['a host', () => of('a'), { host: { enter: async () => ({ leave() {} }) } }, 'the group says who is at work'],
    ['an end', () => of('a'), { atEnd: 'pause' }, 'topics have no end'],
  ] as const)('refuses %s', (_what, program, options, sentence) => {
    const { from, ...others } = options as { from?: unknown };
    if (from) expect(refusal(() => dividedGraph([program()], { name: 'job', from } as never))).toContain(sentence);
    else expect(refusal(() => run(program() as never, { name: 'job', ...others } as RunOptions))).toContain(sentence);
  });

  it('takes at-least-once sinks beside one that decides, of any client', () => {
    const program = of('a').pipe(numbersTo(other, { delivery: 'at-least-once' }), table());
    expect(dividedGraph([program], { name: 'job' } as never).stages[0]?.rows).toEqual([]);
  });

  it('has equally many partitions of all topics', async () => {
    const { sources = [] } = dividedGraph([union(of('a'), of('b'))], { name: 'job' } as never).stages[0] ?? {};
    expect(
      partitionsOf(
        sources,
        new Map([
          ['a', 4],
          ['b', 4],
        ]),
        'job',
      ),
    ).toBe(4);
    const world = new World({ a: 2, b: 3 });
    const member = world.start(its => union(of('a', {}, its), of('b', {}, its)));
    await world.until(() => member.outcome !== undefined);
    expect(member.outcome).toMatchObject({ error: { code: 'BAD_OPTION', message: expect.stringContaining('a has 2, b has 3') } });
    expect(copies).toBeDefined();
  });
});
