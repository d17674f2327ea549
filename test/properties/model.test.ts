import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  alignedScenarios,
  crowdedScenarios,
  dayScenarios,
  processingScenarios,
  runs,
  type Scenario,
  sessionScenarios,
} from './arbitraries.js';
import { runEngine, runModel } from './engine.js';

/** The engine says the same as the model in every step, in the same order, and drops the same. */
function expectModel(scenario: Scenario): void {
  const expected = runModel(scenario);
  expect(runEngine(scenario).slice(0, expected.length)).toEqual(expected);
}

describe('the engine equals the reference model', () => {
  it('in windows that do not merge', () => {
    fc.assert(fc.property(alignedScenarios, expectModel), { numRuns: runs(2_000) });
  }, 600_000);

  it('in sessions', () => {
    fc.assert(fc.property(sessionScenarios, expectModel), { numRuns: runs(2_000) });
  }, 600_000);

  it('in crowded sessions', () => {
    fc.assert(fc.property(crowdedScenarios, expectModel), { numRuns: runs(2_000) });
  }, 600_000);

  it('in windows of processing time', () => {
    fc.assert(fc.property(processingScenarios, expectModel), { numRuns: runs(500) });
  }, 600_000);

  it('in local days when clocks change', () => {
    fc.assert(fc.property(dayScenarios, expectModel), { numRuns: runs(300) });
  }, 600_000);
});
