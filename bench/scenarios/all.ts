/**
 * The list of scenarios. Each is prepared in the process that measures it: its input is made there, and what it alone needs is
 * loaded there, since some libraries change the built-in objects of the process that they are in.
 */
import type { Scenario } from '../harness.js';
import type { Probe } from '../probe.js';
import { intKeys, stringKeys } from '../workloads/events.js';
import { earlyScenario } from './early.js';
import { eightOperators } from './eightOperators.js';
import { intervalJoinScenario, windowJoinScenario } from './joins.js';
import type { JvmShape } from './jvm.js';
import { lateScenario } from './late.js';
import { mapAsyncScenario } from './mapAsync.js';
import { nexmarkProbe, nexmarkScenario } from './nexmark.js';
import { openWindowsScenario } from './openWindows.js';
import { earlyProbe, eightOperatorsProbe, lateProbe, sessionProbe, severalWindowsProbe, slidingProbe, tumblingProbe } from './probes.js';
import { sessionScenario } from './sessions.js';
import { severalWindowsScenario } from './severalWindows.js';
import { dedupeScenario, reorderScenario, splitScenario } from './shaping.js';
import { copiesScenario, slidingScenario } from './sliding.js';
import { type Snapshots, snapshotScenario } from './snapshots.js';
import { tumblingScenario } from './tumbling.js';
import { workingStateScenario } from './workingState.js';

export type Job = { readonly race: Scenario } | { readonly probe: Probe<any> } | { readonly snapshots: Snapshots };

type Race = (quick: boolean) => Scenario | Promise<Scenario>;

const MILLION = 1_000_000;

/** In the order in which they are shown. */
const races: Readonly<Record<string, Race>> = {
  tumbling: quick => tumblingScenario('tumbling', stringKeys(10_000), quick, { sum: 'a loop by hand, sum() of 10 000 keys' }),
  'tumbling-100': quick => tumblingScenario('tumbling-100', stringKeys(100), quick),
  'tumbling-1m': quick => tumblingScenario('tumbling-1m', stringKeys(MILLION), quick, { sum: 'a loop by hand, sum() of a million keys' }),
  'tumbling-int': quick => tumblingScenario('tumbling-int', intKeys(10_000), quick),
  'tumbling-int-100': quick => tumblingScenario('tumbling-int-100', intKeys(100), quick),
  'tumbling-int-1m': quick => tumblingScenario('tumbling-int-1m', intKeys(MILLION), quick),
  'eight-operators': quick => eightOperators('eight-operators', stringKeys(10_000), quick, { own: 'a loop by hand, own aggregate' }),
  'eight-operators-100': quick => eightOperators('eight-operators-100', stringKeys(100), quick),
  'eight-operators-int': quick => eightOperators('eight-operators-int', intKeys(10_000), quick),
  'eight-operators-1m': quick => eightOperators('eight-operators-1m', stringKeys(MILLION), quick),
  'several-windows': severalWindowsScenario,
  'open-windows': openWindowsScenario,
  'sliding-dense': quick => slidingScenario('sliding-dense', { overlap: 60, keys: 100, eventsPerKeyAndSlide: 20 }, 1.3, quick),
  'sliding-sparse': quick => slidingScenario('sliding-sparse', { overlap: 60, keys: 1_000, eventsPerKeyAndSlide: 3.3 }, undefined, quick),
  'sliding-1000': quick => slidingScenario('sliding-1000', { overlap: 1_000, keys: 50, eventsPerKeyAndSlide: 20 }, 1.6, quick),
  'sliding-1000-sparse': quick =>
    slidingScenario('sliding-1000-sparse', { overlap: 1_000, keys: 500, eventsPerKeyAndSlide: 2 }, undefined, quick),
  'sliding-copies': quick =>
    copiesScenario('sliding-copies', 60, { events: quick ? 100_000 : 400_000, eventsPerSecond: 2_000, stragglers: 'none' }, 100, 30),
  'sliding-1000-copies': quick =>
    copiesScenario('sliding-1000-copies', 1_000, { events: quick ? 20_000 : 100_000, eventsPerSecond: 200, stragglers: 'none' }, 10, 400),
  'sessions-short': quick => sessionScenario('sessions-short', 10_000, 0.5, 2, quick),
  'sessions-long': quick => sessionScenario('sessions-long', 1_000, 7, 5, quick),
  early: quick => earlyScenario('early', 'clock', quick),
  'early-event-time': quick => earlyScenario('early-event-time', 'watermark', quick),
  late: lateScenario,
  'nexmark-q5': quick => nexmarkScenario('q5', quick),
  'nexmark-q7': quick => nexmarkScenario('q7', quick),
  'nexmark-q8': quick => nexmarkScenario('q8', quick),
  'nexmark-q11': quick => nexmarkScenario('q11', quick),
  'nexmark-q12': quick => nexmarkScenario('q12', quick),
  reorder: reorderScenario,
  dedupe: dedupeScenario,
  split: splitScenario,
  join: windowJoinScenario,
  'interval-join': intervalJoinScenario,
  'map-async': mapAsyncScenario,
  'other-libraries': async quick => (await import('./otherLibraries.js')).otherLibrariesScenario(quick),
};

const probes: Readonly<Record<string, (quick: boolean) => Probe<any>>> = {
  'probe-tumbling': quick => tumblingProbe('probe-tumbling', stringKeys(10_000), quick ? 100_000 : 500_000),
  'probe-tumbling-1m': quick => tumblingProbe('probe-tumbling-1m', stringKeys(MILLION), quick ? 500_000 : 2_000_000),
  'probe-tumbling-int-1m': quick => tumblingProbe('probe-tumbling-int-1m', intKeys(MILLION), quick ? 500_000 : 2_000_000),
  'probe-tumbling-100': quick => tumblingProbe('probe-tumbling-100', stringKeys(100), quick ? 100_000 : 500_000),
  'probe-tumbling-int': quick => tumblingProbe('probe-tumbling-int', intKeys(10_000), quick ? 100_000 : 500_000),
  'probe-tumbling-int-100': quick => tumblingProbe('probe-tumbling-int-100', intKeys(100), quick ? 100_000 : 500_000),
  'probe-eight-operators': quick => eightOperatorsProbe('probe-eight-operators', stringKeys(10_000), quick ? 100_000 : 500_000),
  'probe-several-windows': quick => severalWindowsProbe('probe-several-windows', 1_000, quick ? 60_000 : 300_000),
  'probe-sliding': quick => slidingProbe('probe-sliding', 60, 1_000, quick ? 60_000 : 200_000),
  'probe-sliding-1000': quick => slidingProbe('probe-sliding-1000', 1_000, 10, quick ? 10_000 : 50_000),
  'probe-sessions': quick => sessionProbe('probe-sessions', 100_000, quick ? 100_000 : 200_000),
  'probe-sessions-long': quick => sessionProbe('probe-sessions-long', 1_000, quick ? 100_000 : 200_000),
  'probe-early': quick => earlyProbe('probe-early', 10_000, quick ? 100_000 : 300_000),
  'probe-late': quick => lateProbe('probe-late', false, 10_000, quick ? 100_000 : 500_000),
  'probe-retracting': quick => lateProbe('probe-retracting', true, 10_000, quick ? 100_000 : 500_000),
  'probe-nexmark-q5': quick => nexmarkProbe('q5', quick),
  'probe-nexmark-q7': quick => nexmarkProbe('q7', quick),
  'probe-nexmark-q8': quick => nexmarkProbe('q8', quick),
  'probe-nexmark-q11': quick => nexmarkProbe('q11', quick),
  'probe-nexmark-q12': quick => nexmarkProbe('q12', quick),
};

const snapshots: Readonly<Record<string, (quick: boolean) => Snapshots>> = {
  'snapshots-1m': quick => snapshotScenario('snapshots-1m', MILLION, quick),
  'working-state-1m': quick => workingStateScenario('working-state-1m', quick ? MILLION / 5 : MILLION, quick),
};

/** By name only: they take minutes, and gigabytes. */
const large: Readonly<Record<string, (quick: boolean) => Snapshots>> = {
  'working-state-10m': quick => workingStateScenario('working-state-10m', 10 * MILLION, quick),
};

export const largeNames: readonly string[] = Object.keys(large);

const minute = { kind: 'tumbling', size: 60_000, events: MILLION, eventsPerSecond: MILLION / 60, store: 'kafka' } as const;

/** Against the JVM, when it is asked for. Their rates and keys are those of the races of the same name. */
const jvmShapes: Readonly<Record<string, JvmShape>> = {
  'jvm-tumbling': { ...minute, keys: 10_000, forKafka: 300_000, drawn: '10 000 keys' },
  'jvm-tumbling-1m': { ...minute, keys: MILLION, forKafka: 200_000, drawn: 'a million keys' },
  'jvm-sliding': {
    kind: 'sliding',
    size: 60_000,
    slide: 1_000,
    keys: 100,
    events: 200_000,
    eventsPerSecond: 2_000,
    forKafka: 20_000,
    store: 'kafka',
    drawn: '60 : 1',
  },
  'jvm-sessions-short': {
    kind: 'session',
    size: 30_000,
    keys: 10_000,
    events: 500_000,
    eventsPerSecond: (10_000 * 0.5) / 30,
    forKafka: 20_000,
    store: 'kafka-rocksdb',
    drawn: 'short sessions',
  },
  'jvm-sessions-long': {
    kind: 'session',
    size: 30_000,
    keys: 1_000,
    events: MILLION,
    eventsPerSecond: (1_000 * 7) / 30,
    forKafka: 20_000,
    store: 'kafka',
    drawn: 'long sessions',
  },
};

export const jvmNames: readonly string[] = Object.keys(jvmShapes);

export const names: readonly string[] = [...Object.keys(races), ...Object.keys(probes), ...Object.keys(snapshots)];

/** What `--quick` measures: one of each kind. */
export const quickNames: readonly string[] = [
  'tumbling',
  'eight-operators',
  'several-windows',
  'open-windows',
  'sliding-dense',
  'sliding-copies',
  'sessions-short',
  'sessions-long',
  'early',
  'late',
  'nexmark-q5',
  'reorder',
  'dedupe',
  'split',
  'join',
  'interval-join',
  'map-async',
  'other-libraries',
  'probe-tumbling',
];

/** Prepares a scenario; undefined if there is none of the name. */
export async function prepare(name: string, quick: boolean): Promise<Job | undefined> {
  const race = races[name];
  if (race) return { race: await race(quick) };
  const shape = jvmShapes[name];
  if (shape) return { race: await (await import('./jvm.js')).jvmScenario(name, shape, quick) };
  const probe = probes[name];
  if (probe) return { probe: probe(quick) };
  const scenario = snapshots[name] ?? large[name];
  return scenario && { snapshots: scenario(quick) };
}
