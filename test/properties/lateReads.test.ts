/** What joins and views of panes were at a barrier, read later and bit by bit: a restart from it goes on as if nothing had happened. */
import fc from 'fast-check';
import { map } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { count } from '../../src/aggregates/count.js';
import type { AccumulationMode, Pane } from '../../src/engine/pane.js';
import { changes } from '../../src/operators/changes.js';
import { coGroup } from '../../src/operators/coGroup.js';
import { finals } from '../../src/operators/finals.js';
import { intervalJoin } from '../../src/operators/intervalJoin.js';
import { joinWith } from '../../src/operators/joinWith.js';
import { latestPane } from '../../src/operators/latestPane.js';
import { materialize } from '../../src/operators/materialize.js';
import { updates } from '../../src/operators/updates.js';
import { windowBy } from '../../src/operators/windowBy.js';
import type { EventStream } from '../../src/stream/eventStream.js';
import { record, type Snapshot } from '../../src/testing/record.js';
import { type TestStream, testStream } from '../../src/testing/testStream.js';
import { afterCount } from '../../src/triggers/afterCount.js';
import { afterWatermark } from '../../src/triggers/afterWatermark.js';
import { session } from '../../src/windows/session.js';
import { tumbling } from '../../src/windows/tumbling.js';
import { runs } from './arbitraries.js';

interface Item {
  readonly id: number;
  readonly key: string;
}

type Source = TestStream<Item>;
type Step = { readonly left: boolean } & (
  | { readonly key: string; readonly at: number }
  | { readonly watermark: number }
  | { readonly clock: number }
);

const key = (item: Item): string => item.key;
const trigger = afterWatermark({ early: afterCount(1) });

const sessions = (source: Source, accumulation: AccumulationMode): EventStream<Pane<string, number>> =>
  source.pipe(windowBy(session(4), { key, aggregate: count(), trigger, allowedLateness: 6, accumulation }));
const sides = { window: session<Item>(4), leftKey: key, rightKey: key, trigger, allowedLateness: 6 };
const pair = (left?: Item, right?: Item): string => `${left?.id ?? '_'} ${right?.id ?? '_'}`;
const interval = (type: 'inner' | 'left' | 'outer') => (left: Source, right: Source) =>
  left.pipe(intervalJoin(right, { within: [-3, 5], type, leftKey: key, rightKey: key, select: pair, allowedLateness: 2 }));

const PIPELINES: Readonly<Record<string, (left: Source, right: Source) => EventStream<unknown>>> = {
  latestPane: left => sessions(left, 'accumulating').pipe(latestPane({ equals: () => false })),
  'latestPane of windows': left => left.pipe(windowBy(tumbling(5), { key, aggregate: count(), trigger, allowedLateness: 6 }), latestPane()),
  finals: left => sessions(left, 'retracting').pipe(finals()),
  updates: left => sessions(left, 'accumulating').pipe(updates({ every: 3, maxPerWindow: 2 })),
  materialize: left =>
    sessions(left, 'retracting').pipe(
      materialize({ keep: 5 }),
      map(view => [view.version, [...view.panes()].map(({ key, window, value }) => [key, window.start, window.end, value])]),
    ),
  'joinWith sessions that accumulate': (left, right) =>
    left.pipe(joinWith(right, { ...sides, trigger: afterWatermark({ early: afterCount(2) }), select: pair })),
  'joinWith sessions that retract': (left, right) =>
    left.pipe(joinWith(right, { ...sides, type: 'outer', accumulation: 'retracting', select: pair }), changes()),
  coGroup: (left, right) =>
    left.pipe(
      coGroup(right, sides),
      map(({ key, value }) => [key, value.left, value.right]),
    ),
  intervalJoin: interval('inner'),
  'intervalJoin, left': interval('left'),
  'intervalJoin, outer': interval('outer'),
};

const left = fc.boolean();
const time = fc.integer({ min: 0, max: 30 });
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ left, key: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), at: time }) },
    { weight: 2, arbitrary: fc.record({ left, watermark: time }) },
    { weight: 1, arbitrary: fc.record({ left, clock: fc.integer({ min: 1, max: 4 }) }) },
  ),
  { maxLength: 40, size: 'max' },
);

/** What each step says, from a step on; `between` comes behind each. */
function runOf(
  make: (left: Source, right: Source) => EventStream<unknown>,
  all: readonly Step[],
  from?: { readonly step: number; readonly clock: number; readonly snapshot: Snapshot },
  between: (step: number, clock: number, barrier: () => () => Snapshot) => void = () => {},
): unknown[] {
  const one = testStream<Item>();
  one.advanceProcessingTimeTo(from?.clock ?? 0);
  const other = make.length === 1 ? one : testStream<Item>({ clock: one.clock });
  const out = record(make(one, other), from ? { from: from.snapshot } : {});
  const said = all.map((step, i) => {
    if (i < (from?.step ?? 0)) return [];
    const source = step.left ? one : other;
    if ('key' in step) source.add({ id: i, key: step.key }, step.at);
    else if ('watermark' in step) source.advanceWatermarkTo(Math.max(step.watermark, source.watermark));
    else one.advanceProcessingTime(step.clock);
    const now = [out.take(), out.takeWatermarks()];
    between(i, one.clock.now(), () => out.barrier());
    return now;
  });
  one.complete();
  if (other !== one) other.complete();
  return [...said, [out.take(), out.takeWatermarks(), out.completed]];
}

describe('a barrier that is read later', () => {
  it.each(Object.entries(PIPELINES))('is what %s was', (_name, make) => {
    // By step: whether there is a barrier behind it, and after how many more steps that is read.
    const barriers = fc.array(fc.option(fc.nat(6), { nil: undefined }), { minLength: 40, maxLength: 40 });
    fc.assert(
      fc.property(steps, barriers, (all, delays) => {
        const plain = runOf(make, all);
        const found: { step: number; clock: number; snapshot: Snapshot }[] = [];
        let open: { readonly due: number; read(): void }[] = [];
        const watched = runOf(make, all, undefined, (step, clock, barrier) => {
          for (const { due, read } of open) if (due <= step) read();
          open = open.filter(({ due }) => due > step);
          const delay = delays[step];
          if (delay === undefined) return;
          const later = barrier();
          open.push({ due: step + delay, read: () => void found.push({ step: step + 1, clock, snapshot: later() }) });
        });
        expect(watched).toEqual(plain);
        for (const from of found) expect(runOf(make, all, from).slice(from.step)).toEqual(plain.slice(from.step));
      }),
      { numRuns: runs(100) },
    );
  });
});
