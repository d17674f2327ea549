/**
 * Windows over the panes of windows: whatever fires early or late below, in whatever mode, each level is the batch result over what
 * the level below has said; and nothing is late above that was in time below.
 */
import fc from 'fast-check';
import { tap } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { sum } from '../../src/aggregates/sum.js';
import type { AccumulationMode, LateRecord, Pane } from '../../src/engine/pane.js';
import type { Trigger } from '../../src/engine/trigger.js';
import type { WindowAssigner } from '../../src/engine/window.js';
import { finals } from '../../src/operators/finals.js';
import { windowBy } from '../../src/operators/windowBy.js';
import type { EventStream } from '../../src/stream/eventStream.js';
import { record } from '../../src/testing/record.js';
import { testStream } from '../../src/testing/testStream.js';
import type { TraceWindow } from '../../src/testing/trace.js';
import { afterAll } from '../../src/triggers/afterAll.js';
import { afterCount } from '../../src/triggers/afterCount.js';
import { afterProcessingTime } from '../../src/triggers/afterProcessingTime.js';
import { afterWatermark } from '../../src/triggers/afterWatermark.js';
import { every } from '../../src/triggers/every.js';
import { everyEventTime } from '../../src/triggers/everyEventTime.js';
import { never } from '../../src/triggers/never.js';
import { repeatedly } from '../../src/triggers/repeatedly.js';
import { cumulative } from '../../src/windows/cumulative.js';
import { session } from '../../src/windows/session.js';
import { sliding } from '../../src/windows/sliding.js';
import { tumbling } from '../../src/windows/tumbling.js';
import { runs } from './arbitraries.js';
import { windowsOf } from './modelWindows.js';

interface Item {
  readonly key: string;
  readonly value: number;
  readonly at: number;
}

type Step = { readonly item: Item } | { readonly watermark: number } | { readonly clock: number };

/** One level: how it is windowed, and the same as a word for the oracle. */
interface Level {
  readonly assigner: WindowAssigner<any>;
  readonly window: TraceWindow;
  readonly trigger: Trigger<any> | undefined;
  readonly accumulation: AccumulationMode;
  readonly allowedLateness: number;
  readonly timestampCombiner: 'endOfWindow' | 'earliest' | 'latest';
}

type Said = Pane<string, number>;

const ALIGNED: readonly Pick<Level, 'assigner' | 'window'>[] = [
  { assigner: tumbling(5), window: { kind: 'tumbling', size: 5 } },
  { assigner: tumbling(12, { offset: 2 }), window: { kind: 'tumbling', size: 12, offset: 2 } },
  { assigner: sliding(6, 4), window: { kind: 'sliding', size: 6, slide: 4, offset: 0 } },
  { assigner: cumulative(9, 3), window: { kind: 'cumulative', size: 9, step: 3, offset: 0 } },
];
const MERGING: readonly Pick<Level, 'assigner' | 'window'>[] = [
  { assigner: session(3), window: { kind: 'session', gap: 3 } },
  { assigner: session(5), window: { kind: 'session', gap: 5 } },
];
const TRIGGERS: readonly (Trigger<any> | undefined)[] = [
  undefined,
  undefined,
  never(),
  afterWatermark({ early: afterCount(1) }),
  afterWatermark({ early: afterCount(2), late: afterCount(2) }),
  afterWatermark({ early: every(4), late: afterProcessingTime(2) }),
  repeatedly(afterCount(2)),
  repeatedly(afterAll(afterCount(1), everyEventTime(4))),
];

function levels(windows: readonly Pick<Level, 'assigner' | 'window'>[], modes: readonly AccumulationMode[]): fc.Arbitrary<Level> {
  return fc
    .record({
      windowing: fc.constantFrom(...windows),
      trigger: fc.constantFrom(...TRIGGERS),
      accumulation: fc.constantFrom(...modes),
      allowedLateness: fc.constantFrom(0, 4, 20),
      timestampCombiner: fc.constantFrom('endOfWindow' as const, 'earliest' as const, 'latest' as const),
    })
    .map(({ windowing, ...options }) => {
      const shown = JSON.stringify({ assigner: windowing.assigner.name, ...options, trigger: options.trigger?.name });
      return { ...windowing, ...options, [fc.toStringMethod]: () => shown };
    });
}

const item = fc.record({ key: fc.constantFrom('a', 'b'), value: fc.integer({ min: 1, max: 9 }), at: fc.integer({ min: -5, max: 25 }) });
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: item.map((one): Step => ({ item: one })) },
    { weight: 3, arbitrary: fc.integer({ min: -5, max: 40 }).map((watermark): Step => ({ watermark })) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 30 }).map((clock): Step => ({ clock })) },
  ),
  { minLength: 1, maxLength: 30, size: 'max' },
);

/** What went through the levels: panes of each, and what each found late. The input is level 0. */
interface Run {
  /** The elements, each with the watermark when it came. */
  readonly items: readonly (Item & { readonly watermark: number })[];
  readonly panes: readonly (readonly Said[])[];
  readonly late: readonly (readonly LateRecord<any>[])[];
}

type Between = (level: number) => (stream: EventStream<Said>) => EventStream<Said>;
const nothing: Between = () => stream => stream;

function run(all: readonly Level[], drawn: readonly Step[], between: Between = nothing, restart = false): Run {
  const source = testStream<Item>();
  const late: LateRecord<any>[][] = all.map(() => []);
  const panes: Said[][] = all.map(() => []);
  let stream: EventStream<any> = source;
  all.forEach(({ assigner, trigger, accumulation, allowedLateness, timestampCombiner }, i) => {
    const windowed: EventStream<Said> = stream.pipe(
      windowBy<any, number, string>(assigner, {
        accumulation,
        allowedLateness,
        timestampCombiner,
        ...(trigger ? { trigger } : {}),
        key: element => element.key,
        aggregate: sum((element: Item | Said) => element.value),
        late: { next: one => void late[i]?.push(one) },
      }),
    );
    stream = between(i)(windowed).pipe(tap(pane => void panes[i]?.push(pane)));
  });
  let recording = record(stream);
  for (const step of [...drawn, { watermark: Number.MAX_SAFE_INTEGER }]) {
    if ('item' in step) source.add(step.item, step.item.at);
    else if ('watermark' in step) source.advanceWatermarkTo(Math.max(step.watermark, source.watermark));
    else source.advanceProcessingTimeTo(Math.max(step.clock, source.clock.now()));
    recording.take();
    if (!restart) continue;
    const snapshot = recording.snapshot();
    recording.stop();
    recording = record(stream, { from: snapshot });
  }
  let watermark = Number.MIN_SAFE_INTEGER;
  const items = drawn.flatMap(step => {
    if ('watermark' in step) watermark = Math.max(watermark, step.watermark);
    return 'item' in step ? [{ ...step.item, watermark }] : [];
  });
  return { items, panes, late };
}

/** What a level says of each key and window in the end: of what it discards the sum, else what stands last. */
function told(panes: readonly Said[], accumulation: AccumulationMode): Record<string, number> {
  const total: Record<string, number> = {};
  for (const { key, window, value, retraction, replaces } of panes) {
    const id = `${key} ${window.start}/${window.end}`;
    if (accumulation === 'discarding') total[id] = (total[id] ?? 0) + value;
    else if (retraction) delete total[id];
    else total[id] = value;
    if (accumulation === 'accumulating') for (const { start, end } of replaces) delete total[`${key} ${start}/${end}`];
  }
  return total;
}

/** A value for a level, and the watermark when it came, if that matters. */
interface Value {
  readonly key: string;
  readonly value: number;
  readonly at: number;
  readonly watermark?: number;
}

/** The batch result: each value in all windows of its time that had not expired when it came. */
function batch({ window, allowedLateness }: Level, values: readonly Value[]): Record<string, number> {
  const total: Record<string, number> = {};
  for (const { key, value, at, watermark = Number.NEGATIVE_INFINITY } of values) {
    for (const [start, end] of windowsOf(window, { key, value, timestamp: at })) {
      if (watermark >= end + allowedLateness) continue;
      const id = `${key} ${start}/${end}`;
      total[id] = (total[id] ?? 0) + value;
    }
  }
  return total;
}

/** The values of a batch result as the next level gets them: at the end of their windows. */
function above(total: Record<string, number>): Value[] {
  return Object.entries(total).map(([id, value]) => {
    const [, key = '', end] = /^(.*) -?\d+\/(-?\d+)$/.exec(id) as RegExpExecArray;
    return { key, value, at: Number(end) - 1 };
  });
}

/** Without what adds up to nothing: a window whose panes were all withdrawn. */
function someOf(total: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(total).filter(([, value]) => value !== 0));
}

/**
 * Whether a pane came in time. A withdrawal is as late as the pane that follows in its place; one without, of a session that was merged
 * away, is judged in restart.test.ts.
 */
function inTime(pane: Said, said: readonly Said[]): boolean {
  if (!pane.retraction) return pane.timing !== 'late';
  const next = said[said.indexOf(pane) + 1];
  const { key, window } = pane;
  return next?.key === key && next.window.start === window.start && next.window.end === window.end && next.timing !== 'late';
}

const SUMMABLE: readonly AccumulationMode[] = ['discarding', 'retracting'];
const same = (level: Level, allowedLateness: number): Level => ({ ...level, allowedLateness, timestampCombiner: 'endOfWindow' });
const lateness = fc.constantFrom(0, 4, 20, 100);

describe('windows over panes', () => {
  it('are the batch result over the elements, at three levels, if none allows less lateness than the one below', () => {
    const three = fc.tuple(levels(ALIGNED, SUMMABLE), levels(ALIGNED, SUMMABLE), levels(ALIGNED, SUMMABLE));
    fc.assert(
      fc.property(three, lateness, steps, (drawn, allowed, all) => {
        const line = drawn.map(level => same(level, allowed));
        const { items, panes, late } = run(line, all);
        expect(late.slice(1)).toEqual([[], []]);
        let values: readonly Value[] = items;
        line.forEach((level, i) => {
          const total = batch(level, values);
          expect(someOf(told(panes[i] as Said[], level.accumulation))).toEqual(total);
          values = above(total);
        });
      }),
      { numRuns: runs(1_500) },
    );
  }, 600_000);

  it('are the batch result over the panes as they were stamped, whatever stands below', () => {
    const below = levels([...ALIGNED, ...MERGING], SUMMABLE);
    fc.assert(
      fc.property(below, levels(ALIGNED, ['accumulating', ...SUMMABLE]), steps, (first, second, all) => {
        const { panes, late } = run([first, { ...second, allowedLateness: Infinity }], all);
        const values = (panes[0] as Said[]).map(({ key, value, timestamp, retraction }) => ({
          key,
          value: retraction ? -value : value,
          at: timestamp,
        }));
        expect(late[1]).toEqual([]);
        expect(someOf(told(panes[1] as Said[], second.accumulation))).toEqual(someOf(batch(second, values)));
      }),
      { numRuns: runs(1_500) },
    );
  }, 600_000);

  it('find nothing late that was in time below, not even a withdrawal', () => {
    const any: readonly AccumulationMode[] = ['accumulating', ...SUMMABLE];
    const both = fc
      .tuple(levels([...ALIGNED, ...MERGING], any), levels([...ALIGNED, ...MERGING], any))
      .filter(([, above]) => !above.assigner.merging);
    fc.assert(
      fc.property(both, levels(ALIGNED, any), steps, ([first, second], third, all) => {
        const line = [first, { ...second, allowedLateness: 0 }, { ...third, allowedLateness: 0 }];
        const { late, panes } = run(line, all);
        late.slice(1).forEach((records, i) => {
          for (const { value } of records)
            expect({ value, inTime: inTime(value as Said, panes[i] as Said[]) }).toEqual({ value, inTime: false });
        });
      }),
      { numRuns: runs(2_000) },
    );
  }, 600_000);

  it('count each window once behind finals(), also of panes that accumulate, and find none late', () => {
    const any: readonly AccumulationMode[] = ['accumulating', 'retracting'];
    const two = fc.tuple(levels(ALIGNED, any), levels(ALIGNED, any), levels(ALIGNED, any));
    fc.assert(
      fc.property(two, steps, (drawn, all) => {
        // Behind finals() there is no lateness to allow for.
        const line = drawn.map((level, i) => ({ ...same(level, i === 0 ? level.allowedLateness : 0) }));
        const { items, panes, late } = run(line, all, () => stream => stream.pipe(finals()));
        expect(late.slice(1)).toEqual([[], []]);
        let values: readonly Value[] = items;
        line.forEach((level, i) => {
          const total = batch(level, values);
          expect(told(panes[i] as Said[], 'accumulating')).toEqual(total);
          values = above(total);
        });
      }),
      { numRuns: runs(1_000) },
    );
  }, 600_000);

  it('go on after a restart at any step as if there had been none', () => {
    const any: readonly AccumulationMode[] = ['accumulating', ...SUMMABLE];
    const windows = [...ALIGNED, ...MERGING];
    fc.assert(
      fc.property(fc.tuple(levels(windows, any), levels(ALIGNED, any), levels(ALIGNED, any)), steps, (line, all) => {
        expect(run(line, all, nothing, true)).toEqual(run(line, all));
      }),
      { numRuns: runs(300) },
    );
  }, 600_000);
});
