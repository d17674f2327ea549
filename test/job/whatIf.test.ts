/** What a what-if finds is what comparing the last panes of two separate runs finds, and its control finds nothing. */
import fc from 'fast-check';
import { filter, map, of } from 'rxjs';
import { describe, expect, it, vi } from 'vitest';
import {
  afterCount,
  afterWatermark,
  boundedOutOfOrderness,
  count,
  END_OF_TIME,
  type EventStream,
  eventTime,
  finals,
  mapAsync,
  type Pane,
  type ReplaySource,
  replayable,
  run,
  session,
  sliding,
  sum,
  tumbling,
  windowBy,
} from '../../src/index.js';
import { type WhatIfOptions, whatIf } from '../../src/job/whatIf.js';
import { refusal, told } from '../support.js';
import { failure, savepointAt, slowly } from './support.js';

interface Reading {
  readonly key: string;
  readonly at: number;
  readonly value: number;
}

/** Out of order by up to 50, so that some are late, and few too late. */
const readings = fc
  .array(fc.record({ key: fc.constantFrom('a', 'b', 'c'), behind: fc.nat(50), value: fc.integer({ min: -5, max: 5 }) }), { maxLength: 60 })
  .map(made => made.map(({ key, behind, value }, i): Reading => ({ key, at: 50 + 5 * i - behind, value })));

interface Program {
  readonly window: readonly ['tumbling' | 'sliding' | 'session', number];
  readonly bound: number;
  readonly lateness: number;
  readonly early: boolean;
  readonly finals: boolean;
  readonly retracting: boolean;
  readonly least: number;
}

const program: fc.Arbitrary<Program> = fc.record({
  window: fc.tuple(fc.constantFrom('tumbling', 'sliding', 'session', 'session'), fc.constantFrom(10, 20, 40)),
  bound: fc.constantFrom(0, 30, 1000),
  lateness: fc.constantFrom(0, 25, Infinity),
  early: fc.boolean(),
  finals: fc.boolean(),
  retracting: fc.boolean(),
  least: fc.integer({ min: -5, max: 3 }),
});

/** Two programs, mostly near each other. */
const pair: fc.Arbitrary<readonly [Program, Program]> = fc
  .tuple(program, program, fc.subarray(['window', 'bound', 'lateness', 'early', 'finals', 'retracting', 'least'] as const))
  .map(([base, other, kept]) => [base, { ...other, ...Object.fromEntries(kept.map(name => [name, base[name]])) }]);

type Source = Parameters<typeof eventTime<Reading>>[0];

/** A pipeline; what differs in it besides the options of the window comes before it, so that state fits. */
function build(source: Source, made: Program): EventStream<Pane<string, number>> {
  const [kind, size] = made.window;
  const assigner = kind === 'tumbling' ? tumbling(size) : kind === 'sliding' ? sliding(size, size / 2) : session(size);
  const panes = eventTime<Reading>(source, { name: 'in', timestamp: r => r.at, watermark: boundedOutOfOrderness(made.bound) }).pipe(
    filter(({ value }) => value >= made.least),
    windowBy(assigner, {
      name: 'w',
      key: r => r.key,
      aggregate: sum(r => r.value),
      allowedLateness: made.lateness,
      accumulation: made.retracting ? 'retracting' : 'accumulating',
      ...(made.early ? { trigger: afterWatermark({ early: afterCount(2) }) } : {}),
    }),
  );
  return made.finals ? panes.pipe(finals()) : panes;
}

const idOf = (pane: Pane<string, number>, merging: boolean): string =>
  `${pane.key} ${pane.window.start}${merging ? '' : ` ${pane.window.end}`}`;

/** The last pane of each key and window, of all that a run says. */
function lastPanes(said: readonly Pane<string, number>[], merging: boolean): Map<string, number> {
  const panes = new Map<string, Pane<string, number>>();
  for (const pane of said) {
    for (const window of pane.replaces) panes.delete(idOf({ ...pane, window }, merging));
    if (!pane.retraction) panes.set(idOf(pane, merging), pane);
    else if (panes.get(idOf(pane, merging))?.index === pane.index) panes.delete(idOf(pane, merging));
  }
  return new Map([...panes].map(([id, { value }]) => [id, value]));
}

function heard(stream: EventStream<Pane<string, number>>): Pane<string, number>[] {
  const said: Pane<string, number>[] = [];
  stream.subscribe(pane => said.push(pane));
  return said;
}

/** A source that gives so many elements at a time. */
function batchesOf<T>(values: readonly T[], size: number): ReplaySource<T, number> {
  return {
    open: (from = 0) => {
      let at = from;
      return {
        read() {
          const start = at;
          at = Math.min(values.length, at + size);
          return at === start ? undefined : { values: values.slice(start, at), positionAfter: count => start + count };
        },
      };
    },
  };
}

/** What differs between two maps. */
function differenceOf(base: ReadonlyMap<string, number>, variant: ReadonlyMap<string, number>): string[] {
  const ids = new Set([...base.keys(), ...variant.keys()]);
  return [...ids]
    .filter(id => base.get(id) !== variant.get(id))
    .map(id => `${id}: ${base.get(id)} ${variant.get(id)}`)
    .sort();
}

type Panes = EventStream<Pane<string, number>>;

/** What a what-if finds, in the same words. */
async function found(base: Panes, variant: Panes, merging: boolean, options: WhatIfOptions<Pane<string, number>> = {}) {
  const trial = whatIf(base, variant, { keep: 1e6, ...options });
  const streamed: string[] = [];
  const textOf = ({ base, variant }: { base: Pane<string, number> | undefined; variant: Pane<string, number> | undefined }): string =>
    `${idOf((base ?? variant) as Pane<string, number>, merging)}: ${base?.value} ${variant?.value}`;
  trial.differences.subscribe(difference => streamed.push(textOf(difference)));
  const report = await trial.report;
  const differences = report.differences.map(textOf);
  expect(streamed).toEqual(differences);
  return { report, differences: differences.sort() };
}

describe('whatIf', () => {
  it('finds what comparing two separate runs finds, for any two programs', async () => {
    await fc.assert(
      fc.asyncProperty(readings, pair, fc.integer({ min: 1, max: 30 }), async (values, [base, variant], slice) => {
        const merging = base.window[0] === 'session' && variant.window[0] === 'session';
        const expected = differenceOf(lastPanes(heard(build(values, base)), merging), lastPanes(heard(build(values, variant)), merging));
        // In slices, so that one side may be ahead of the others.
        const source = replayable(batchesOf(values, slice));
        const { report, differences } = await found(build(source, base), build(source, variant), merging);
        expect(report).toMatchObject({ deterministic: true, elements: values.length, ended: 'end of input' });
        expect(differences).toEqual(expected);
        const { different, onlyBase, onlyVariant } = report.counts;
        expect(different + onlyBase + onlyVariant).toBe(expected.length);
      }),
      { numRuns: 300 },
    );
  });

  it('finds nothing between a program and itself, from the start and from any savepoint', async () => {
    await fc.assert(
      fc.asyncProperty(readings, program, fc.nat(60), async (values, made, at) => {
        const anew = await found(build(replayable(values), made), build(replayable(values), made), false);
        expect(anew.report).toMatchObject({ deterministic: true, differences: [], counts: { different: 0, onlyBase: 0, onlyVariant: 0 } });
        const taken = Math.min(at, values.length);
        const from = await savepointAt(source => build(source, made), values, taken);
        const again = await found(build(slowly(values), made), build(slowly(values), made), false, { from });
        expect(again.report).toMatchObject({ deterministic: true, differences: [], elements: values.length - taken });
      }),
      { numRuns: 25 },
    );
  });

  it('finds from a savepoint what two jobs that begin with it say', async () => {
    await fc.assert(
      fc.asyncProperty(readings, program, fc.nat(60), fc.integer({ min: -5, max: 5 }), async (values, made, at, least) => {
        const from = await savepointAt(source => build(source, made), values, Math.min(at, values.length));
        const other = { ...made, least };
        const merging = made.window[0] === 'session';
        const panesOf = async (program: Program): Promise<Map<string, number>> => {
          const said: Pane<string, number>[] = [];
          const job = run(build(replayable(values), program), { name: 'apart', from });
          job.values.subscribe(pane => said.push(pane));
          await job.done;
          return lastPanes(said, merging);
        };
        const expected = differenceOf(await panesOf(made), await panesOf(other));
        const { differences } = await found(build(replayable(values), made), build(replayable(values), other), merging, { from });
        expect(differences).toEqual(expected);
      }),
      { numRuns: 25 },
    );
  });

  it('ends at positions, and at those of a savepoint, as if the sources had ended there', async () => {
    await fc.assert(
      fc.asyncProperty(readings, program, program, fc.nat(60), fc.boolean(), async (values, base, variant, at, slow) => {
        const taken = Math.min(at, values.length);
        const merging = base.window[0] === 'session' && variant.window[0] === 'session';
        const prefix = values.slice(0, taken);
        const expected = differenceOf(lastPanes(heard(build(prefix, base)), merging), lastPanes(heard(build(prefix, variant)), merging));
        const source = slow ? slowly(values) : replayable(values);
        const until = slow ? await savepointAt(source => build(source, base), values, taken) : { positions: { in: taken } };
        const { report, differences } = await found(build(source, base), build(source, variant), merging, { until });
        expect(report).toMatchObject({ elements: taken, ended: 'until' });
        expect(differences).toEqual(expected);
      }),
      { numRuns: 30 },
    );
  });

  it('ends with the first element that brings event time so far', async () => {
    await fc.assert(
      fc.asyncProperty(readings, fc.constantFrom(0, 30), fc.integer({ min: 1, max: 300 }), async (values, bound, eventTime) => {
        const base: Program = { window: ['tumbling', 10], bound, lateness: 0, early: false, finals: false, retracting: false, least: -5 };
        const variant: Program = { ...base, window: ['tumbling', 20] };
        const found = values.findIndex(({ at }) => at - bound >= eventTime);
        const taken = found < 0 ? values.length : found + 1;
        const trial = whatIf(build(replayable(values), base), build(replayable(values), variant), { until: { eventTime } });
        const report = await trial.report;
        expect([report.elements, report.ended]).toEqual([taken, found < 0 ? 'end of input' : 'until']);
      }),
    );
  });
});

const clicks = [
  { user: 'ann', at: 0 },
  { user: 'ann', at: 40 },
  { user: 'bob', at: 50 },
];
const sessions = (gap: number, source: Parameters<typeof eventTime<(typeof clicks)[number]>>[0] = replayable(clicks)) =>
  eventTime(source, { name: 'clicks', timestamp: click => click.at }).pipe(
    windowBy(session(gap), { name: 'sessions', key: click => click.user, aggregate: count() }),
  );

describe('a what-if by hand', () => {
  it('shows sessions that become one', async () => {
    const report = await whatIf(sessions(30), sessions(45)).report;
    expect(report).toMatchObject({ counts: { same: 1, different: 1, onlyBase: 1, onlyVariant: 0, unstable: 0 }, elements: 3 });
    expect(report.differences).toMatchObject([
      {
        change: 'different',
        key: 'ann',
        window: { start: 0, end: 30 },
        base: { value: 1 },
        variant: { value: 2, window: { end: 85 } },
        delta: 1,
      },
      { change: 'onlyBase', operator: 'sessions', key: 'ann', window: { start: 40, end: 70 }, base: { value: 1 } },
    ]);
    expect(report.operators).toMatchObject([
      { operator: 'sessions', base: 'windowBy(session(30)) "sessions"', variant: 'windowBy(session(45)) "sessions"' },
    ]);
  });

  it('finds chance, and shows no difference instead', async () => {
    const dice = (gap: number) =>
      eventTime(replayable(clicks), { name: 'clicks', timestamp: click => click.at }).pipe(
        map(click => ({ ...click, luck: Math.random() })),
        windowBy(session(gap), { name: 'luck', key: click => click.user, aggregate: sum(click => click.luck) }),
      );
    const trial = whatIf(dice(30), dice(45));
    let stopped: unknown;
    trial.differences.subscribe({ error: error => (stopped = error) });
    const report = await trial.report;
    expect(report).toMatchObject({ deterministic: false, differences: [], counts: { unstable: 3 } });
    expect(report.unstable[0]).toMatchObject({ key: 'ann', window: { start: 0, end: 30 } });
    expect(told(stopped)).toBe(
      'NOT_DETERMINISTIC: whatIf: the base, run once more over the same elements, said another pane at windowBy(session(30)) "luck".',
    );
  });

  it('has nothing to say of nothing', async () => {
    const report = await whatIf(sessions(30, replayable([])), sessions(45, replayable([]))).report;
    expect(report).toMatchObject({ deterministic: true, elements: 0, ended: 'end of input', differences: [] });
  });

  it('says which options differ', async () => {
    const late = (allowedLateness: number, bound: number) =>
      eventTime(replayable(clicks), { name: 'clicks', timestamp: c => c.at, watermark: boundedOutOfOrderness(bound) }).pipe(
        windowBy(tumbling(10), { name: 'w', aggregate: count(), allowedLateness }),
      );
    expect((await whatIf(late(0, 5), late(60, 5)).report).options).toEqual([
      { operator: 'windowBy/w', aspect: 'lateness', base: 0, variant: 60 },
    ]);
    expect((await whatIf(late(0, 5), late(0, 9)).report).options).toMatchObject([{ operator: 'eventTime/clicks', aspect: 'watermark' }]);
    expect((await whatIf(late(0, 5), late(0, 5)).report).options).toEqual([]);
  });

  it('reads once', async () => {
    let reads = 0;
    const source = replayable((from: number) => {
      reads++;
      return clicks.slice(from);
    });
    await whatIf(sessions(30, source), sessions(45, source)).report;
    expect(reads).toBe(1);
  });

  it('compares several pipelines one by one, and rows by an identity of their own', async () => {
    const users = (gap: number, name: string) =>
      eventTime(replayable(clicks), { name, timestamp: click => click.at }).pipe(
        windowBy(session(gap), { name, key: click => click.user, aggregate: count() }),
        map(pane => ({ id: [pane.key, pane.window.start], clicks: pane.value })),
      );
    const report = await whatIf([users(30, 'a'), users(30, 'b')], [users(45, 'a'), users(30, 'b')], { by: row => row.id }).report;
    expect(report.operators).toMatchObject([
      { operator: 'a', different: 1, onlyBase: 1, same: 1 },
      { operator: 'b', different: 0, onlyBase: 0, same: 3 },
    ]);
    expect(report.differences).toContainEqual({
      change: 'different',
      operator: 'a',
      key: ['ann', 0],
      window: undefined,
      base: { id: ['ann', 0], clicks: 1 },
      variant: { id: ['ann', 0], clicks: 2 },
      delta: { clicks: 1 },
    });
  });

  it('keeps as many as asked for, and says all', async () => {
    const trial = whatIf(sessions(30), sessions(45), { keep: 1 });
    let said = 0;
    trial.differences.subscribe(() => said++);
    const report = await trial.report;
    expect([report.differences.length, said, report.counts.onlyBase]).toEqual([1, 2, 1]);
  });

  it('takes sums that differ in their last bits for the same, unless told otherwise', async () => {
    const sums = (order: readonly number[]) =>
      eventTime(replayable(clicks), { name: 'clicks', timestamp: click => click.at }).pipe(
        windowBy(tumbling(100), { name: 'sums', aggregate: sum(click => order[clicks.indexOf(click)] as number) }),
      );
    const trial = (options = {}) => whatIf(sums([0.1, 0.2, 0.3]), sums([0.3, 0.2, 0.1]), options).report;
    expect((await trial()).counts.same).toBe(1);
    expect((await trial({ tolerance: 0 })).counts.different).toBe(1);
  });
});

/** A source that never ends, a click a turn. */
const endless = () =>
  replayable<(typeof clicks)[number]>(async function* (from) {
    for (let at = from; ; at++) {
      await new Promise(resolve => setImmediate(resolve));
      yield { user: 'ann', at: at * 40 };
    }
  });

describe('the life of a what-if', () => {
  it('ends where it is stopped, and reports what has come until then', async () => {
    const source = endless();
    const trial = whatIf(sessions(30, source), sessions(30, source));
    trial.progress.subscribe(({ elements }) => {
      if (elements === 5) trial.stop();
    });
    const report = await trial.report;
    expect(report).toMatchObject({ elements: 5, ended: 'stopped', counts: { same: 5, unstable: 0 } });
    trial.stop();
  });

  it('stops in all runs at the same element, also if asked in the midst of one', async () => {
    const values = Array.from({ length: 30 }, (_, i) => ({ user: 'ann', at: i * 20 }));
    const windows = (size: number) =>
      eventTime(replayable(batchesOf(values, 10)), { name: 'clicks', timestamp: click => click.at }).pipe(
        windowBy(tumbling(size), { name: 'w', aggregate: count() }),
      );
    const trial = whatIf(windows(40), windows(60));
    trial.differences.subscribe(() => trial.stop());
    expect(await trial.report).toMatchObject({ deterministic: true, elements: 10, ended: 'stopped' });
  });

  it('may be stopped before it has begun', async () => {
    const trial = whatIf(sessions(30), sessions(45));
    trial.stop();
    expect(await trial.report).toMatchObject({ elements: 0, ended: 'stopped' });
  });

  it('says how far it is', async () => {
    const heard: unknown[] = [];
    const trial = whatIf(sessions(30, slowly(clicks, 1)), sessions(45, slowly(clicks, 1)));
    trial.progress.subscribe({ next: progress => heard.push(progress), complete: () => heard.push('done') });
    await trial.report;
    expect(heard).toEqual([
      { elements: 1, watermark: 0, panes: 0, differences: 0 },
      { elements: 2, watermark: 40, panes: 0, differences: 0 },
      { elements: 3, watermark: 50, panes: 0, differences: 0 },
      { elements: 3, watermark: END_OF_TIME, panes: 3, differences: 2 },
      'done',
    ]);
  });

  it.each([false, true])('is given up by its signal, aborted before: %s', async before => {
    const abort = new AbortController();
    if (before) abort.abort(new Error('enough'));
    const { report, progress } = whatIf(sessions(30, endless()), sessions(45, endless()), { signal: abort.signal });
    progress.subscribe(({ elements }) => {
      if (elements === 3) abort.abort(new Error('enough'));
    });
    expect((await failure(report)).message).toBe('enough');
  });

  it('lets go of its signal at the end', async () => {
    const { signal } = new AbortController();
    const remove = vi.spyOn(signal, 'removeEventListener');
    await whatIf(sessions(30), sessions(45), { signal }).report;
    expect(remove).toHaveBeenCalledTimes(1);
  });

  const broken = (where: (gap: number) => boolean) => (gap: number) =>
    eventTime(replayable(clicks), { name: 'clicks', timestamp: click => click.at }).pipe(
      windowBy(session(gap), {
        name: 'sessions',
        key: click => {
          if (where(gap)) throw new Error('no user');
          return click.user;
        },
        aggregate: count(),
      }),
    );

  it.each([
    ['base', (gap: number) => gap === 30],
    ['variant', (gap: number) => gap === 45],
  ])('fails in the name of the %s', async (side, where) => {
    const { report, differences } = whatIf(broken(where)(30), broken(where)(45));
    let heard: unknown;
    differences.subscribe({ error: error => (heard = error) });
    const error = await failure(report);
    expect(told(error)).toBe(`SIDE_FAILED: whatIf: the ${side} failed: no user`);
    expect(error.cause).toEqual(new Error('no user'));
    expect(heard).toBe(error);
  });

  it('fails in the name of the side with the code of an error of ours', async () => {
    const keyed = (key: unknown) =>
      eventTime(replayable(clicks), { name: 'clicks', timestamp: click => click.at }).pipe(
        windowBy(tumbling(10), { name: 'w', key: () => key, aggregate: count() }),
      );
    const error = await failure(
      whatIf(
        keyed('a'),
        keyed(() => 1),
      ).report,
    );
    expect(told(error)).toMatch(/^BAD_KEY: whatIf: the variant failed: windowBy\(tumbling\(10\)\) "w": key must be/);
  });

  it('fails as its source does', async () => {
    const torn = replayable(function* (): Iterable<(typeof clicks)[number]> {
      yield clicks[0] as (typeof clicks)[number];
      throw new Error('torn');
    });
    expect(await failure(whatIf(sessions(30, torn), sessions(45, torn)).report)).toEqual(new Error('torn'));
  });

  it.each([
    [
      'a source that can be read again',
      () => whatIf(sessions(30, clicks), sessions(45)),
      'whatIf: the base: the source of eventTime "clicks" must be replayable(...)',
    ],
    [
      'panes',
      () => whatIf(sessions(30).pipe(map(({ value, ...rest }) => ({ value, key: rest.key }))), sessions(30)),
      'BAD_VALUE: whatIf: each value of a pipeline must be a pane',
    ],
    [
      'names',
      () => {
        const unnamed = eventTime(replayable(clicks), { timestamp: click => click.at }).pipe(windowBy(session(30), { aggregate: count() }));
        return whatIf(unnamed, unnamed);
      },
      'BAD_OPTION: whatIf: the base: operators with state need a name, by which a later program finds it: windowBy, eventTime.',
    ],
    [
      'sources that are there',
      () => whatIf(sessions(30), sessions(45), { until: { positions: { clicks: 1, views: 2 } } }),
      'BAD_OPTION: whatIf: until names sources that are not there: views. There are: clicks.',
    ],
    [
      'a position that comes',
      () => whatIf(sessions(30), sessions(45), { until: { positions: { clicks: 4 } } }),
      'BAD_OPTION: until: the source "clicks" has ended, and has not come to 4.',
    ],
  ])('needs %s', async (_what, make, message) => {
    expect(told(await failure((make as () => ReturnType<typeof whatIf>)().report))).toContain(message);
  });

  it('needs state that belongs to the program', async () => {
    const job = run(sessions(30, endless()), { name: 'parent' });
    const from = await job.savepoint('here');
    await job.stop();
    expect(told(await failure(whatIf(sessions(30, endless()), sessions(45, endless()), { from }).report))).toMatch(
      /^BAD_SNAPSHOT: whatIf: the variant: savepoint here, of checkpoint \d+ of job parent does not fit this program\. windowBy\/sessions: assigner was session\(30\), is session\(45\)/,
    );
    const gone = eventTime(endless(), { name: 'clicks', timestamp: click => click.at }).pipe(map(({ at }) => at));
    const base = sessions(30, endless()).pipe(map(pane => pane.value));
    expect(told(await failure(whatIf(base, gone, { from, by: row => row }).report))).toContain(
      "windowBy/sessions: the program does not have it; bring it back, or leave it behind by allowDropped: ['windowBy/sessions']",
    );
  });

  it('ends no earlier than it begins', async () => {
    const from = await savepointAt(source => sessions(50, source), clicks, 2);
    expect(refusal(() => whatIf(sessions(50), sessions(50), { from, until: { eventTime: 40 } }))).toBe(
      'BAD_OPTION: whatIf: until: eventTime must be later than 40, which the savepoint has come to, but came as 40.',
    );
    expect((await whatIf(sessions(50), sessions(50), { from, until: { eventTime: 41 } }).report).elements).toBe(1);
    expect((await whatIf(sessions(50), sessions(50), { from, until: from }).report).elements).toBe(0);
    expect(told(await failure(whatIf(sessions(50), sessions(50), { from, until: { positions: { clicks: 1 } } }).report))).toBe(
      'BAD_OPTION: until: the source "clicks" begins at 2, which is beyond 1.',
    );
  });

  it('waits for calls that the savepoint left open, also if nothing more is read', async () => {
    const asked = (source: Parameters<typeof eventTime<(typeof clicks)[number]>>[0], answer: Promise<unknown>) =>
      eventTime(source, { name: 'clicks', timestamp: click => click.at }).pipe(
        mapAsync(
          async click => {
            await answer;
            return click;
          },
          { name: 'ask', concurrency: 5 },
        ),
        windowBy(session(50), { name: 'sessions', key: click => click.user, aggregate: count() }),
      );
    const job = run(asked(replayable(clicks), new Promise(() => undefined)), { name: 'parent', checkpoints: { every: '1h' } });
    let from = await job.savepoint('here');
    while (from.sources[0]?.position !== 3) from = await job.savepoint('here');
    await new Promise(resolve => setImmediate(resolve));
    from = await job.savepoint('all');
    await job.stop();
    const answer = new Promise(resolve => setImmediate(resolve));
    const report = await whatIf(asked(replayable(clicks), answer), asked(replayable(clicks), answer), { from }).report;
    expect(report).toMatchObject({ counts: { same: 2 }, elements: 0 });
  });

  it('leaves state behind on all sides alike', async () => {
    const values = Array.from({ length: 20 }, (_, i) => ({ user: 'ann', at: i * 40 }));
    const from = await savepointAt(source => sessions(50, source), values, 10);
    const report = await whatIf(sessions(50, slowly(values)), sessions(60, slowly(values)), { from, allowDropped: ['windowBy/sessions'] })
      .report;
    expect(report.counts).toEqual({ same: 1, different: 0, onlyBase: 0, onlyVariant: 0, unstable: 0 });
    expect(report.elements).toBe(10);
  });
});

describe('the options of a what-if', () => {
  it.each([
    ['a stream with event time', () => whatIf(of(1) as never, sessions(1)), 'whatIf: the base must be a stream with event time'],
    ['pipelines', () => whatIf(sessions(1), []), 'whatIf: the variant must be a pipeline or several'],
    ['as many of each', () => whatIf([sessions(1), sessions(1)], sessions(1)), 'the base has 2 pipelines, and the variant 1'],
    ['options that exist', () => whatIf(sessions(1), sessions(1), { till: 1 } as never), 'whatIf: there is no option "till"'],
    ['a savepoint', () => whatIf(sessions(1), sessions(1), { from: {} as never }), 'whatIf: from must be a savepoint'],
    ['an end', () => whatIf(sessions(1), sessions(1), { until: 5 as never }), 'whatIf: until must be a savepoint, { positions: ... }'],
    ['one end', () => whatIf(sessions(1), sessions(1), { until: { positions: {}, eventTime: 1 } as never }), 'whatIf: until must be'],
    ['a time', () => whatIf(sessions(1), sessions(1), { until: { eventTime: 0.5 } }), 'whatIf: until must be'],
    ['an identity', () => whatIf(sessions(1), sessions(1), { by: 'id' as never }), 'whatIf: by must be a function'],
    ['a share', () => whatIf(sessions(1), sessions(1), { tolerance: 1 }), 'whatIf: tolerance must be a number from 0, below 1'],
    ['a number', () => whatIf(sessions(1), sessions(1), { keep: -1 }), 'whatIf: keep must be a whole number, 0 or more'],
    ['a clock', () => whatIf(sessions(1), sessions(1), { clock: {} as never }), 'whatIf: clock.now must be a function'],
    ['a signal', () => whatIf(sessions(1), sessions(1), { signal: {} as never }), 'whatIf: signal must be an AbortSignal'],
    ['a list', () => whatIf(sessions(1), sessions(1), { allowDropped: 'w' as never }), 'whatIf: allowDropped must be an array'],
  ])('ask for %s', (_what, make, message) => {
    expect(refusal(make)).toContain(`BAD_OPTION: ${message.replace(/^the base has/, 'whatIf: the base has')}`);
  });
});
