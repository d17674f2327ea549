/** Window joins of random streams in random order against a nested loop over what each window took. */
import fc from 'fast-check';
import { map } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { JoinType } from '../../src/engine/joinSpec.js';
import type { AccumulationMode } from '../../src/engine/pane.js';
import type { Trigger } from '../../src/engine/trigger.js';
import type { WindowAssigner } from '../../src/engine/window.js';
import { coGroup } from '../../src/operators/coGroup.js';
import { joinWith } from '../../src/operators/joinWith.js';
import { stage } from '../../src/operators/stage.js';
import type { SavedState } from '../../src/state/cut.js';
import type { EventStream } from '../../src/stream/eventStream.js';
import { afterCount } from '../../src/triggers/afterCount.js';
import { afterWatermark } from '../../src/triggers/afterWatermark.js';
import { repeatedly } from '../../src/triggers/repeatedly.js';
import { days } from '../../src/windows/calendar.js';
import { cumulative } from '../../src/windows/cumulative.js';
import { globalWindow } from '../../src/windows/globalWindow.js';
import { session } from '../../src/windows/session.js';
import { sliding } from '../../src/windows/sliding.js';
import { tumbling } from '../../src/windows/tumbling.js';
import { batchJoin, type Item, type JoinRun, type JoinStep, type MakeJoin, net, rowOf, runJoin, watermarksBefore } from './joinRun.js';
import { joinSteps } from './joinSteps.js';

interface Options {
  readonly type: JoinType;
  readonly window: WindowAssigner;
  readonly lateness: number;
  readonly accumulation: AccumulationMode;
  readonly trigger: Trigger | undefined;
}

const EARLY = [
  afterWatermark({ early: afterCount(1) }),
  afterWatermark({ early: afterCount(2), late: afterCount(2) }),
  repeatedly(afterCount(3)),
];
const ALIGNED = [tumbling(6), tumbling(4, { offset: 1 }), sliding(8, 3), sliding(4, 6), cumulative(9, 3), days('UTC'), globalWindow()];
const SESSIONS = [session(3), session(4, { mergeTouching: true })];
const type = fc.constantFrom<JoinType>('inner', 'left', 'right', 'outer');
const lateness = fc.constantFrom(0, 4, 12, Number.POSITIVE_INFINITY);
const trigger = fc.constantFrom(undefined, undefined, afterWatermark(), ...EARLY);

/** Joins whose rows are revised where need be. */
function revised(windows: readonly WindowAssigner[]): fc.Arbitrary<Options> {
  return fc.record({ type, window: fc.constantFrom(...windows), lateness, accumulation: fc.constant('retracting' as const), trigger });
}

/** Inner joins that never take a row back, and outer ones whose windows speak once. */
function appending(windows: readonly WindowAssigner[]): fc.Arbitrary<Options> {
  const window = fc.constantFrom(...windows);
  const accumulation = fc.constant('accumulating' as const);
  const once = fc.record({ type, window, lateness: fc.constant(0), accumulation, trigger: fc.constantFrom(undefined, afterWatermark()) });
  return fc.oneof(fc.record({ type: fc.constant<JoinType>('inner'), window, lateness, accumulation, trigger }), once);
}

function joinOf({ type: kind, window, lateness: allowedLateness, accumulation, trigger: when }: Options, windows = true): MakeJoin {
  return (right, late) =>
    joinWith(right, {
      window,
      type: kind,
      allowedLateness,
      accumulation,
      ...(when && { trigger: when }),
      leftKey: (left: Item) => left.key,
      rightKey: (item: Item) => item.key,
      select: (left: Item | undefined, item: Item | undefined, bounds) => rowOf(left, item, windows ? bounds : undefined),
      late,
    });
}

interface Bounds {
  readonly start: number;
  readonly end: number;
}

const nameOf = ({ start, end }: Bounds): string => `${start}/${end}`;

function windowsOf(window: WindowAssigner, item: Item): Bounds[] {
  const bounds: Bounds[] = [];
  window.assign(item.at, item, (start, end) => void bounds.push({ start, end }));
  return bounds;
}

/** What each window holds when all is over, and what was late for all of its windows. For windows that do not merge. */
function taken(steps: readonly JoinStep[], { window, lateness: allowed }: Pick<Options, 'window' | 'lateness'>) {
  const before = watermarksBefore(steps);
  const held = new Map<string, { bounds: Bounds; left: Item[]; right: Item[] }>();
  const late: string[] = [];
  steps.forEach((step, i) => {
    if (!('item' in step || 'withdraw' in step)) return;
    const item = 'item' in step ? step.item : step.withdraw;
    const all = windowsOf(window, item);
    const live = all.filter(({ end }) => Math.min(end + allowed, Number.MAX_SAFE_INTEGER) > (before[i] as number));
    if (all.length > 0 && live.length === 0) late.push(`${'item' in step ? '' : 'not '}${item.id}`);
    for (const bounds of live) {
      const name = nameOf(bounds);
      const one = held.get(name) ?? { bounds, left: [], right: [] };
      held.set(name, one);
      const side = step.left ? one.left : one.right;
      if ('item' in step) side.push(item);
      else
        side.splice(
          side.findIndex(({ id }) => id === item.id),
          1,
        );
    }
  });
  return { late, windows: [...held.values()] };
}

const sameKey = (left: Item, right: Item): boolean => left.key === right.key;

function expected(steps: readonly JoinStep[], choice: Options): string[] {
  return taken(steps, choice)
    .windows.flatMap(({ bounds, left, right }) => batchJoin(choice.type, left, right, sameKey, (l, r) => rowOf(l, r, bounds)))
    .sort();
}

/** The sessions of both sides together, of all items. */
function sessionsOf(steps: readonly JoinStep[], window: WindowAssigner): { bounds: Bounds; key: string; left: Item[]; right: Item[] }[] {
  const items = steps.flatMap(step => ('item' in step ? [step] : [])).sort((a, b) => a.item.at - b.item.at);
  const sessions: { bounds: Bounds; key: string; left: Item[]; right: Item[] }[] = [];
  for (const { left, item } of items) {
    const [own] = windowsOf(window, item) as [Bounds];
    const last = sessions.findLast(({ key }) => key === item.key);
    const joined = last && window.merge?.(last.bounds, own);
    const one = joined && last ? last : { bounds: own, key: item.key, left: [], right: [] };
    if (joined && last) last.bounds = joined;
    else sessions.push(one);
    (left ? one.left : one.right).push(item);
  }
  return sessions;
}

const heard = ({ late }: JoinRun): string[] => late.flat().map(({ value, retraction }) => `${retraction ? 'not ' : ''}${value.id}`);

/** Nothing of the state of windows, and of panes that wait, is left. */
function expectEmpty(run: JoinRun): void {
  const [rows, windows] = run.end as SavedState[];
  expect([rows?.parts, windows?.parts, run.completed, run.error]).toEqual([[], [], true, undefined]);
}

/** No row is late downstream that is not late by its window. */
function expectInTime(run: JoinRun): void {
  for (const { row, time, promised } of run.said.flat()) {
    const end = Number(row.split('/')[1]);
    expect(time).toBe(Math.min(end, Number.MAX_SAFE_INTEGER) - 1);
    if (promised < end) expect(time).toBeGreaterThanOrEqual(promised - 1);
  }
}

describe('a window join of any streams in any order', () => {
  it('gives, withdrawals aside, the rows of a nested loop over what each window took', () => {
    fc.assert(
      fc.property(joinSteps(true), revised(ALIGNED), (steps, choice) => {
        const run = runJoin(joinOf(choice), steps, true);
        expect(heard(run)).toEqual(taken(steps, choice).late);
        expect(net(run.said)).toEqual(expected(steps, choice));
        expectEmpty(run);
        expectInTime(run);
      }),
      { numRuns: 600 },
    );
  });

  it('says each row once when nothing can be taken back', () => {
    fc.assert(
      fc.property(joinSteps(false), appending(ALIGNED), (steps, choice) => {
        const run = runJoin(joinOf(choice), steps);
        expect(heard(run)).toEqual(taken(steps, choice).late);
        expect(run.said.flat().every(({ diff }) => diff === 1)).toBe(true);
        expect(net(run.said)).toEqual(expected(steps, choice));
        expectEmpty(run);
        expectInTime(run);
      }),
      { numRuns: 600 },
    );
  });

  it('takes withdrawals in while windows speak once, and says none', () => {
    const speaksOnce = appending(ALIGNED).filter(({ lateness: allowed, trigger: when }) => allowed === 0 && when?.fires !== 'any-time');
    fc.assert(
      fc.property(joinSteps(true), speaksOnce, (steps, choice) => {
        const run = runJoin(joinOf(choice), steps, true);
        expect(run.said.flat().every(({ diff }) => diff === 1)).toBe(true);
        expect(net(run.said)).toEqual(expected(steps, choice));
      }),
      { numRuns: 200 },
    );
  });

  it('says no more than what has changed: no row is withdrawn and said again in one step', () => {
    fc.assert(
      fc.property(joinSteps(true), revised(ALIGNED), (steps, choice) => {
        for (const rows of runJoin(joinOf(choice), steps, true).said) {
          const gone = rows.filter(({ diff }) => diff === -1).map(({ row }) => row);
          expect(rows.filter(({ row, diff }) => diff === 1 && gone.includes(row))).toEqual([]);
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe('a session join of any streams in any order', () => {
  const forEver = (choices: fc.Arbitrary<Options>): fc.Arbitrary<Options> =>
    choices.filter(({ lateness: allowed }) => allowed === Number.POSITIVE_INFINITY);

  it('spans both sides: the rows are those of sessions of all elements, when none ever expires', () => {
    fc.assert(
      fc.property(joinSteps(false), forEver(revised(SESSIONS)), (steps, choice) => {
        const run = runJoin(joinOf(choice), steps);
        const rows = sessionsOf(steps, choice.window).flatMap(({ bounds, left, right }) =>
          batchJoin(choice.type, left, right, sameKey, (l, r) => rowOf(l, r, bounds)),
        );
        expect(net(run.said)).toEqual(rows.sort());
        expectEmpty(run);
        expectInTime(run);
      }),
      { numRuns: 400 },
    );
  });

  it('says each pair once, also when sessions that were said become one', () => {
    fc.assert(
      fc.property(joinSteps(false), forEver(appending(SESSIONS)), (steps, choice) => {
        const run = runJoin(joinOf(choice, false), steps);
        const rows = sessionsOf(steps, choice.window).flatMap(({ left, right }) => batchJoin(choice.type, left, right, sameKey));
        expect(run.said.flat().every(({ diff }) => diff === 1)).toBe(true);
        expect(net(run.said)).toEqual(rows.sort());
        expectEmpty(run);
      }),
      { numRuns: 400 },
    );
  });

  it('drops or joins: no element does both, and none is in two rows that stand alone', () => {
    fc.assert(
      fc.property(joinSteps(false), fc.oneof(revised(SESSIONS), appending(SESSIONS)), (steps, choice) => {
        const run = runJoin(joinOf(choice, false), steps);
        const late = heard(run);
        const rows = net(run.said).map(row => row.split('-'));
        expect(rows.flat().filter(id => late.includes(id))).toEqual([]);
        expect(new Set(rows.map(String)).size).toBe(rows.length);
        const came = steps.flatMap(step => ('item' in step && !late.includes(step.item.id) ? [step.item.id] : []));
        if (choice.type === 'outer') expect(new Set(rows.flat().filter(id => id !== '_'))).toEqual(new Set(came));
        expectEmpty(run);
      }),
      { numRuns: 400 },
    );
  });
});

describe('a restart at any step', () => {
  const all = [...ALIGNED, ...SESSIONS];
  it.each<[string, fc.Arbitrary<Options>]>([
    ['revises', revised(all)],
    ['appends', appending(all)],
  ])('changes nothing in a join that %s', (_name, choices) => {
    fc.assert(
      fc.property(joinSteps(false), choices, fc.nat(30), (steps, choice, place) => {
        const cut = place % (steps.length + 1);
        const plain = runJoin(joinOf(choice), steps);
        const restarted = runJoin(joinOf(choice), [...steps.slice(0, cut), { restart: true }, ...steps.slice(cut)]);
        const without = <T>(list: readonly T[]): T[] => list.filter((_one, i) => i !== cut);
        expect(without(restarted.said)).toEqual(plain.said);
        expect(without(restarted.late)).toEqual(plain.late);
        expect(without(restarted.promised)).toEqual(plain.promised);
      }),
      { numRuns: 400 },
    );
  });
});

describe('a co-group of any streams in any order', () => {
  it('shows in the last pane of each window what it took of both sides', () => {
    const window = fc.constantFrom(...ALIGNED);
    fc.assert(
      fc.property(joinSteps(false), window, lateness, trigger, (steps, assigner, allowedLateness, when) => {
        const ids = (items: readonly Item[]): string => String(items.map(({ id }) => id).sort());
        const make: MakeJoin = right =>
          stage((source: EventStream<Item>) =>
            source.pipe(
              coGroup(right, {
                window: assigner,
                allowedLateness,
                ...(when && { trigger: when }),
                leftKey: left => left.key,
                rightKey: item => item.key,
              }),
              map(({ key, window: bounds, value }) => `${key}@${nameOf(bounds)} ${ids(value.left)}-${ids(value.right)}`),
            ),
          );
        const said = runJoin(make, steps).said.flat();
        const last = new Map(said.map(({ row }) => row.split(' ') as [string, string]));
        const rows = new Map<string, string>();
        for (const { bounds, left, right } of taken(steps, { window: assigner, lateness: allowedLateness }).windows) {
          for (const key of new Set([...left, ...right].map(item => item.key))) {
            const ids = (items: Item[]): string =>
              String(
                items
                  .filter(item => item.key === key)
                  .map(({ id }) => id)
                  .sort(),
              );
            rows.set(`${key}@${nameOf(bounds)}`, `${ids(left)}-${ids(right)}`);
          }
        }
        expect(last).toEqual(rows);
      }),
      { numRuns: 200 },
    );
  });
});
