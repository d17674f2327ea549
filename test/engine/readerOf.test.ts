import fc from 'fast-check';
import { describe, it } from 'vitest';
import type { TraceElement } from '../../src/testing/trace.js';
import { alignedScenarios, crowdedScenarios, type RunStep, runs, type Scenario, sessionScenarios } from '../properties/arbitraries.js';
import { besides, readersSee } from './readerRun.js';

/** More keys than a block has slots. */
const manyKeys = (element: TraceElement): RunStep => ({
  element: { ...element, key: `${element.key}${element.value * 7 + (element.timestamp % 7)}` },
});

const cache = fc.constantFrom(undefined, undefined, 0, 2);

describe('readers of every machine see what the reference model holds, now and at cuts that are held', () => {
  it('of windows that do not merge', async () => {
    await fc.assert(fc.asyncProperty(alignedScenarios, besides, cache, readersSee), { numRuns: runs(60) });
  }, 60_000);

  it('of slices of many keys', async () => {
    const crowded = alignedScenarios.map(
      ({ spec, steps }): Scenario => ({
        spec: { ...spec, trigger: { kind: 'default' } },
        steps: steps.map(step => ('element' in step ? manyKeys(step.element) : step)),
      }),
    );
    await fc.assert(fc.asyncProperty(crowded, besides, cache, readersSee), { numRuns: runs(60) });
  }, 60_000);

  it('of sessions', async () => {
    await fc.assert(fc.asyncProperty(sessionScenarios, besides, cache, readersSee), { numRuns: runs(40) });
  }, 60_000);

  it('of crowded sessions', async () => {
    await fc.assert(fc.asyncProperty(crowdedScenarios, besides, cache, readersSee), { numRuns: runs(40) });
  }, 60_000);
});
