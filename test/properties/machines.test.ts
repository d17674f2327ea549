import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Aggregate } from '../../src/aggregates/aggregate.js';
import { collect } from '../../src/aggregates/collect.js';
import { count } from '../../src/aggregates/count.js';
import { max } from '../../src/aggregates/max.js';
import { mean } from '../../src/aggregates/mean.js';
import { sum } from '../../src/aggregates/sum.js';
import { variance } from '../../src/aggregates/variance.js';
import { generalMachine } from '../../src/engine/generalMachine.js';
import type { MachineFactory } from '../../src/engine/machine.js';
import type { WindowAssigner } from '../../src/engine/window.js';
import { days } from '../../src/windows/calendar.js';
import { cumulative } from '../../src/windows/cumulative.js';
import { globalWindow } from '../../src/windows/globalWindow.js';
import { session } from '../../src/windows/session.js';
import { sliding } from '../../src/windows/sliding.js';
import { tumbling } from '../../src/windows/tumbling.js';
import { runs } from './arbitraries.js';
import { type Item, type MachineStep, runItems, runMachine, specOf } from './machineRun.js';
import { machineSteps } from './machineSteps.js';

const value = (item: Item): number => item.value;
/** The machine that an assigner brings along for the default trigger. */
const fastMachine = (assigner: WindowAssigner<Item>): MachineFactory => assigner.machine as MachineFactory;
const small = (most: number): fc.Arbitrary<number> => fc.integer({ min: 1, max: most });

const assigners = fc.oneof(
  small(9).map(size => tumbling(size)),
  fc.record({ size: small(12), slide: small(7) }).map(({ size, slide }) => sliding(size, slide)),
  fc
    .record({ size: fc.integer({ min: 5, max: 9 }), slide: fc.integer({ min: 2, max: 7 }) })
    .map(({ size, slide }) => sliding(size, slide, { offset: 1 - slide })),
  fc.record({ step: small(4), times: small(4) }).map(({ step, times }) => cumulative(step * times, step)),
  fc.constant(globalWindow()),
);

const sessions = fc.oneof(
  fc.record({ gap: small(9), mergeTouching: fc.boolean() }).map(({ gap, mergeTouching }) => session<Item>(gap, { mergeTouching })),
  fc.record({ most: small(9), mergeTouching: fc.boolean() }).map(({ most, mergeTouching }) =>
    // Some have no length.
    session((item: Item) => (item.value + 3) % most, { mergeTouching }),
  ),
);

const options = fc.record({
  accumulation: fc.constantFrom('accumulating' as const, 'discarding' as const, 'retracting' as const),
  allowedLateness: fc.oneof(fc.constant(0), small(15), fc.constant(Number.POSITIVE_INFINITY)),
  onTime: fc.constantFrom('always' as const, 'ifChanged' as const),
  closing: fc.constantFrom('always' as const, 'ifChanged' as const, 'never' as const),
  timestampCombiner: fc.constantFrom('endOfWindow' as const, 'earliest' as const, 'latest' as const),
});

/** Steps; now and then an element that came before is withdrawn, if `retractions`. */
function steps(retractions: boolean, unit = 1): fc.Arbitrary<MachineStep[]> {
  const item = fc.record({
    key: fc.constantFrom('a', 'b', 'c'),
    value: fc.integer({ min: -3, max: 5 }),
    at: fc.integer({ min: -6, max: 20 }),
  });
  const step = fc.oneof(
    { weight: 6, arbitrary: item.map(({ key, value: v, at }): MachineStep => ({ item: { key, value: v, at: at * unit }, diff: 1 })) },
    { weight: 3, arbitrary: fc.integer({ min: -6, max: 40 }).map((at): MachineStep => ({ watermark: at * unit })) },
    { weight: 1, arbitrary: fc.constant<MachineStep>({ restart: true }) },
    { weight: retractions ? 2 : 0, arbitrary: fc.nat(30).map((index): { withdraw: number } => ({ withdraw: index })) },
  );
  return machineSteps(step, 30);
}

describe('the fast machine of an assigner equals the general one', () => {
  const compare = (
    assigner: Parameters<typeof specOf>[0],
    aggregate: Parameters<typeof specOf>[1],
    o: Parameters<typeof specOf>[2],
    s: MachineStep[],
  ): void => {
    const spec = specOf(assigner, aggregate, o);
    const sliced = runMachine(fastMachine(assigner), spec, s);
    const general = runMachine(generalMachine, spec, s);
    const bare = spec.timestampCombiner === 'endOfWindow' ? sliced.said : sliced.said.map(({ panes, late }) => ({ panes, late }));
    expect(bare).toEqual(
      spec.timestampCombiner === 'endOfWindow' ? general.said : general.said.map(({ panes, late }) => ({ panes, late })),
    );
    expect(sliced.drops).toEqual(general.drops);
  };

  it('in panes, their order, late elements and the watermark downstream', () => {
    const aggregates = fc.constantFrom(sum(value), count(), max(value));
    fc.assert(fc.property(fc.oneof(assigners, sessions), aggregates, options, steps(false), compare), { numRuns: runs(2_000) });
  }, 600_000);

  it('when elements are withdrawn', () => {
    fc.assert(fc.property(fc.oneof(assigners, sessions), fc.constantFrom(sum(value), count()), options, steps(true), compare), {
      numRuns: runs(1_500),
    });
  }, 600_000);

  it('in local days', () => {
    const zones = fc.constantFrom(days('Europe/Berlin'), days('America/Sao_Paulo', { count: 2 }));
    fc.assert(fc.property(zones, fc.constant(count()), options, steps(true, 16_200_000), compare), { numRuns: runs(200) });
  }, 600_000);
});

describe('the fast machine of an assigner', () => {
  it('withdraws to the last bit what it said', () => {
    const aggregates = fc.constantFrom(
      sum((item: Item) => item.value / 10),
      mean((item: Item) => item.value / 7),
      variance((item: Item) => item.value / 3),
      collect(value),
    );
    fc.assert(
      fc.property(assigners, aggregates, options, steps(false), (assigner, aggregate, o, s) => {
        const { said } = runMachine<unknown>(
          fastMachine(assigner),
          specOf<unknown>(assigner, aggregate, { ...o, accumulation: 'retracting' }),
          s,
        );
        const last = new Map<string, unknown>();
        for (const pane of said.flatMap(({ panes }) => panes)) {
          const id = `${pane.key} ${pane.window.start} ${pane.window.end}`;
          if (pane.retraction) expect({ ...pane, retraction: false }).toEqual(last.get(id));
          else last.set(id, pane);
        }
      }),
      { numRuns: runs(1_000) },
    );
  }, 600_000);

  it('says the same for elements in a run as one by one', () => {
    const item = fc.record({ key: fc.constantFrom('a', 'b', 'c'), value: small(5), at: fc.integer({ min: -6, max: 40 }) });
    const items = fc.array(item, { minLength: 1, maxLength: 60, size: 'max' });
    const aggregates = fc.constantFrom<Aggregate<Item, any, unknown>>(sum(value), count(), collect(value));
    const bounds = fc.integer({ min: 0, max: 25 });
    fc.assert(
      fc.property(
        fc.oneof(assigners, sessions),
        aggregates,
        options,
        items,
        bounds,
        fc.nat({ max: 60 }),
        (assigner, aggregate, o, drawn, bound, cut) => {
          const spec = specOf(assigner, aggregate, o);
          const run = (batched: boolean): unknown[] => runItems(fastMachine(assigner), spec, drawn, bound, batched, cut);
          expect(run(true)).toEqual(run(false));
        },
      ),
      { numRuns: runs(1_500) },
    );
  }, 600_000);
});
