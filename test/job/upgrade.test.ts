/** State of an older program, wherever it is taken: the new one goes on as if it had been there from the beginning. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Aggregate,
  adaptive,
  afterCount,
  afterWatermark,
  boundedOutOfOrderness,
  defineSink,
  type EventStream,
  eventTime,
  memory,
  memoryStorage,
  type Pane,
  type RunOptions,
  reduce,
  repeatedly,
  rowAggregate,
  run,
  type Savepoint,
  type SinkWork,
  type StateVersion,
  session,
  sliding,
  stateOn,
  tumbling,
  type WatermarkStrategy,
  type WindowAssigner,
  type WindowOptions,
  windowBy,
} from '../../src/index.js';
import { orderedMemory } from '../../src/storages/orderedMemory.js';
import { SinkWorld, TestSink } from '../checkpoint/sinks.js';
import type { Reading } from './everyOperator.js';
import { everyTwo } from './everyTwo.js';
import { failure, slowly } from './support.js';

const readings = fc
  .array(fc.record({ key: fc.constantFrom('a', 'b', 'c'), at: fc.integer({ min: 0, max: 400 }), value: fc.integer({ min: -5, max: 5 }) }), {
    minLength: 1,
    maxLength: 40,
  })
  .map(all => all.map((reading, id) => ({ ...reading, id })));

type Program = (values: readonly Reading[]) => EventStream<Pane<string, unknown>>;

function program(
  assigner: WindowAssigner<any>,
  options: Partial<WindowOptions<Reading, string, any>> & Pick<WindowOptions<Reading, string, any>, 'aggregate'>,
  watermark: WatermarkStrategy<any> = boundedOutOfOrderness(30),
): Program {
  return values =>
    eventTime(slowly(values), { name: 'in', timestamp: r => r.at, watermark, maxFuture: false }).pipe(
      windowBy(assigner, { name: 'w', key: (r: Reading) => r.key, allowedLateness: 40, ...options }),
    ) as EventStream<Pane<string, unknown>>;
}

function begin(of: Program, values: readonly Reading[], world: SinkWorld, options: Partial<RunOptions> = {}) {
  const work = (): SinkWork<any> => new TestSink('transactional', world) as unknown as SinkWork<any>;
  const stream = of(values).pipe(defineSink<any>({ kind: 'toWorld', name: 'out', mode: 'transactional', create: work }));
  return run(stream as EventStream<any>, { name: 'job', storage: memoryStorage(), checkpoints: { every: '1h' }, ...options });
}

/** Where windows have their state: the savepoint of one is that of the other. */
const working = fc.constantFrom('memory', 'tables');
const stateIn = (where: string): Partial<RunOptions> => ({
  state: where === 'tables' ? stateOn(orderedMemory(), { cache: 1 }) : memory(),
});

async function stoppedAfter(
  of: Program,
  values: readonly Reading[],
  world: SinkWorld,
  turns: number,
  where = 'memory',
): Promise<Savepoint | undefined> {
  const job = begin(of, values, world, stateIn(where));
  let over = false;
  job.done.then(() => void (over = true), () => undefined); // biome-ignore format: one line
  for (let turn = 0; turn < turns; turn++) await new Promise(resolve => setImmediate(resolve));
  if (over) return undefined;
  return job.stop({ savepoint: 'x' }).catch(error => {
    if (!over) throw error;
    return undefined;
  });
}

const rowsOf = (world: SinkWorld): string[] => world.visible.map(row => JSON.stringify(row)).sort();

async function undisturbed(of: Program, values: readonly Reading[]): Promise<string[]> {
  const world = new SinkWorld();
  await begin(of, values, world).done;
  return rowsOf(world);
}

/* Sums, kept in four ways */

const asNumber: Aggregate<Reading, number, number> = {
  name: 'number',
  create: () => 0,
  add: (sum, r) => sum + r.value,
  merge: (a, b) => a + b,
  result: sum => sum,
};
const asObject = (state?: StateVersion<{ sum: number }>): Aggregate<Reading, { sum: number }, number> => ({
  name: 'object',
  create: () => ({ sum: 0 }),
  add: ({ sum }, r) => ({ sum: sum + r.value }),
  merge: (a, b) => ({ sum: a.sum + b.sum }),
  result: ({ sum }) => sum,
  ...(state && { state }),
});
const asRows = (state?: StateVersion<Float64Array>): Aggregate<Reading, Float64Array, number> => ({
  ...rowAggregate<Reading, number>('rows', {
    stride: 2,
    init: (rows, at) => rows.fill(0, at, at + 2),
    add(rows, at, r) {
      rows[at] = (rows[at] as number) + r.value;
      rows[at + 1] = (rows[at + 1] as number) + 1;
    },
    merge(rows, at, from, fromAt) {
      rows[at] = (rows[at] as number) + (from[fromAt] as number);
      rows[at + 1] = (rows[at + 1] as number) + (from[fromAt + 1] as number);
    },
    result: (rows, at) => rows[at] as number,
  }),
  ...(state && { state }),
});

const AGGREGATES: Record<string, [Aggregate<Reading, any, any>, Aggregate<Reading, any, any>]> = {
  'a number to an object': [asNumber, asObject({ version: 1, migrate: old => ({ sum: old as number }) })],
  'an object to a row': [asObject(), asRows({ version: 3, migrate: old => Float64Array.of((old as { sum: number }).sum, 0) })],
  'a row to an object': [asRows(), asObject({ version: 1, migrate: old => ({ sum: (old as Float64Array)[0] as number }) })],
  'rows of other numbers': [asRows(), asRows({ version: 1, migrate: old => (old as Float64Array).map((x, i) => (i === 0 ? x : 7)) })],
};

const WINDOWS: Record<string, (aggregate: Aggregate<Reading, any, any>) => Program> = {
  slices: aggregate => program(tumbling(50), { aggregate }),
  'a ring': aggregate => program(sliding(90, 30), { aggregate }),
  sessions: aggregate => program(session(15), { aggregate }),
  cells: aggregate => program(tumbling(50), { aggregate, trigger: afterWatermark({ early: afterCount(2) }) }),
};

describe('migrate, at any point', () => {
  for (const [what, windows] of Object.entries(WINDOWS)) {
    it.each(Object.entries(AGGREGATES))(`${what}: %s`, async (_name, [before, after]) => {
      await fc.assert(
        fc.asyncProperty(readings, fc.integer({ min: 0, max: 20 }), working, working, async (values, turns, was, is) => {
          const world = new SinkWorld();
          const from = await stoppedAfter(windows(before), values, world, turns, was);
          if (from) await begin(windows(after), values, world, { from, ...stateIn(is) }).done;
          expect(rowsOf(world)).toEqual(await undisturbed(windows(before), values));
        }),
        { numRuns: 8 },
      );
    });
  }

  it('of reduce is about its elements, whatever was there before', async () => {
    const values: Reading[] = [1, 2, 3, 40].map((at, id) => ({ id, at, key: 'a', value: at }));
    const before = program(tumbling(100), { aggregate: reduce<any>((a, b) => ({ value: a.value + b.value })) });
    const renamed = { version: 1, migrate: (old: any) => ({ total: old.value, value: 0 }) };
    const add = (a: any, b: any) => ({ total: (a.total ?? a.value) + (b.total ?? b.value), value: 0 });
    const after = program(tumbling(100), { aggregate: reduce<any>(add, { state: renamed }) });
    const world = new SinkWorld();
    const from = (await stoppedAfter(before, values, world, 3)) as Savepoint;
    await begin(after, values, world, { from }).done;
    expect(world.visible).toMatchObject([{ value: { total: 46 } }]);
  });

  it('of triggers is about their state', async () => {
    const before = program(session(15), { aggregate: asNumber, trigger: everyTwo('n') });
    const migrate = (old: any, from: number) => ({ count: old.n + from });
    const after = program(session(15), { aggregate: asNumber, trigger: everyTwo('count', { version: 1, migrate }) });
    await fc.assert(
      fc.asyncProperty(readings, fc.integer({ min: 0, max: 20 }), working, working, async (values, turns, was, is) => {
        const world = new SinkWorld();
        const from = await stoppedAfter(before, values, world, turns, was);
        if (from) await begin(after, values, world, { from, ...stateIn(is) }).done;
        expect(rowsOf(world)).toEqual(await undisturbed(before, values));
      }),
      { numRuns: 15 },
    );
  });

  it('that fails says of which operator, and the job is not begun', async () => {
    const values: Reading[] = [1, 2, 3, 40].map((at, id) => ({ id, at, key: 'a', value: at }));
    const world = new SinkWorld();
    const from = (await stoppedAfter(program(tumbling(100), { aggregate: asNumber }), values, world, 3)) as Savepoint;
    const broken = asObject({
      version: 1,
      migrate: () => {
        throw new Error('no such field');
      },
    });
    const error = await failure(begin(program(tumbling(100), { aggregate: broken }), values, world, { from }).done);
    expect(`${error.code}: ${error.message}`).toBe(
      'BAD_SNAPSHOT: windowBy/w: migrate of the aggregate object failed from version 0: no such field',
    );
  });
});

it.each([
  ['a promise', async () => ({ sum: 0 }), '#<Promise>|{}'],
  ['a function', () => () => 0, 'function'],
  ['nothing', () => undefined, 'undefined'],
])('a migrate that gives %s is refused at the start, in the name of its operator', async (_what, migrate, came) => {
  const values: Reading[] = [1, 2, 3, 40].map((at, id) => ({ id, at, key: 'a', value: at }));
  const world = new SinkWorld();
  const from = (await stoppedAfter(program(tumbling(100), { aggregate: asNumber }), values, world, 3)) as Savepoint;
  const now = program(tumbling(100), { aggregate: asObject({ version: 1, migrate: migrate as never }) });
  const error = await failure(begin(now, values, world, { from }).done);
  expect(`${error.code}: ${error.message}`).toMatch(
    new RegExp(`^BAD_SNAPSHOT: windowBy/w: migrate of the aggregate object must give state from version 0, but gave .*(${came})`),
  );
});

describe('what may change without migrating', () => {
  const LATE: Record<string, (allowedLateness: number) => Program> = {
    slices: allowedLateness => program(tumbling(50), { aggregate: asNumber, allowedLateness }),
    'a ring': allowedLateness => program(sliding(90, 30), { aggregate: asNumber, allowedLateness }),
    cells: allowedLateness =>
      program(sliding(90, 30), { aggregate: asNumber, allowedLateness, trigger: afterWatermark({ early: afterCount(2) }) }),
    'discarding cells': allowedLateness =>
      program(tumbling(50), { aggregate: asNumber, allowedLateness, accumulation: 'discarding', trigger: repeatedly(afterCount(2)) }),
  };

  it.each(Object.entries(LATE))('a longer lateness: %s that had expired stay so, others live on', async (_what, late) => {
    await fc.assert(
      fc.asyncProperty(
        readings,
        fc.integer({ min: 0, max: 20 }),
        fc.constantFrom([0, 60], [20, 50], [20, 1000], [0, 10] as const),
        working,
        working,
        async (values, turns, [before, after], was, is) => {
          const world = new SinkWorld();
          const from = await stoppedAfter(late(before as number), values, world, turns, was);
          if (!from) return;
          await begin(late(after as number), values, world, { from, ...stateIn(is) }).done;
          const floor = (from.sources[0]?.watermark as number) - (before as number);
          const ends = (row: string): number => (JSON.parse(row) as Pane<string, number>).window.end;
          const long = (await undisturbed(late(after as number), values)).filter(row => ends(row) > floor);
          const short = (await undisturbed(late(before as number), values)).filter(row => ends(row) <= floor);
          expect(rowsOf(world)).toEqual([...long, ...short].sort());
        },
      ),
      { numRuns: 25 },
    );
  });

  it.each([
    ['sessions', session(15), {}, 'memory'],
    ['sessions with triggers', session(15), { trigger: afterWatermark({ early: afterCount(5) }) }, 'memory'],
    ['sessions in tables', session(15), {}, 'tables'],
    ['windows in tables', tumbling(15), {}, 'tables'],
    ['windows with triggers in tables', tumbling(15), { trigger: afterWatermark({ early: afterCount(5) }) }, 'tables'],
  ])(
    'a longer lateness: %s that had expired do not come again, however often the job is stopped',
    async (_what, assigner, options, where) => {
      const late = (allowedLateness: number) => program(assigner, { aggregate: asNumber, allowedLateness, ...options });
      const values = [0, 100, 5, 300].map((at, id): Reading => ({ id, at, key: 'a', value: 1 }));
      const world = new SinkWorld();
      const few = values.slice(0, 2);
      const from = (await stoppedAfter(late(0), few, world, 2)) as Savepoint;
      const storage = memoryStorage();
      await begin(late(500), few, world, { from, storage, ...stateIn(where) }).stop({ drain: true });
      await begin(late(500), values, world, { storage, ...stateIn(where) }).done;
      expect((world.visible as Pane<string, number>[]).map(({ window, value }) => [window.start, value])).toEqual([
        [0, 1],
        [assigner.merging ? 100 : 90, 1],
        [300, 1],
      ]);
    },
  );

  it('a strategy for watermarks of another kind, which learns anew from where the watermark stands', async () => {
    const values = Array.from({ length: 30 }, (_, id): Reading => ({ id, at: id * 10, key: 'a', value: 1 }));
    const world = new SinkWorld();
    const from = (await stoppedAfter(program(tumbling(50), { aggregate: asNumber }), values, world, 5)) as Savepoint;
    await begin(program(tumbling(50), { aggregate: asNumber }, adaptive({ completeness: 0.9, max: 40 })), values, world, { from }).done;
    expect((world.visible as Pane<string, number>[]).map(({ value }) => value)).toEqual([5, 5, 5, 5, 5, 5]);
  });
});
