/** Scenarios in which the engine once differed from the model, and rare ones that random runs seldom meet; each as small as it gets. */
import { describe, expect, it } from 'vitest';
import type { TraceSpec, TraceTrigger } from '../../src/testing/trace.js';
import type { RunStep } from './arbitraries.js';
import { runEngine, runModel } from './engine.js';

const at = (timestamp: number, key = 'a'): RunStep => ({ element: { key, value: 1, timestamp } });
const W = (watermark: number): RunStep => ({ watermark });
const clock = (processingTime: number): RunStep => ({ processingTime });
const END = W(Number.MAX_SAFE_INTEGER);

const FOUND: readonly (readonly [what: string, spec: Partial<TraceSpec>, trigger: TraceTrigger, steps: readonly RunStep[]])[] = [
  [
    'the last pane of a window that discards takes nothing from the windows that share its slice',
    { window: { kind: 'cumulative', size: 2, step: 1 }, accumulation: 'discarding', closingBehavior: 'fireAlways' },
    { kind: 'default' },
    [W(17), at(16), END],
  ],
  [
    'a multiple of event time that came too early for afterAll is followed by the next one',
    {},
    {
      kind: 'repeatedly',
      of: {
        kind: 'afterAll',
        of: [
          { kind: 'afterProcessingTime', delay: 1 },
          { kind: 'everyEventTime', interval: 1 },
        ],
      },
    },
    [at(8), W(9), clock(1), W(10), END],
  ],
  [
    'so is one behind another that is due, in an afterFirst',
    {},
    {
      kind: 'repeatedly',
      of: {
        kind: 'afterAll',
        of: [
          { kind: 'afterProcessingTime', delay: 1 },
          {
            kind: 'afterFirst',
            of: [
              { kind: 'everyEventTime', interval: 4 },
              { kind: 'everyEventTime', interval: 1 },
            ],
          },
        ],
      },
    },
    [at(0), W(5), clock(9), W(6), END],
  ],
  [
    'a multiple of the clock that came too early for afterAll is followed by the next one',
    {},
    {
      kind: 'repeatedly',
      of: {
        kind: 'afterAll',
        of: [
          { kind: 'afterProcessingTime', delay: 6 },
          { kind: 'everyProcessingTime', interval: 4 },
        ],
      },
    },
    [at(8), clock(4), clock(6), clock(8), END],
  ],
  [
    'a late session keeps for early what came behind its end, until a merge leads back to early',
    { window: { kind: 'session', gap: 3 } },
    { kind: 'afterWatermark', early: { kind: 'afterCount', count: 3 }, late: { kind: 'afterCount', count: 9 } },
    [at(0), W(5), at(0), at(1), at(3), END],
  ],
  [
    'a session that a later one absorbs brings the order in which its key was first seen',
    { window: { kind: 'session', gap: 3 } },
    { kind: 'default' },
    [at(0, 'a'), at(0, 'b'), at(4, 'b'), at(4, 'a'), at(2, 'b'), at(2, 'a'), END],
  ],
  [
    'timely content makes the first pane of a late session on time, whichever part it came with',
    { window: { kind: 'session', gap: 3 } },
    { kind: 'repeatedly', of: { kind: 'afterCount', count: 3 } },
    [at(0), W(10), at(4), at(2), END],
  ],
  [
    'afterEach begins its later parts anew when a merge revives an earlier one',
    { window: { kind: 'session', gap: 3 } },
    {
      kind: 'afterEach',
      of: [{ kind: 'afterWatermark' }, { kind: 'afterCount', count: 1 }, { kind: 'repeatedly', of: { kind: 'afterCount', count: 3 } }],
    },
    [at(0), W(5), at(0), at(4), at(2), W(7), at(0), END],
  ],
];

describe('the engine equals the model where it once did not', () => {
  it.each(FOUND)('%s', (_what, part, trigger, steps) => {
    const spec: TraceSpec = {
      window: { kind: 'tumbling', size: 9 },
      accumulation: 'accumulating',
      aggregate: 'sum',
      ...part,
      trigger,
      allowedLateness: 20,
    };
    const expected = runModel({ spec, steps });
    expect(expected).toHaveLength(steps.length);
    expect(expected.some(({ panes }) => panes.length > 0)).toBe(true);
    expect(runEngine({ spec, steps })).toEqual(expected);
    expect(runEngine({ spec, steps }, true)).toEqual(expected);
  });
});
