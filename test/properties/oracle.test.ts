/** The last accumulating pane of every key and window is the batch result, in whatever order the elements come. */
import fc from 'fast-check';
import { from } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { count } from '../../src/aggregates/count.js';
import { dropCounts } from '../../src/engine/drops.js';
import type { Pane } from '../../src/engine/pane.js';
import type { Trigger } from '../../src/engine/trigger.js';
import type { WindowAssigner } from '../../src/engine/window.js';
import { eventTime } from '../../src/operators/eventTime.js';
import { windowBy } from '../../src/operators/windowBy.js';
import type { TraceWindow } from '../../src/testing/trace.js';
import { boundedOutOfOrderness } from '../../src/time/boundedOutOfOrderness.js';
import { afterCount } from '../../src/triggers/afterCount.js';
import { afterWatermark } from '../../src/triggers/afterWatermark.js';
import { everyEventTime } from '../../src/triggers/everyEventTime.js';
import { never } from '../../src/triggers/never.js';
import { repeatedly } from '../../src/triggers/repeatedly.js';
import { days } from '../../src/windows/calendar.js';
import { cumulative } from '../../src/windows/cumulative.js';
import { globalWindow } from '../../src/windows/globalWindow.js';
import { session } from '../../src/windows/session.js';
import { sliding } from '../../src/windows/sliding.js';
import { tumbling } from '../../src/windows/tumbling.js';
import { KNOWN, type Known } from './aggregates.js';
import { runs } from './arbitraries.js';
import type { Item } from './machineRun.js';
import { type Bounds, meets, windowsOf } from './modelWindows.js';

interface Windowing {
  readonly assigner: WindowAssigner<Item>;
  readonly window: TraceWindow;
}

const HOUR = 3_600_000;
const small = (most: number): fc.Arbitrary<number> => fc.integer({ min: 1, max: most });
const windowings: fc.Arbitrary<Windowing> = fc.oneof(
  small(9).map(size => ({ assigner: tumbling(size * HOUR), window: { kind: 'tumbling' as const, size } })),
  fc
    .record({ size: small(9), slide: small(6) })
    .map(({ size, slide }) => ({ assigner: sliding(size * HOUR, slide * HOUR), window: { kind: 'sliding' as const, size, slide } })),
  fc.record({ step: small(3), n: small(4) }).map(({ step, n }) => ({
    assigner: cumulative(step * n * HOUR, step * HOUR),
    window: { kind: 'cumulative' as const, size: step * n, step },
  })),
  fc.record({ gap: small(4), mergeTouching: fc.boolean() }).map(({ gap, mergeTouching }) => ({
    assigner: session(gap * HOUR, { mergeTouching }),
    window: { kind: 'session' as const, gap, mergeTouching },
  })),
  fc
    .constantFrom('Europe/Berlin', 'America/New_York')
    .map(timeZone => ({ assigner: days(timeZone), window: { kind: 'days' as const, timeZone } })),
  fc.constant({ assigner: globalWindow(), window: { kind: 'global' as const } }),
);

const triggers: fc.Arbitrary<Trigger<Item> | undefined> = fc.constantFrom(
  undefined,
  afterWatermark({ early: afterCount(2) }),
  afterWatermark({ early: everyEventTime(2 * HOUR), late: afterCount(3) }),
  repeatedly(afterCount(2)),
  never(),
);

/** Elements with the delay with which each comes: in whole hours, as the model's windows count them. */
const arrivals = fc.array(
  fc.record({
    key: fc.constantFrom('a', 'b'),
    value: fc.integer({ min: -9, max: 9 }),
    at: fc.integer({ min: -10, max: 40 }),
    delay: fc.integer({ min: 0, max: 8 }),
  }),
  { minLength: 1, maxLength: 40, size: 'max' },
);

/** The windows of a batch with their elements. Days are counted in milliseconds, everything else in hours. */
function batch({ window }: Windowing, items: readonly Item[]): Map<string, Item[]> {
  const scale = window.kind === 'days' ? HOUR : 1;
  const found: { key: string; bounds: Bounds; items: Item[] }[] = [];
  for (const item of [...items].sort((a, b) => a.at - b.at)) {
    const element = { key: item.key, value: item.value, timestamp: item.at * scale };
    for (const own of windowsOf(window, element)) {
      const same = found.find(({ key, bounds }) => key === item.key && bounds[0] === own[0] && bounds[1] === own[1]);
      const met = window.kind === 'session' ? found.find(({ key, bounds }) => key === item.key && meets(window, bounds, own)) : same;
      if (!met) found.push({ key: item.key, bounds: own, items: [item] });
      else {
        met.items.push(item);
        met.bounds = [Math.min(met.bounds[0], own[0]), Math.max(met.bounds[1], own[1])];
      }
    }
  }
  const inMs = window.kind === 'days' || window.kind === 'global' ? 1 : HOUR;
  return new Map(found.map(({ key, bounds, items: all }) => [`${key} ${bounds[0] * inMs} ${bounds[1] * inMs}`, all]));
}

/** The last pane of each window that no other has replaced. */
function finals(panes: readonly Pane<string, unknown>[]): Map<string, unknown> {
  const last = new Map<string, unknown>();
  for (const { key, window, value, replaces } of panes) {
    for (const gone of replaces) last.delete(`${key} ${gone.start} ${gone.end}`);
    last.set(`${key} ${window.start} ${window.end}`, value);
  }
  return last;
}

describe('the final panes', () => {
  const expectBatch = (
    windowing: Windowing,
    known: Known,
    trigger: Trigger<Item> | undefined,
    drawn: readonly (Item & { delay: number })[],
    most: number,
  ): void => {
    const furthest = Math.max(...drawn.map(({ delay }) => delay));
    const bound = Math.min(most, furthest);
    const items = [...drawn].sort((a, b) => a.at + a.delay - (b.at + b.delay)).map(({ key, value, at }) => ({ key, value, at }));
    // A session that takes elements at its very end is complete one instant before the last of them can come (as in Flink).
    const touching = 'mergeTouching' in windowing.window && windowing.window.mergeTouching ? 1 : 0;
    const allowedLateness = (furthest - bound) * HOUR + touching;
    const panes: Pane<string, unknown>[] = [];
    eventTime(from(items), { timestamp: item => item.at * HOUR, watermark: boundedOutOfOrderness(bound * HOUR) })
      .pipe(
        windowBy(windowing.assigner, {
          key: item => item.key,
          aggregate: known.aggregate,
          allowedLateness,
          ...(trigger ? { trigger } : {}),
        }),
      )
      .subscribe(pane => void panes.push(pane));
    const canonical = known.canonical ?? (result => result);
    const got = [...finals(panes)].map(([id, result]) => [id, canonical(result)]);
    const expected = [...batch(windowing, items)].map(([id, all]) => [id, known.naive(all)]);
    expect(got.sort(), known.name).toEqual(expected.sort());
  };

  it('equal the batch result for every order within the bound', () => {
    fc.assert(fc.property(windowings, fc.constantFrom(...KNOWN), triggers, arrivals, fc.constant(8), expectBatch), {
      numRuns: runs(1_500),
    });
  }, 600_000);

  it('equal it for every order in which none comes further behind the watermark than the allowed lateness', () => {
    const any = fc.property(windowings, fc.constantFrom(...KNOWN), triggers, arrivals, fc.integer({ min: 0, max: 7 }), expectBatch);
    fc.assert(any, { numRuns: runs(1_000) });
  }, 600_000);

  it.each([
    { what: 'sessions', assigner: session(10), times: [0, 12, 5, 40], said: ['0-10 1', '5-22 2', '40-50 1'], batch: '0-22 3,40-50 1' },
    { what: 'sliding windows', assigner: sliding(10, 5), times: [12, 7], said: ['5-15 2', '10-20 1'], batch: '0-10 1,5-15 2,10-20 1' },
  ])('are others in $what where one comes later than that, though none is dropped', ({ assigner, times, said, batch: sorted }) => {
    const drops = dropCounts();
    const run = (order: readonly number[]): string[] => {
      const panes: string[] = [];
      eventTime(order, { timestamp: at => at })
        .pipe(windowBy(assigner, { aggregate: count(), drops }))
        .subscribe(({ window, value }) => panes.push(`${window.start}-${window.end} ${value}`));
      return panes;
    };
    expect(run(times)).toEqual(said);
    expect(run([...times].sort((a, b) => a - b)).join()).toBe(sorted);
    expect(drops).toEqual(dropCounts());
  });
});
