import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { collect } from '../../src/aggregates/collect.js';
import { count } from '../../src/aggregates/count.js';
import { sum } from '../../src/aggregates/sum.js';
import type { MachineFactory } from '../../src/engine/machine.js';
import { stateOn } from '../../src/engine/stateOn.js';
import type { WindowAssigner } from '../../src/engine/window.js';
import type { OpenState } from '../../src/engine/workingState.js';
import { orderedMemory } from '../../src/storages/orderedMemory.js';
import { cumulative } from '../../src/windows/cumulative.js';
import { globalWindow } from '../../src/windows/globalWindow.js';
import { sliding } from '../../src/windows/sliding.js';
import { tumbling } from '../../src/windows/tumbling.js';
import { runs } from './arbitraries.js';
import { type Item, type MachineStep, runMachine, specOf } from './machineRun.js';
import { machineSteps } from './machineSteps.js';

const value = (item: Item): number => item.value;
const small = (most: number): fc.Arbitrary<number> => fc.integer({ min: 1, max: most });

const assigners = fc.oneof(
  small(9).map(size => tumbling(size)),
  fc.record({ size: small(12), slide: small(7) }).map(({ size, slide }) => sliding(size, slide)),
  fc.record({ step: small(4), times: small(4) }).map(({ step, times }) => cumulative(step * times, step)),
  fc.constant(globalWindow()),
);

const options = fc.record({
  accumulation: fc.constantFrom('accumulating' as const, 'discarding' as const, 'retracting' as const),
  allowedLateness: fc.oneof(fc.constant(0), small(15), fc.constant(Number.POSITIVE_INFINITY)),
  onTime: fc.constantFrom('always' as const, 'ifChanged' as const),
  closing: fc.constantFrom('always' as const, 'ifChanged' as const, 'never' as const),
  timestampCombiner: fc.constantFrom('endOfWindow' as const, 'earliest' as const, 'latest' as const),
});

function steps(retractions: boolean, unit = 1): fc.Arbitrary<MachineStep[]> {
  const item = fc.record({
    key: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
    value: fc.integer({ min: -3, max: 5 }),
    at: fc.integer({ min: -6, max: 20 }),
  });
  const step = fc.oneof(
    { weight: 6, arbitrary: item.map(({ key, value: v, at }): MachineStep => ({ item: { key, value: v, at: at * unit }, diff: 1 })) },
    { weight: 3, arbitrary: fc.integer({ min: -6, max: 40 }).map((at): MachineStep => ({ watermark: at * unit })) },
    { weight: 1, arbitrary: fc.constantFrom<MachineStep>({ restart: true }, { checkpoint: true }) },
    { weight: retractions ? 2 : 0, arbitrary: fc.nat(30).map((index): { withdraw: number } => ({ withdraw: index })) },
  );
  return machineSteps(step, 30);
}

let state: OpenState;
let operators = 0;
beforeAll(async () => {
  state = await stateOn(orderedMemory(), { cache: 0 }).open();
});
afterAll(() => state.close());

/** Alternately by the two factories, so that each goes on from what the other has left. */
const alternating = (...factories: MachineFactory[]): MachineFactory => {
  let made = 0;
  return (spec, output, drops, snapshot) => (factories[made++ % factories.length] as MachineFactory)(spec, output, drops, snapshot);
};

describe('a machine on tables', () => {
  it('says what the one in memory says, and goes on from its snapshots', () => {
    const aggregates = fc.constantFrom<any>(sum(value), count(), collect(value));
    const property = fc.property(
      assigners,
      aggregates,
      options,
      fc.boolean().chain(r => steps(r)),
      (assigner, aggregate, o, s) => {
        fc.pre(aggregate.name !== 'collect' || !s.some(step => 'item' in step && step.diff === -1));
        const spec = specOf<unknown>(assigner as WindowAssigner<Item>, aggregate, o);
        const usual = assigner.machine as MachineFactory;
        const stored: MachineFactory = (...args) => state.machine(`o${operators++}`, spec, usual)(...args);
        const expected = runMachine(usual, spec, s);
        for (const factory of [stored, alternating(stored, usual), alternating(usual, stored)]) {
          const got = runMachine(factory, spec, s);
          expect(got.said).toEqual(expected.said);
          expect(got.drops).toEqual(expected.drops);
        }
      },
    );
    fc.assert(property, { numRuns: runs(500) });
  }, 600_000);
});
