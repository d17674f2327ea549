/** Windows with evictors against a naive model: the elements new in each pane, put to a list, with what is evicted taken out of it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { collect } from '../../src/aggregates/collect.js';
import { count } from '../../src/aggregates/count.js';
import { sum } from '../../src/aggregates/sum.js';
import type { Evictor, KeptElement } from '../../src/engine/evictor.js';
import { generalMachine } from '../../src/engine/generalMachine.js';
import type { Pane } from '../../src/engine/pane.js';
import type { Trigger } from '../../src/engine/trigger.js';
import type { TimeWindow, WindowAssigner } from '../../src/engine/window.js';
import { defineEvictor } from '../../src/evictors/defineEvictor.js';
import { keepCount } from '../../src/evictors/keepCount.js';
import { keepDelta } from '../../src/evictors/keepDelta.js';
import { keepTime } from '../../src/evictors/keepTime.js';
import { eventTime } from '../../src/operators/eventTime.js';
import { windowBy } from '../../src/operators/windowBy.js';
import { ascending } from '../../src/time/ascending.js';
import { END_OF_TIME } from '../../src/time/timestamp.js';
import { afterCount } from '../../src/triggers/afterCount.js';
import { afterDelta } from '../../src/triggers/afterDelta.js';
import { afterProcessingTime } from '../../src/triggers/afterProcessingTime.js';
import { afterWatermark } from '../../src/triggers/afterWatermark.js';
import { repeatedly } from '../../src/triggers/repeatedly.js';
import { globalWindow } from '../../src/windows/globalWindow.js';
import { session } from '../../src/windows/session.js';
import { sliding } from '../../src/windows/sliding.js';
import { tumbling } from '../../src/windows/tumbling.js';
import { type Item, type MachineStep, type Options, runMachine, specOf } from '../properties/machineRun.js';
import { refusal } from '../support.js';

const far = (from: Item, to: Item): number => Math.abs(to.value - from.value);
const EVICTORS: readonly Evictor<Item>[] = (['before', 'after'] as const).flatMap(when => [
  keepCount(2, { when }),
  keepTime(3, { when }),
  keepDelta<Item>(3, far, { when }),
  defineEvictor<Item>({ name: 'inFirstHalf', when, evict: (all, { start }) => all.filter(({ timestamp }) => timestamp < start + 3) }),
]);
const TRIGGERS: readonly (Trigger<Item> | undefined)[] = [
  undefined,
  repeatedly(afterCount(2)),
  afterDelta<Item>(2, far),
  afterWatermark({ early: afterProcessingTime(4), late: afterCount(2) }),
];
const item = fc.record({ key: fc.constantFrom('a', 'b'), value: fc.integer({ min: -5, max: 5 }), at: fc.integer({ min: -5, max: 20 }) });
const steps: fc.Arbitrary<MachineStep[]> = fc
  .array(
    fc.oneof(
      { weight: 6, arbitrary: item.map((one): MachineStep => ({ item: one, diff: 1 })) },
      { weight: 2, arbitrary: fc.integer({ min: -5, max: 25 }).map((watermark): MachineStep => ({ watermark })) },
      { weight: 1, arbitrary: fc.integer({ min: 0, max: 30 }).map((clock): MachineStep => ({ clock })) },
      { weight: 1, arbitrary: fc.constantFrom<MachineStep>({ checkpoint: true }, { restart: true }) },
    ),
    { minLength: 1, maxLength: 40, size: 'max' },
  )
  .map(drawn => [...drawn, { watermark: END_OF_TIME }]);
const accumulation = fc.constantFrom('accumulating' as const, 'discarding' as const, 'retracting' as const);

type Elements = readonly KeptElement<Item>[];

/** The panes of a window with an evictor, from the panes that hold new elements only. */
function modelled(news: readonly Pane<string, Item[]>[], evictor: Evictor<Item>, accumulates: boolean): Elements[] {
  const kept = new Map<string, Elements>();
  const id = (key: string, { start, end }: TimeWindow): string => `${key} ${start} ${end}`;
  return news.map(({ key, window, value, replaces }) => {
    const before = [...replaces, window].flatMap(each => kept.get(id(key, each)) ?? []);
    for (const each of replaces) kept.delete(id(key, each));
    const all = [...(accumulates ? before : []), ...value.map(one => ({ value: one, timestamp: one.at }))];
    const shown = evictor.when === 'before' ? evictor.evict(all, window) : all;
    kept.set(id(key, window), evictor.when === 'after' ? evictor.evict(shown, window) : shown);
    return shown;
  });
}

function compare(
  assigner: WindowAssigner<Item>,
  trigger: Trigger<Item> | undefined,
  evictor: Evictor<Item>,
  given: Options,
  all: readonly MachineStep[],
  form: (items: readonly Item[]) => unknown,
): void {
  const panes = (options: Options, evicts: boolean): Pane<string, Item[]>[] => {
    const plain = specOf(assigner, collect<Item>(), options, trigger);
    const spec = evicts ? { ...plain, ...evictor.over(plain.aggregate) } : plain;
    return runMachine(generalMachine, spec, all).said.flatMap(said => said.panes.filter(pane => !pane.retraction));
  };
  const news = panes({ ...given, accumulation: 'discarding' }, false);
  const expected = modelled(news, evictor, given.accumulation !== 'discarding');
  const got = panes(given, true);
  expect(got.map(pane => [pane.key, pane.window, pane.timing, form(pane.value)])).toEqual(
    news.map((pane, i) => [pane.key, pane.window, pane.timing, form((expected[i] as Elements).map(({ value }) => value))]),
  );
}

describe('windows with evictors', () => {
  it('say what a list says from which elements are taken, through any restart', () => {
    const choice = fc.record({
      assigner: fc.constantFrom<WindowAssigner<Item>>(tumbling(5), sliding(6, 4), globalWindow()),
      trigger: fc.constantFrom(...TRIGGERS),
      evictor: fc.constantFrom(...EVICTORS),
      options: fc.record({ accumulation, allowedLateness: fc.constantFrom(0, 4, 20) }),
    });
    fc.assert(
      fc.property(choice, steps, ({ assigner, trigger, evictor, options }, all) => {
        compare(assigner, trigger, evictor, options, all, items => items);
      }),
      { numRuns: 400 },
    );
  });

  it('do so in sessions that merge, but for the order of elements', () => {
    const choice = fc.record({
      trigger: fc.constantFrom(...TRIGGERS.slice(0, 2)),
      evictor: fc.constantFrom(keepTime(3), keepTime(3, { when: 'after' })),
      options: fc.record({
        accumulation: fc.constantFrom('accumulating' as const, 'discarding' as const),
        allowedLateness: fc.constantFrom(0, 20),
      }),
    });
    const sorted = (items: readonly Item[]): string[] => items.map(one => JSON.stringify([one.at, one.value])).sort();
    fc.assert(
      fc.property(choice, steps, ({ trigger, evictor, options }, all) => {
        compare(session(3), trigger, evictor, options, all, sorted);
      }),
      { numRuns: 400 },
    );
  });

  it('give the aggregate of what is left, with numeric aggregates too, and take it that nothing may be left', () => {
    const values: unknown[] = [];
    const nothing = defineEvictor<number>({ name: 'nothing', evict: () => [] });
    for (const evictor of [keepCount(2), nothing]) {
      eventTime([1, 2, 3, 4], { timestamp: n => n, watermark: ascending() })
        .pipe(
          windowBy(globalWindow(), { aggregate: sum((n: number) => n), trigger: repeatedly(afterCount(1)), evictor, onTime: 'ifChanged' }),
        )
        .subscribe(pane => values.push(pane.value));
    }
    expect(values).toEqual([1, 3, 5, 7, 0, 0, 0, 0]);
  });
});

describe('defineEvictor', () => {
  it('refuses what is no evictor', () => {
    expect(refusal(() => defineEvictor({ name: 'x' } as never))).toBe(
      'BAD_OPTION: defineEvictor: evict must be a function, but came as undefined.',
    );
    expect(refusal(() => defineEvictor({ name: 'x', when: 'now' as never, evict: all => all }))).toContain('one of before, after');
    expect(refusal(() => windowBy(tumbling(5), { aggregate: count(), evictor: keepCount as never }))).toBe(
      'BAD_OPTION: windowBy(tumbling(5)): evictor must be an evictor, such as keepCount(10), but came as function keepCount.',
    );
  });

  it('refuses at work what gives no array', () => {
    const bad = defineEvictor<number>({ name: 'bad', evict: () => 5 as never });
    let came: unknown;
    eventTime([1], { timestamp: n => n, watermark: ascending() })
      .pipe(windowBy(tumbling(5), { aggregate: count(), evictor: bad }))
      .subscribe({ error: error => (came = error) });
    expect(String(came)).toContain('bad: what evict gives must be an array of elements, but came as 5.');
  });

  it('refuses input that retracts: what is withdrawn may have been evicted', () => {
    const source = eventTime([1], { timestamp: n => n, watermark: ascending() }).pipe(
      windowBy(tumbling(5), { aggregate: count(), accumulation: 'retracting' }),
    );
    expect(refusal(() => source.pipe(windowBy(tumbling(5), { aggregate: count(), evictor: keepCount(2) })))).toContain(
      'RETRACTION_UNSUPPORTED',
    );
  });
});
