/** A snapshot and restore between any two steps changes nothing, and at the end of time no state is left. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mean } from '../../src/aggregates/mean.js';
import { sum } from '../../src/aggregates/sum.js';
import { variance } from '../../src/aggregates/variance.js';
import { generalMachine } from '../../src/engine/generalMachine.js';
import { END_OF_TIME } from '../../src/time/timestamp.js';
import { KNOWN, type Known } from './aggregates.js';
import { alignedScenarios, runs, type Scenario, sessionScenarios } from './arbitraries.js';
import { type Choice, choices, options, steps } from './choices.js';
import { runEngine } from './engine.js';
import { type Item, type MachineStep, type Options, runMachine, specOf } from './machineRun.js';

/** The steps, each element followed by its withdrawal at the end or in between, for aggregates that can take it back. */
function withdrawn(all: readonly MachineStep[]): MachineStep[] {
  return all.flatMap((step, i) => {
    const before = all[i - 3];
    return before && 'item' in before && 'clock' in step ? [step, { item: before.item, diff: -1 as const }] : [step];
  });
}

describe('a restart', () => {
  const expectSame = ({ assigner, trigger, factory }: Choice, known: Known, o: Options, drawn: MachineStep[]): void => {
    const spec = specOf(assigner, known.aggregate, o, trigger);
    // What has been said of a session can be withdrawn only where it is, so elements are taken back from aligned windows alone.
    const all = known.aggregate.remove && !known.strict && !assigner.merging ? withdrawn(drawn) : drawn;
    const plain = runMachine(factory, spec, all);
    const restarted = runMachine(
      factory,
      spec,
      all.flatMap(step => [step, { restart: true as const }]),
    );
    expect(restarted.said.filter((_said, i) => i % 2 === 0)).toEqual(plain.said);
    expect(restarted.said.filter((_said, i) => i % 2 === 1).every(({ panes, late }) => panes.length + late.length === 0)).toBe(true);
    expect(restarted.drops).toEqual(plain.drops);
  };

  it('changes nothing, whatever the machine, the trigger and the aggregate', () => {
    fc.assert(fc.property(choices, fc.constantFrom(...KNOWN), options, steps, expectSame), { numRuns: runs(1_500) });
  }, 600_000);

  it('changes not even the last bit of a sum of fractions', () => {
    const tenth = (one: Item): number => one.value / 10;
    const fractions = fc
      .constantFrom(sum(tenth), mean(tenth), variance(tenth))
      .map((aggregate): Known => ({ name: 'fractions', aggregate, naive: () => 0 }));
    fc.assert(fc.property(choices, fractions, options, steps, expectSame), { numRuns: runs(1_000) });
  }, 600_000);

  it('from snapshots of changes is one from a whole snapshot', () => {
    const marks = fc.array(fc.constantFrom<MachineStep[]>([], [{ checkpoint: true }], [{ checkpoint: true }], [{ restart: true }]), {
      minLength: 31,
      maxLength: 31,
    });
    fc.assert(
      fc.property(choices, fc.constantFrom(...KNOWN), options, steps, marks, ({ assigner, trigger, factory }, known, o, all, marked) => {
        const spec = specOf(assigner, known.aggregate, o, trigger);
        const saved = all.flatMap((step, i) => [step, ...(marked[i] ?? [])]);
        const said = runMachine(factory, spec, saved).said.filter(
          (_said, i) => !('checkpoint' in (saved[i] as object) || 'restart' in (saved[i] as object)),
        );
        expect(said).toEqual(runMachine(factory, spec, all).said);
      }),
      { numRuns: runs(1_000) },
    );
  }, 600_000);

  it('changes nothing in a pipeline', () => {
    const expectSameRun = (scenario: Scenario): void => {
      expect(runEngine(scenario, true)).toEqual(runEngine(scenario));
    };
    fc.assert(fc.property(fc.oneof(alignedScenarios, sessionScenarios), expectSameRun), { numRuns: runs(600) });
  }, 600_000);
});

describe('the watermark downstream', () => {
  it('is not past the time of any pane of timely elements that is still to come', () => {
    fc.assert(
      fc.property(choices, options, steps, ({ assigner, trigger, factory }, o, all) => {
        const { said } = runMachine(factory, specOf(assigner, (KNOWN[0] as Known).aggregate, o, trigger), all);
        let promised = Number.NEGATIVE_INFINITY;
        let watermark = Number.NEGATIVE_INFINITY;
        said.forEach(({ panes, outputWatermark }, i) => {
          for (const pane of panes) {
            // A late pane is behind by nature; a withdrawal is, once its window was complete.
            const inTime = pane.retraction ? watermark < pane.window.end : pane.timing !== 'late';
            if (inTime) expect(pane.timestamp).toBeGreaterThanOrEqual(promised);
          }
          const step = all[i] as MachineStep;
          if ('watermark' in step) watermark = Math.max(watermark, step.watermark);
          promised = Math.max(promised, outputWatermark);
        });
        expect(promised).toBe(END_OF_TIME);
      }),
      { numRuns: runs(1_000) },
    );
  }, 600_000);
});

describe('the end of time', () => {
  it('leaves no state behind', () => {
    fc.assert(
      fc.property(choices, fc.constantFrom(...KNOWN), options, steps, ({ assigner, trigger, factory }, known, o, all) => {
        const { snapshot } = runMachine(factory, specOf(assigner, known.aggregate, o, trigger), all);
        expect(snapshot.parts).toEqual([]);
        expect(snapshot.rest).toMatchObject(factory === generalMachine || assigner.merging ? {} : { windows: [], slices: [] });
      }),
      { numRuns: runs(600) },
    );
  }, 600_000);
});
