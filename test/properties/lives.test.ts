/**
 * Windows with a time to live against a naive reading of them: lives are lists of times; and each says what the global window of a stream of
 * its elements alone would say, which completes when the life is over. And against sessions, which in order of time have the same elements.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { collect } from '../../src/aggregates/collect.js';
import { sum } from '../../src/aggregates/sum.js';
import { dropCounts } from '../../src/engine/drops.js';
import { generalMachine } from '../../src/engine/generalMachine.js';
import type { WindowMachine } from '../../src/engine/machine.js';
import type { Pane } from '../../src/engine/pane.js';
import type { Trigger } from '../../src/engine/trigger.js';
import type { WindowAssigner } from '../../src/engine/window.js';
import { END_OF_TIME, START_OF_TIME } from '../../src/time/timestamp.js';
import { afterCount } from '../../src/triggers/afterCount.js';
import { afterProcessingTime } from '../../src/triggers/afterProcessingTime.js';
import { afterWatermark } from '../../src/triggers/afterWatermark.js';
import { repeatedly } from '../../src/triggers/repeatedly.js';
import { globalWindow } from '../../src/windows/globalWindow.js';
import { session } from '../../src/windows/session.js';
import { runs } from './arbitraries.js';
import { type Item, type MachineStep, type Options, runMachine, specOf } from './machineRun.js';
import { machineSteps } from './machineSteps.js';

type SumPane = Pane<string, number>;

interface NaiveLife {
  readonly seq: number;
  readonly key: string;
  /** As they came. */
  readonly times: number[];
  readonly machine: WindowMachine<Item>;
  panes: SumPane[];
}

const total = sum((item: Item) => item.value);

/** What each step says: panes in order, and the elements that came too late. */
function naive(ttl: number, options: Options, trigger: Trigger<Item> | undefined, steps: readonly MachineStep[]): unknown[] {
  let lives: NaiveLife[] = [];
  let watermark = START_OF_TIME;
  let clock = START_OF_TIME;
  let seq = 0;
  const lastOf = (life: NaiveLife): number => Math.max(...life.times);
  const firstOf = (life: NaiveLife): number => Math.min(...life.times);
  const begin = (key: string): NaiveLife => {
    const panes: SumPane[] = [];
    const output = { pane: (pane: SumPane) => void panes.push(pane), late: () => {}, reached: () => {} };
    const machine = generalMachine(specOf(globalWindow(), total, options, trigger), output, dropCounts());
    machine.advance(START_OF_TIME, clock);
    const life = { seq: seq++, key, times: [], machine, panes };
    lives.push(life);
    return life;
  };
  /** Where an element counts: among those around it, with those that follow closely, or by itself. */
  const lifeOf = (key: string, at: number): NaiveLife | undefined => {
    const own = lives.filter(life => life.key === key);
    const before = own.filter(life => firstOf(life) <= at).sort((a, b) => firstOf(b) - firstOf(a))[0];
    if (before && lastOf(before) + ttl > at) return before;
    if (at + ttl <= watermark) return undefined;
    return own.find(life => firstOf(life) > at && firstOf(life) < at + ttl) ?? begin(key);
  };
  const spoken = (): unknown[] => {
    const all = lives.slice().sort((a, b) => lastOf(a) - lastOf(b) || (a.times[0] as number) - (b.times[0] as number) || a.seq - b.seq);
    return all.flatMap(({ panes, times }) =>
      panes.splice(0).map(pane => ({ ...pane, window: { start: times[0], end: END_OF_TIME }, timestamp: undefined })),
    );
  };
  return steps.map(step => {
    const late: number[] = [];
    if ('item' in step) {
      const { key, at } = step.item;
      const life = lifeOf(key, at);
      life?.times.push(at);
      if (life) life.machine.element(step.item, at, step.diff);
      else late.push(at);
    }
    if ('watermark' in step) watermark = Math.max(watermark, step.watermark);
    if ('clock' in step) clock = Math.max(clock, step.clock);
    const over = lives.filter(life => lastOf(life) + ttl <= watermark);
    if ('watermark' in step || 'clock' in step)
      for (const life of lives) life.machine.advance(over.includes(life) ? END_OF_TIME : watermark, clock);
    const panes = spoken();
    lives = lives.filter(life => !over.includes(life));
    return { panes, late };
  });
}

const options = fc.record({
  accumulation: fc.constantFrom('accumulating' as const, 'discarding' as const, 'retracting' as const),
  onTime: fc.constantFrom('always' as const, 'ifChanged' as const),
  closing: fc.constantFrom('always' as const, 'ifChanged' as const, 'never' as const),
});

const triggers = fc.constantFrom<Trigger<Item> | undefined>(
  undefined,
  repeatedly(afterCount(2)),
  afterWatermark({ early: afterCount(2) }),
  afterWatermark({ early: afterProcessingTime(3) }),
  repeatedly(afterProcessingTime(2)),
);

const item = fc.record({
  key: fc.constantFrom('a', 'b', 'c'),
  value: fc.integer({ min: -3, max: 5 }),
  at: fc.integer({ min: -6, max: 40 }),
});

/** Elements, some withdrawn later, watermarks, the clock, and restarts: `rests` says how many. */
function steps(rests: number): fc.Arbitrary<MachineStep[]> {
  const step = fc.oneof(
    { weight: 6, arbitrary: item.map((drawn): { item: Item; diff: 1 } => ({ item: drawn, diff: 1 })) },
    { weight: 3, arbitrary: fc.integer({ min: -6, max: 60 }).map(watermark => ({ watermark })) },
    { weight: 2, arbitrary: fc.integer({ min: 0, max: 30 }).map(clock => ({ clock })) },
    { weight: rests, arbitrary: fc.constantFrom<MachineStep>({ restart: true }, { checkpoint: true }) },
    { weight: 2, arbitrary: fc.nat(30).map(withdraw => ({ withdraw })) },
  );
  return machineSteps(step, 30);
}

const ttls = fc.integer({ min: 1, max: 15 });

describe('windows with a time to live', () => {
  it('say, life by life, what the global window of the elements of that life says', () => {
    fc.assert(
      fc.property(ttls, options, triggers, steps(2), (ttl, o, trigger, drawn) => {
        const { said } = runMachine(generalMachine, specOf(globalWindow({ ttl }), total, o, trigger), drawn);
        const bare = said.map(({ panes, late }) => ({
          panes: panes.map(pane => ({ ...pane, timestamp: undefined })),
          late: late.map(({ timestamp }) => timestamp),
        }));
        expect(bare).toEqual(naive(ttl, o, trigger, drawn));
      }),
      { numRuns: runs(2_000) },
    );
  }, 600_000);

  it('give each pane a name of its own, and lose nothing', () => {
    fc.assert(
      fc.property(ttls, options, triggers, steps(1), (ttl, o, trigger, all) => {
        const drawn = all.filter(step => !('item' in step && step.diff === -1));
        const closing = o.closing === 'never' ? 'ifChanged' : o.closing;
        const spec = specOf(globalWindow({ ttl }), total, { ...o, closing, accumulation: 'discarding' }, trigger);
        const { said, drops } = runMachine(generalMachine, spec, drawn);
        const panes = said.flatMap(one => one.panes);
        expect(new Set(panes.map(({ key, window, index }) => `${key} ${window.start} ${index}`)).size).toBe(panes.length);
        const late = said.flatMap(one => one.late);
        expect(drops.expired).toBe(late.length);
        const came = drawn.reduce((n, step) => n + ('item' in step ? step.item.value : 0), 0);
        const shown = panes.reduce((n, { value }) => n + value, 0) + late.reduce((n, { value }) => n + value.value, 0);
        expect(shown).toBe(came);
      }),
      { numRuns: runs(1_000) },
    );
  }, 600_000);

  it('hold the same elements as sessions when these come in order of time, however the watermark moves', () => {
    const items = fc.array(item, { maxLength: 30 }).map(drawn => drawn.sort((a, b) => a.at - b.at));
    fc.assert(
      fc.property(ttls, items, fc.nat(20), (ttl, drawn, bound) => {
        const all = drawn.flatMap((one): MachineStep[] => [{ item: one, diff: 1 }, { watermark: one.at - bound }]);
        const lasts = (assigner: WindowAssigner<Item>): unknown[] =>
          runMachine(
            generalMachine,
            specOf(
              assigner,
              collect((one: Item) => one.at),
            ),
            [...all, { watermark: END_OF_TIME }],
          ).said.flatMap(({ panes }) => panes.map(({ key, window: { start }, value, timestamp }) => ({ key, start, value, timestamp })));
        expect(lasts(globalWindow({ ttl }))).toEqual(lasts(session(ttl)));
      }),
      { numRuns: runs(500) },
    );
  }, 600_000);

  it('keep the watermark downstream behind every pane that is still to come', () => {
    fc.assert(
      fc.property(ttls, options, triggers, steps(1), (ttl, o, trigger, drawn) => {
        const { said } = runMachine(generalMachine, specOf(globalWindow({ ttl }), total, o, trigger), drawn);
        let promised = Number.NEGATIVE_INFINITY;
        for (const { panes, outputWatermark } of said) {
          for (const { timestamp } of panes) expect(timestamp).toBeGreaterThanOrEqual(promised);
          promised = outputWatermark;
        }
      }),
      { numRuns: runs(1_000) },
    );
  }, 600_000);
});
