import { map } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { count } from '../../src/aggregates/count.js';
import { windowBy } from '../../src/operators/windowBy.js';
import { runTrace } from '../../src/testing/runTrace.js';
import type { Trace, TraceSpec, TraceStep } from '../../src/testing/trace.js';
import { END_OF_TIME } from '../../src/time/timestamp.js';
import { tumbling } from '../../src/windows/tumbling.js';
import { refusal } from '../support.js';

const spec: TraceSpec = {
  window: { kind: 'tumbling', size: 10 },
  trigger: { kind: 'default' },
  accumulation: 'accumulating',
  allowedLateness: 0,
  aggregate: 'sum',
};
const element = (value: number, timestamp: number): { element: { key: string; value: number; timestamp: number } } => ({
  element: { key: 'k', value, timestamp },
});
const run = (
  steps: TraceStep[],
  change: Partial<TraceSpec> = {},
  options: Parameters<typeof runTrace>[1] = {},
  more: Partial<Trace> = {},
) => runTrace({ name: 'test', spec: { ...spec, ...change }, steps, ...more }, options);
const pane = { key: 'k', value: 3, start: 0, end: 10 } as const;

describe('runTrace', () => {
  it('passes what comes as it should', () => {
    const steps: TraceStep[] = [
      element(3, 5),
      { watermark: 10, panes: [{ ...pane, timing: 'on-time' }] },
      { ...element(1, 5), late: true },
    ];
    expect(run(steps)).toEqual([]);
    expect(run(steps, {}, { restartAlways: true })).toEqual([]);
    expect(run([steps[0] as TraceStep, { restart: true }, ...steps.slice(1)])).toEqual([]);
  });

  it('says where something else came, and stops there', () => {
    const steps: TraceStep[] = [element(3, 5), { watermark: 10, panes: [{ ...pane, value: 4 }] }, { watermark: 11, panes: [pane] }];
    expect(run(steps)).toEqual([
      {
        step: 2,
        input: steps[1],
        expected: '{"key":"k","value":4,"start":0,"end":10}',
        got: '{"key":"k","value":3,"start":0,"end":10,"timing":"on-time","index":0,"nonSpeculativeIndex":0,"isFirst":true,"isLast":true,"timestamp":9}',
      },
    ]);
  });

  it.each<[string, TraceStep[], string, RegExp]>([
    ['a missing pane', [{ watermark: 10, panes: [pane] }], '{"key":"k","value":3,"start":0,"end":10}', /^no panes$/],
    ['a pane too many', [element(3, 5), { watermark: 10 }], 'no panes', /^\{"key":"k","value":3,/],
    [
      'the same pane twice',
      [element(3, 5), { watermark: 10, panes: [pane, pane] }],
      `${JSON.stringify(pane)} ${JSON.stringify(pane)}`,
      /"value":3,/,
    ],
    ['an element that should be late', [{ ...element(3, 5), late: true }], 'late, no panes', /^no panes$/],
    ['an element that is late', [{ watermark: 10 }, element(3, 5)], 'no panes', /^late, no panes$/],
    [
      'a retraction that is none',
      [element(3, 5), { watermark: 10, panes: [{ ...pane, retraction: true }] }],
      '{"key":"k","value":3,"start":0,"end":10,"retraction":true}',
      /"value":3,/,
    ],
  ])('finds %s', (_name, steps, expected, got) => {
    expect(run(steps)).toMatchObject([{ step: steps.length, expected, got: expect.stringMatching(got) }]);
  });

  it('compares only what is said, and lets the strictest choose first', () => {
    const steps: TraceStep[] = [
      { element: { key: 'a', value: 1, timestamp: 1 } },
      { element: { key: 'b', value: 2, timestamp: 1 } },
      {
        watermark: 10,
        panes: [
          { key: 'b', start: 0, end: 10 },
          { key: 'a', value: 1, start: 0, end: 10, index: 0 },
        ],
      },
    ];
    expect(run(steps)).toEqual([]);
  });

  it('compares collected values as multisets, and shows the global window as null', () => {
    const steps: TraceStep[] = [
      element(3, 5),
      element(1, 6),
      element(3, 7),
      { watermark: END_OF_TIME, panes: [{ key: 'k', values: [3, 3, 1], start: null, end: null }] },
    ];
    expect(run(steps, { aggregate: 'collect', window: { kind: 'global' } })).toEqual([]);
    const wrong = steps.with(3, { watermark: END_OF_TIME, panes: [{ key: 'k', values: [3, 1], start: null, end: null }] });
    expect(run(wrong, { aggregate: 'collect', window: { kind: 'global' } })).toHaveLength(1);
  });

  it('moves the clock, from where the trace starts', () => {
    const early: Partial<TraceSpec> = { trigger: { kind: 'everyProcessingTime', interval: 10 } };
    const steps: TraceStep[] = [element(3, 5), { processingTime: 109 }, { processingTime: 110, panes: [{ ...pane, timing: 'early' }] }];
    expect(run(steps, early, {}, { processingTimeStart: 105 })).toEqual([]);
    const window = { kind: 'tumbling', size: 10, time: 'processing' } as const;
    expect(
      run(
        [element(3, 5), { processingTime: 109 }, { processingTime: 110, panes: [{ ...pane, start: 100, end: 110 }] }],
        { window },
        {},
        { processingTimeStart: 105 },
      ),
    ).toEqual([]);
  });

  it('runs a pipeline of yours', () => {
    const steps: TraceStep[] = [element(3, 5), { watermark: 10, panes: [{ ...pane, value: 1 }] }, { ...element(3, 5), late: true }];
    const own = {
      pipeline: (source: Parameters<NonNullable<NonNullable<Parameters<typeof runTrace>[1]>['pipeline']>>[0]) =>
        source.pipe(
          map(x => x),
          windowBy(tumbling(10), { key: item => item.key, aggregate: count() }),
        ),
    };
    expect(run(steps, {}, own)).toEqual([]);
    expect(run(steps, {}, { ...own, restartAlways: true })).toEqual([]);
  });

  it('refuses what is no trace', () => {
    expect(refusal(() => runTrace(5 as never))).toBe('BAD_TRACE: runTrace: a trace must be an object, but came as 5.');
  });

  it('throws what the pipeline fails with', () => {
    expect(() => run([element(Number.NaN, 5)])).toThrow('NaN');
  });
});

describe('what a trace may say of a pane', () => {
  const spec = {
    window: { kind: 'tumbling', size: 10 },
    trigger: { kind: 'default' },
    accumulation: 'accumulating',
    allowedLateness: 0,
    aggregate: 'collect',
  } as const;
  const trace = (aggregate: 'collect' | 'max', values: readonly unknown[], pane: object): Trace =>
    ({
      name: 'one pane',
      spec: {
        ...spec,
        aggregate,
        ...(aggregate === 'max' ? { allowedLateness: 5, accumulation: 'discarding', closingBehavior: 'fireAlways' } : {}),
      },
      steps: [
        ...values.map(value => ({ element: { key: 'k', value, timestamp: 5 } })),
        { watermark: 10, panes: [{ key: 'k', start: 0, end: 10, ...(aggregate === 'max' ? {} : pane) }] },
        ...(aggregate === 'max' ? [{ watermark: 15, panes: [{ key: 'k', start: 0, end: 10, ...pane }] }] : []),
      ],
    }) as unknown as Trace;

  it('that it is no retraction', () => {
    expect(runTrace(trace('collect', [1], { retraction: false }))).toEqual([]);
    expect(runTrace(trace('collect', [1], { retraction: true }))).toHaveLength(1);
  });

  it('null for the maximum of nothing', () => {
    expect(runTrace(trace('max', [1], { value: null }))).toEqual([]);
    expect(runTrace(trace('max', [1], { value: 1 }))).toHaveLength(1);
  });

  it('texts, in any order', () => {
    expect(runTrace(trace('collect', ['b', 'a'], { values: ['a', 'b'] }))).toEqual([]);
    expect(runTrace(trace('collect', ['b', 'a'], { values: ['a', 'c'] }))).toHaveLength(1);
  });

  it('nothing, as null', () => {
    expect(runTrace({ name: 'none', spec, steps: [{ watermark: 10, panes: null as never }] })).toEqual([]);
  });
});
