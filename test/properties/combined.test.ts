/** Windows of several kinds in one operator against an operator for each kind. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Aggregate } from '../../src/aggregates/aggregate.js';
import { collect } from '../../src/aggregates/collect.js';
import { count } from '../../src/aggregates/count.js';
import { max } from '../../src/aggregates/max.js';
import { sum } from '../../src/aggregates/sum.js';
import { generalMachine } from '../../src/engine/generalMachine.js';
import type { MachineFactory } from '../../src/engine/machine.js';
import type { Pane } from '../../src/engine/pane.js';
import type { WindowAssigner } from '../../src/engine/window.js';
import { afterCount } from '../../src/triggers/afterCount.js';
import { afterWatermark } from '../../src/triggers/afterWatermark.js';
import { combined } from '../../src/windows/combined.js';
import { cumulative } from '../../src/windows/cumulative.js';
import { globalWindow } from '../../src/windows/globalWindow.js';
import { sliding } from '../../src/windows/sliding.js';
import { tumbling } from '../../src/windows/tumbling.js';
import { runs } from './arbitraries.js';
import { type Item, type MachineStep, runItems, runMachine, specOf } from './machineRun.js';
import { machineSteps } from './machineSteps.js';

const value = (item: Item): number => item.value;
const small = (most: number): fc.Arbitrary<number> => fc.integer({ min: 1, max: most });

const kind = fc.oneof(
  fc.record({ size: small(12), offset: fc.nat(3) }).map(({ size, offset }) => tumbling(size, { offset: Math.min(offset, size - 1) })),
  fc.record({ size: small(14), slide: small(6) }).map(({ size, slide }) => sliding(size, slide)),
  fc.record({ step: small(3), times: small(4) }).map(({ step, times }) => cumulative(step * times, step)),
  fc.constant(globalWindow()),
);
const kinds = fc.array(kind, { minLength: 1, maxLength: 4 });

const item = fc.record({
  key: fc.constantFrom('a', 'b', 'c'),
  value: fc.integer({ min: -3, max: 5 }),
  at: fc.integer({ min: -6, max: 40 }),
});

const options = fc.record({
  accumulation: fc.constantFrom('accumulating' as const, 'discarding' as const, 'retracting' as const),
  allowedLateness: fc.oneof(fc.constant(0), small(15), fc.constant(Number.POSITIVE_INFINITY)),
  closing: fc.constantFrom('always' as const, 'ifChanged' as const, 'never' as const),
  timestampCombiner: fc.constantFrom('endOfWindow' as const, 'earliest' as const, 'latest' as const),
});

function steps(rests: number, withdrawals: number): fc.Arbitrary<MachineStep[]> {
  const step = fc.oneof(
    { weight: 6, arbitrary: item.map((drawn): { item: Item; diff: 1 } => ({ item: drawn, diff: 1 })) },
    { weight: 3, arbitrary: fc.integer({ min: -6, max: 60 }).map(watermark => ({ watermark })) },
    { weight: rests, arbitrary: fc.constantFrom<MachineStep>({ restart: true }, { checkpoint: true }) },
    { weight: withdrawals, arbitrary: fc.nat(30).map(withdraw => ({ withdraw })) },
  );
  return machineSteps(step, 40);
}

const named = (all: readonly WindowAssigner<unknown>[]) => combined(Object.fromEntries(all.map((one, i) => [`kind ${i}`, one])));

// Slices are put together in order of time, so the order of a list depends on where they are cut.
const sorted: Aggregate<Item, any, unknown> = {
  ...collect(value),
  result: (items: readonly number[]) => items.slice().sort((a, b) => a - b),
};
const aggregates = fc.constantFrom<Aggregate<Item, any, unknown>>(sum(value), count(), max(value), sorted);
const invertible = fc.constantFrom<Aggregate<Item, any, unknown>>(sum(value), count());

/** The panes of a step, whatever their order; the ones that two kinds have in common are the same. */
const lines = (panes: readonly Pane<string, unknown>[]): string[] => [...new Set(panes.map(pane => JSON.stringify(pane)))].sort();

describe('windows of several kinds in one operator', () => {
  const compare = (
    all: readonly WindowAssigner<unknown>[],
    aggregate: Aggregate<Item, any, unknown>,
    o: Parameters<typeof specOf>[2],
    drawn: readonly MachineStep[],
  ): void => {
    const run = (assigner: WindowAssigner<Item>) =>
      runMachine(assigner.machine as MachineFactory, specOf(assigner, aggregate, o), drawn).said;
    const one = run(named(all));
    const each = all.map(run);
    one.forEach(({ panes }, step) => {
      expect(lines(panes)).toEqual(lines(each.flatMap(said => said[step]?.panes ?? [])));
      if (o?.accumulation !== 'retracting') expect(lines(panes)).toHaveLength(panes.length);
    });
  };

  it('say what an operator for each kind says', () => {
    fc.assert(fc.property(kinds, aggregates, options, steps(2, 0), compare), { numRuns: runs(2_000) });
  }, 600_000);

  it('say so when elements are withdrawn', () => {
    fc.assert(fc.property(kinds, invertible, options, steps(1, 2), compare), { numRuns: runs(1_000) });
  }, 600_000);

  it('say the same, in the same order, by the general machine', () => {
    const most = fc.constantFrom(sum(value), count(), max(value));
    fc.assert(
      fc.property(kinds, most, options, steps(1, 0), (all, aggregate, o, drawn) => {
        const assigner = named(all);
        const run = (machine: MachineFactory) => {
          const { said, drops } = runMachine(machine, specOf<unknown>(assigner, aggregate, o), drawn);
          return { drops, said: said.map(({ panes, late }) => ({ panes, late })) };
        };
        expect(run(assigner.machine as MachineFactory)).toEqual(run(generalMachine));
      }),
      { numRuns: runs(1_000) },
    );
  }, 600_000);

  it('say the same for elements in a run as one by one', () => {
    const items = fc.array(item, { minLength: 1, maxLength: 60, size: 'max' });
    fc.assert(
      fc.property(kinds, aggregates, options, items, fc.nat(25), (all, aggregate, o, drawn, bound) => {
        const assigner = named(all);
        const run = (batched: boolean): unknown[] =>
          runItems(assigner.machine as MachineFactory, specOf(assigner, aggregate, o), drawn, bound, batched);
        expect(run(true)).toEqual(run(false));
      }),
      { numRuns: runs(500) },
    );
  }, 600_000);

  it('say the same early panes as an operator for each kind', () => {
    const trigger = afterWatermark({ early: afterCount(2) });
    fc.assert(
      fc.property(kinds, steps(1, 0), (all, drawn) => {
        const run = (assigner: WindowAssigner<Item>) => runMachine(generalMachine, specOf(assigner, sum(value), {}, trigger), drawn).said;
        const each = all.map(run);
        run(named(all)).forEach(({ panes }, step) => expect(lines(panes)).toEqual(lines(each.flatMap(said => said[step]?.panes ?? []))));
      }),
      { numRuns: runs(500) },
    );
  }, 600_000);

  it('come with the names of their kinds', () => {
    fc.assert(
      fc.property(kinds, fc.integer({ min: -50, max: 50 }), (all, at) => {
        const assigner = named(all);
        assigner.assign(at, undefined, (start, end) => {
          const holders = all.flatMap((one, i) => {
            let has = false;
            one.assign(at, undefined, (from, to) => void (has ||= from === start && to === end));
            return has ? [`kind ${i}`] : [];
          });
          expect(assigner.namesOf({ start, end })).toEqual(holders);
        });
      }),
      { numRuns: runs(500) },
    );
  });
});
