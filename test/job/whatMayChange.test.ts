/** Each row of the table of docs/savepoints.md that says yes: a job, a fork and a what-if go on with the state in the same way. */
import { firstValueFrom, map, take, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import {
  type Aggregate,
  adaptive,
  boundedOutOfOrderness,
  dedupe,
  type EventStream,
  eventTime,
  finals,
  fork,
  latestPane,
  mapAsync,
  memoryStorage,
  plan,
  type Replayable,
  reorder,
  run,
  type Savepoint,
  type StateVersion,
  session,
  sum,
  toCallback,
  tumbling,
  updates,
  type WatermarkStrategy,
  type WindowOptions,
  whatIf,
  windowBy,
} from '../../src/index.js';
import type { Reading } from './everyOperator.js';
import { everyTwo } from './everyTwo.js';
import { savepointAt, slowly } from './support.js';

/** Out of order by up to 70, with each reading said twice. */
const values = Array.from({ length: 120 }, (_, i): Reading => {
  const id = i >> 1;
  return { id, key: 'abc'[id % 3] as string, at: 100 + 6 * id - ((id * 29) % 70), value: (id % 7) - 2 };
});

type Program = (source: Replayable<Reading>) => EventStream<any>;
type Options = Partial<WindowOptions<Reading, string, any>>;

const timed = (source: Replayable<Reading>, watermark: WatermarkStrategy<any> = boundedOutOfOrderness(20)): EventStream<Reading> =>
  eventTime(source, { name: 'in', timestamp: r => r.at, watermark, maxFuture: false });

const windows =
  (options: Options = {}, watermark?: WatermarkStrategy<any>): Program =>
  source =>
    timed(source, watermark).pipe(
      windowBy(tumbling(50), {
        name: 'w',
        key: (r: Reading) => r.key,
        aggregate: sum((r: Reading) => r.value),
        allowedLateness: 40,
        ...options,
      }),
    );

const total = (state?: StateVersion<any>, wrap: (sum: number) => any = sum => sum, unwrap = (kept: any): number => kept) =>
  ({
    name: 'total',
    create: () => wrap(0),
    add: (kept, r) => wrap(unwrap(kept) + r.value),
    merge: (a, b) => wrap(unwrap(a) + unwrap(b)),
    result: unwrap,
    ...(state && { state }),
  }) satisfies Aggregate<Reading, any, number>;
const totalNow = total(
  { version: 1, migrate: old => ({ s: old }) },
  s => ({ s }),
  ({ s }) => s,
);

const shaped =
  (within: number, late: number, concurrency: number): Program =>
  source =>
    timed(source).pipe(
      dedupe({ name: 'd', id: (r: Reading) => String(r.id), within }),
      reorder({ name: 'o', within: late }),
      mapAsync(async (r: Reading) => r, { name: 'm', concurrency }),
      windowBy(tumbling(50), { name: 'w', key: (r: Reading) => r.key, aggregate: sum((r: Reading) => r.value) }),
    );

const viewed =
  (maxPerWindow: number): Program =>
  source =>
    windows({ allowedLateness: 60 })(source).pipe(updates({ maxPerWindow }), latestPane(), finals());

const moved: Program = source =>
  timed(source).pipe(
    dedupe({ name: 'new', id: (r: Reading) => String(r.id), within: 100 }),
    windowBy(tumbling(50), { name: 'w', key: (r: Reading) => r.key, aggregate: sum((r: Reading) => r.value), allowedLateness: 40 }),
    updates({ maxPerWindow: 3 }),
  );

/** What changes, before, after, and what the plan says of the operator. */
const ROWS: readonly [what: string, then: Program, now: Program, id: string, outcome: 'kept' | 'migrated' | 'new'][] = [
  ['nothing', windows(), windows(), 'windowBy/w', 'kept'],
  ['operators added', windows(), moved, 'dedupe/new', 'new'],
  ['a longer lateness', windows(), windows({ allowedLateness: 90 }), 'windowBy/w', 'kept'],
  ['lateness for ever', windows(), windows({ allowedLateness: Infinity }), 'windowBy/w', 'kept'],
  ['onTime', windows(), windows({ onTime: 'ifChanged' }), 'windowBy/w', 'kept'],
  ['closing', windows(), windows({ closing: 'always' }), 'windowBy/w', 'kept'],
  ['the bound', windows(), windows({}, boundedOutOfOrderness(60)), 'eventTime/in', 'kept'],
  ['the strategy', windows(), windows({}, adaptive({ completeness: 0.9, max: 70 })), 'eventTime/in', 'kept'],
  ['the strategy, back', windows({}, adaptive({ completeness: 0.9, max: 70 })), windows(), 'eventTime/in', 'kept'],
  ['options of dedupe', shaped(100, 20, 2), shaped(5, 20, 2), 'dedupe/d', 'kept'],
  ['options of reorder', shaped(100, 20, 2), shaped(100, 60, 2), 'reorder/o', 'kept'],
  ['options of mapAsync', shaped(100, 20, 2), shaped(100, 20, 1), 'mapAsync/m', 'kept'],
  ['options of updates', viewed(1), viewed(4), 'updates/w', 'kept'],
  ['an aggregate', windows({ aggregate: total() }), windows({ aggregate: totalNow }), 'windowBy/w', 'migrated'],
  [
    'a trigger',
    source => windows({ trigger: everyTwo('n') })(source),
    source => windows({ trigger: everyTwo('count', { version: 1, migrate: (old: any) => ({ count: old.n }) }) })(source),
    'windowBy/w',
    'migrated',
  ],
  [
    'an aggregate of sessions',
    source => timed(source).pipe(windowBy(session(20), { name: 'w', key: (r: Reading) => r.key, aggregate: total() })),
    source => timed(source).pipe(windowBy(session(20), { name: 'w', key: (r: Reading) => r.key, aggregate: totalNow })),
    'windowBy/w',
    'migrated',
  ],
];

interface Said {
  readonly key: string;
  readonly window: { readonly start: number; readonly end: number };
  readonly value: unknown;
}

const idOf = ({ key, window }: Said): string => `${key} ${window.start} ${window.end}`;
const lastOf = (said: readonly Said[]): Map<string, unknown> => new Map(said.map(pane => [idOf(pane), pane.value]));

async function saidByJob(program: Program, from: Savepoint): Promise<Said[]> {
  const said: Said[] = [];
  const job = run(program(slowly(values)), { name: 'job', storage: memoryStorage(), from });
  job.values.subscribe({ next: pane => said.push(pane as Said), error: () => undefined });
  await job.done;
  return said;
}

async function saidByFork(program: Program, from: Savepoint): Promise<Said[]> {
  const out = program(slowly(values)).pipe(toCallback(() => undefined, { name: 'out' }));
  const trial = fork(from, out as EventStream<any>, { name: 'fork', storage: memoryStorage(), sinks: 'capture' });
  await trial.done;
  return trial.captured<Said>('out').rows.map(({ value }) => value);
}

describe.each(ROWS)('a change of %s', (_what, then, now, id, outcome) => {
  it.each([15, 50, 97])('behind %d elements', async taken => {
    const from = await savepointAt(then, values, taken);
    const line = (await plan(from, now(slowly(values)))).lines.find(line => line.id === id);
    expect(line).toMatchObject({ outcome, refused: false });

    const [old, said] = [await saidByJob(then, from), await saidByJob(now, from)];
    expect(said.length).toBeGreaterThan(0);
    expect(await saidByFork(now, from)).toEqual(said);

    const report = await whatIf(then(slowly(values)), now(slowly(values)), { from, keep: 1e6 }).report;
    expect(report.deterministic).toBe(true);
    const [base, variant] = [lastOf(old), lastOf(said)];
    const expected = [...new Set([...base.keys(), ...variant.keys()])]
      .filter(key => !Object.is(base.get(key), variant.get(key)))
      .map(key => [key, base.get(key), variant.get(key)]);
    const found = report.differences.map(difference => {
      const { base, variant } = difference as { base?: Said; variant?: Said };
      return [idOf((base ?? variant) as Said), base?.value, variant?.value];
    });
    expect(found.sort()).toEqual(expected.sort());
  });
});

it('a what-if migrates once for each accumulator and side, and a program that only migrates says the same', async () => {
  const from = await savepointAt(windows({ aggregate: total() }), values, 50);
  let migrated = 0;
  const migrate = (old: unknown): unknown => {
    migrated++;
    return { s: old };
  };
  const counting: Options = {
    aggregate: { ...totalNow, state: { version: 1, migrate } },
  };
  const trial = (base: Program, variant: Program) => whatIf(base(slowly(values)), variant(slowly(values)), { from }).report;
  const { counts } = await trial(windows({ aggregate: total() }), windows(counting));
  expect(counts).toMatchObject({ different: 0, onlyBase: 0, onlyVariant: 0 });
  const once = migrated;
  expect(once).toBeGreaterThan(0);
  // Both are newer than the savepoint: the base runs twice.
  await trial(windows(counting), windows(counting));
  expect(migrated).toBe(4 * once);
});

it('what is read from there on is the same for all', async () => {
  const from = await savepointAt(windows(), values, 50);
  const job = run(timed(slowly(values)).pipe(map(r => r.id)), { name: 'job', from, allowDropped: ['windowBy/w'] });
  expect(await firstValueFrom(job.values.pipe(take(3), toArray()))).toEqual([25, 25, 26]);
  await job.done;
});
