/** Random windowings and random steps, small on purpose: few keys, few instants, so that everything collides. */
import fc from 'fast-check';
import type { TraceElement, TraceSpec, TraceTrigger, TraceWindow } from '../../src/testing/trace.js';

/** One step of a run. Times are numbers of `unit`s after `base`. */
export type RunStep =
  | { readonly element: TraceElement }
  | { readonly watermark: number }
  | { readonly processingTime: number }
  | { readonly restart: true };

export interface Scenario {
  readonly spec: TraceSpec;
  readonly steps: readonly RunStep[];
}

const small = (max: number): fc.Arbitrary<number> => fc.integer({ min: 1, max });

const leaf: fc.Arbitrary<TraceTrigger> = fc.oneof(
  { weight: 4, arbitrary: small(4).map(count => ({ kind: 'afterCount' as const, count })) },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 8 }).map(delay => ({ kind: 'afterProcessingTime' as const, delay })) },
  { weight: 2, arbitrary: small(8).map(interval => ({ kind: 'everyEventTime' as const, interval })) },
  { weight: 2, arbitrary: small(8).map(interval => ({ kind: 'everyProcessingTime' as const, interval })) },
  { weight: 1, arbitrary: fc.constant({ kind: 'never' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'default' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'afterWatermark' as const }) },
);

function timeoutOver(inner: fc.Arbitrary<TraceTrigger>): fc.Arbitrary<TraceTrigger> {
  const options = {
    of: inner,
    interval: fc.integer({ min: 0, max: 8 }),
    resetTimerOnNewRecord: fc.boolean(),
    shouldClearOnTimeout: fc.boolean(),
  };
  return fc.record(options).map(timeout => ({ kind: 'processingTimeout' as const, ...timeout }));
}

/** A trigger of the trace format, nested up to `depth`. */
function triggerOf(depth: number): fc.Arbitrary<TraceTrigger> {
  if (depth <= 1) return leaf;
  const inner = triggerOf(depth - 1);
  const several = fc.array(inner, { minLength: 1, maxLength: 3 });
  const watermark = fc.record({ early: inner, late: inner }, { requiredKeys: [] });
  return fc.oneof(
    { weight: 2, arbitrary: leaf },
    { weight: 3, arbitrary: inner.map(of => ({ kind: 'repeatedly' as const, of })) },
    { weight: 2, arbitrary: timeoutOver(inner) },
    { weight: 3, arbitrary: watermark.map(options => ({ kind: 'afterWatermark' as const, ...options })) },
    { weight: 1, arbitrary: several.map(of => ({ kind: 'afterFirst' as const, of })) },
    { weight: 1, arbitrary: several.map(of => ({ kind: 'afterAll' as const, of })) },
    { weight: 1, arbitrary: several.map(of => ({ kind: 'afterEach' as const, of })) },
    {
      weight: 1,
      arbitrary: fc.record({ main: inner, until: inner }).map(({ main, until }) => ({ kind: 'orFinally' as const, main, until })),
    },
  );
}

export const triggers: fc.Arbitrary<TraceTrigger> = fc.oneof(
  { weight: 2, arbitrary: fc.constant({ kind: 'default' as const }) },
  { weight: 5, arbitrary: triggerOf(3) },
);

const offset = fc.integer({ min: -3, max: 3 });

/** Windows that do not merge, over small integers. */
export const alignedWindows: fc.Arbitrary<TraceWindow> = fc.oneof(
  fc.record({ size: fc.integer({ min: 4, max: 9 }), offset }).map(window => ({ kind: 'tumbling' as const, ...window })),
  fc
    .record({ size: small(12), slide: fc.integer({ min: 2, max: 7 }), offset: fc.integer({ min: -1, max: 1 }) })
    .map(window => ({ kind: 'sliding' as const, ...window })),
  fc
    .record({ step: small(4), steps: small(4), offset: fc.constant(0) })
    .map(({ step, steps, offset: shift }) => ({ kind: 'cumulative' as const, size: step * steps, step, offset: shift })),
  fc.constant({ kind: 'global' as const }),
);

export const mergingWindows: fc.Arbitrary<TraceWindow> = fc.oneof(
  fc.record({ gap: small(6), mergeTouching: fc.boolean() }).map(window => ({ kind: 'session' as const, ...window })),
  fc.record({ a: small(9), b: small(9), mergeTouching: fc.boolean() }).map(({ a, b, mergeTouching }) => ({
    kind: 'dynamicSession' as const,
    gapByValue: { 1: a, 2: b, 3: 3, 4: 1 },
    mergeTouching,
  })),
);

/** Everything but window and trigger. */
const options = fc.record({
  accumulation: fc.constantFrom('accumulating' as const, 'discarding' as const, 'retracting' as const),
  allowedLateness: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 12 }), fc.constant(Number.POSITIVE_INFINITY)),
  aggregate: fc.constantFrom('sum' as const, 'collect' as const, 'count' as const, 'min' as const, 'max' as const),
  onTimeBehavior: fc.constantFrom('fireAlways' as const, 'fireIfNonEmpty' as const),
  closingBehavior: fc.constantFrom('fireAlways' as const, 'fireIfNonEmpty' as const, 'never' as const),
  timestampCombiner: fc.constantFrom('endOfWindow' as const, 'earliest' as const, 'latest' as const),
});

/** Steps whose times are multiples of `unit` around `base`; the last one is the end of time. */
export function stepsOf(base: number, unit: number): fc.Arbitrary<readonly RunStep[]> {
  const element = fc.record({ key: fc.constantFrom('a', 'b', 'c'), value: small(4), at: fc.integer({ min: -5, max: 20 }) });
  const step: fc.Arbitrary<RunStep> = fc.oneof(
    { weight: 6, arbitrary: element.map(({ key, value, at }) => ({ element: { key, value, timestamp: base + at * unit } })) },
    { weight: 3, arbitrary: fc.integer({ min: -5, max: 35 }).map(at => ({ watermark: base + at * unit })) },
    { weight: 2, arbitrary: fc.integer({ min: 0, max: 30 }).map(at => ({ processingTime: at })) },
    { weight: 1, arbitrary: fc.constant({ restart: true as const }) },
  );
  return fc.array(step, { minLength: 1, maxLength: 30, size: 'max' }).map(steps => [...steps, { watermark: Number.MAX_SAFE_INTEGER }]);
}

function scenarioOf(window: fc.Arbitrary<TraceWindow>, trigger: fc.Arbitrary<TraceTrigger>): fc.Arbitrary<Scenario> {
  return fc.record({ window, trigger, options, steps: stepsOf(0, 1) }).map(({ window: w, trigger: t, options: o, steps }) => ({
    spec: { window: w, trigger: t, ...o },
    steps,
  }));
}

export const alignedScenarios: fc.Arbitrary<Scenario> = scenarioOf(alignedWindows, triggers);
export const sessionScenarios: fc.Arbitrary<Scenario> = scenarioOf(mergingWindows, triggers);

/**
 * Sessions of few instants that come in bursts of all keys, mostly behind the watermark, and stay alive: what is rare otherwise
 * is common here, such as late sessions that a later element joins to one with timely content, or two keys with the same bounds.
 */
export const crowdedScenarios: fc.Arbitrary<Scenario> = fc
  .record({
    window: fc
      .record({ gap: fc.integer({ min: 2, max: 4 }), mergeTouching: fc.boolean() })
      .map(window => ({ kind: 'session' as const, ...window })),
    trigger: triggers,
    options,
    bursts: fc.array(fc.tuple(fc.integer({ min: 0, max: 14 }), fc.shuffledSubarray(['a', 'b', 'c'], { minLength: 1 })), {
      minLength: 1,
      maxLength: 9,
      size: 'max',
    }),
    jump: fc.record({ after: fc.integer({ min: 1, max: 4 }), watermark: fc.integer({ min: 5, max: 25 }), restart: fc.boolean() }),
  })
  .map(({ window, trigger, options: o, bursts, jump }) => {
    const elements = bursts.map(([timestamp, keys]) => keys.map((key, i): RunStep => ({ element: { key, value: i + 1, timestamp } })));
    const middle: RunStep[] = jump.restart ? [{ watermark: jump.watermark }, { restart: true }] : [{ watermark: jump.watermark }];
    const steps = [...elements.slice(0, jump.after), middle, ...elements.slice(jump.after)].flat();
    return {
      spec: { window, trigger, ...o, allowedLateness: o.allowedLateness + 20 },
      steps: [...steps, { processingTime: 9 }, { watermark: jump.watermark + 1 }, { watermark: Number.MAX_SAFE_INTEGER }],
    };
  });

/** Windows in which the clock is the time of the elements and the watermark; they take no watermarks of their own. */
export const processingScenarios: fc.Arbitrary<Scenario> = scenarioOf(fc.oneof(alignedWindows, mergingWindows), triggers).map(
  ({ spec, steps }) => ({
    spec: { ...spec, window: { ...spec.window, time: 'processing' as const } },
    steps: steps.filter((step, i) => i === steps.length - 1 || !('watermark' in step)),
  }),
);

/** Nights in which clocks change: forward and back, at two in the morning, at midnight, and by half an hour. */
const NIGHTS: readonly { readonly timeZone: string; readonly instant: string }[] = [
  { timeZone: 'Europe/Berlin', instant: '2024-03-31T01:00Z' },
  { timeZone: 'Europe/Berlin', instant: '2024-10-27T01:00Z' },
  { timeZone: 'America/Sao_Paulo', instant: '2018-11-04T03:00Z' },
  { timeZone: 'America/Sao_Paulo', instant: '2018-02-18T02:00Z' },
  { timeZone: 'Australia/Lord_Howe', instant: '2024-10-05T15:30Z' },
];

const HALF_HOUR = 1_800_000;

/** Local days around a change of clocks; a unit is four hours and a half. */
export const dayScenarios: fc.Arbitrary<Scenario> = fc
  .record({ night: fc.constantFrom(...NIGHTS), count: small(2), trigger: triggers, options })
  .chain(({ night: { timeZone, instant }, count, trigger, options: o }) =>
    stepsOf(Date.parse(instant), 9 * HALF_HOUR).map(steps => ({
      spec: { window: { kind: 'days', timeZone, count }, trigger, ...o, allowedLateness: o.allowedLateness * 9 * HALF_HOUR },
      steps,
    })),
  );

/** How often a property runs: some thousand times as it is, `TIDEMARK_RUNS` if given. */
export function runs(usual: number): number {
  return Number(process.env.TIDEMARK_RUNS ?? usual);
}
