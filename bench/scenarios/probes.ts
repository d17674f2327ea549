/** Memory, stalls and firing: the same windows as the races have, filled and fired one after another. */
import { afterWatermark, ascending, everyEventTime, session, sliding, tumbling } from 'tidemark';
import { CopiesByHand } from '../contenders/copiesByHand.js';
import { EarlyByHand } from '../contenders/earlyByHand.js';
import { LateByHand } from '../contenders/lateByHand.js';
import { runOtherPipelines } from '../contenders/otherPipelines.js';
import { SessionsByHand } from '../contenders/sessionsByHand.js';
import { builtInSum, feedOf, ownSum } from '../contenders/tidemark.js';
import { TumblingByHand } from '../contenders/tumblingByHand.js';
import { sumLambdas } from '../contenders/windowMaps.js';
import { type Fill, LONGEST_CALL, type Probe } from '../probe.js';
import { DISORDER, type Event, stringKeys } from '../workloads/events.js';
import { keysIn, makeFills } from '../workloads/fills.js';
import { deliverLate } from './late.js';
import { deliverSession, GAP } from './sessions.js';
import { THREE, threeLoops, threeOf, threeStreams } from './severalWindows.js';

const SIZE = 60_000;
const SLIDE = 1_000;
const HAND = 'by hand';

export function tumblingProbe<K>(name: string, keys: readonly K[], eventsPerFill: number): Probe<Event<K>> {
  const fills = makeFills({ fills: 2, eventsPerFill, span: SIZE }, keys);
  const answers = 'sum per key and minute';
  const longestCall = LONGEST_CALL;
  return {
    name,
    about: `windows of 60 s, ${keys.length} ${typeof keys[0]} keys, two windows of ${eventsPerFill} events, arrays of 256`,
    fills,
    open: keysIn(fills[0] as Fill<Event<K>>),
    subjects: [
      { name: HAND, answers, open: () => new TumblingByHand<Event<K>, K>(SIZE, sumLambdas()) },
      { name: 'sum()', answers, longestCall, open: () => feedOf<K>(builtInSum(tumbling(SIZE))) },
      { name: 'own aggregate', answers, longestCall, open: () => feedOf<K>(ownSum(tumbling(SIZE))) },
    ],
  };
}

/** The same while seven other pipelines are alive. */
export function eightOperatorsProbe<K>(name: string, keys: readonly K[], eventsPerFill: number): Probe<Event<K>> {
  runOtherPipelines(100_000);
  const alone = tumblingProbe(name, keys, eventsPerFill);
  return { ...alone, about: `${alone.about}; seven other pipelines are open` };
}

export function slidingProbe(name: string, overlap: number, keys: number, eventsPerFill: number): Probe<Event<string>> {
  const size = overlap * SLIDE;
  const fills = makeFills({ fills: 2, eventsPerFill, span: size }, stringKeys(keys));
  const answers = 'sum per key and sliding window';
  return {
    name,
    about: `windows of ${overlap} s sliding by 1 s, ${keys} string keys, ${eventsPerFill} events in order, twice; filling fires windows too`,
    fills,
    open: openPairs(fills[0] as Fill<Event<string>>, size, SLIDE),
    subjects: [
      { name: HAND, answers, open: () => new CopiesByHand<Event<string>, string>(size, SLIDE, sumLambdas()) },
      { name: 'sum()', answers, longestCall: LONGEST_CALL, open: () => feedOf<string>(builtInSum(sliding(size, SLIDE))) },
      { name: 'own aggregate', answers, longestCall: LONGEST_CALL, open: () => feedOf<string>(ownSum(sliding(size, SLIDE))) },
    ],
  };
}

export function severalWindowsProbe(name: string, keys: number, eventsPerFill: number): Probe<Event<string>> {
  const fills = makeFills({ fills: 2, eventsPerFill, span: SIZE }, stringKeys(keys));
  const answers = 'three sums';
  const longestCall = LONGEST_CALL;
  return {
    name,
    about: `windows of 1 s, of 60 s, and of 60 s sliding by 10 s, ${keys} string keys, ${eventsPerFill} events in order, twice; filling fires too`,
    fills,
    open: THREE.reduce((sum, [size, slide]) => sum + openPairs(fills[0] as Fill<Event<string>>, size, slide), 0),
    subjects: [
      { name: HAND, answers, open: threeLoops },
      { name: 'sum()', answers, longestCall, open: () => threeStreams(threeOf(builtInSum)) },
      { name: 'own aggregate', answers, longestCall, open: () => threeStreams(threeOf(ownSum)) },
    ],
  };
}

export function earlyProbe(name: string, keys: number, eventsPerFill: number): Probe<Event<string>> {
  const fills = makeFills({ fills: 2, eventsPerFill, span: SIZE }, stringKeys(keys));
  const answers = 'sum per key and minute, and each second what has changed';
  const longestCall = LONGEST_CALL;
  const trigger = afterWatermark({ early: everyEventTime(SLIDE) });
  const timing = { watermark: ascending() };
  return {
    name,
    about: `windows of 60 s, an early result each second, ${keys} string keys, ${eventsPerFill} events in order, twice; filling fires early`,
    fills,
    open: keysIn(fills[0] as Fill<Event<string>>),
    subjects: [
      { name: HAND, answers, open: () => new EarlyByHand<string>(SIZE, SLIDE) },
      { name: 'sum()', answers, longestCall, open: () => feedOf<string>(builtInSum(tumbling(SIZE), { trigger }), timing) },
      { name: 'own aggregate', answers, longestCall, open: () => feedOf<string>(ownSum(tumbling(SIZE), { trigger }), timing) },
    ],
  };
}

/** One event in ten belongs to a window that has fired. */
export function lateProbe(name: string, retracting: boolean, keys: number, eventsPerFill: number): Probe<Event<string>> {
  const fills = makeFills({ fills: 2, eventsPerFill, span: SIZE, lateOneIn: 10 }, stringKeys(keys));
  const allowedLateness = 4 * SIZE;
  const options = { allowedLateness, ...(retracting && { accumulation: 'retracting' as const }) };
  const answers = retracting ? 'sums, withdrawn when corrected' : 'sums and corrections';
  const longestCall = LONGEST_CALL;
  return {
    name,
    about: `windows of 60 s, 10 % of the second window's events late${retracting ? ', retracting' : ''}, ${keys} string keys, ${eventsPerFill} events, twice`,
    fills,
    open: keysIn(fills[0] as Fill<Event<string>>),
    subjects: [
      { name: HAND, answers, open: () => new LateByHand<string>(SIZE, allowedLateness, retracting) },
      { name: 'sum()', answers, longestCall, open: () => feedOf<string>(builtInSum(tumbling(SIZE), options), {}, deliverLate) },
      { name: 'own aggregate', answers, longestCall, open: () => feedOf<string>(ownSum(tumbling(SIZE), options), {}, deliverLate) },
    ],
  };
}

/** The windows that hold an event and that the watermark has not reached, counted once for each key. */
function openPairs({ batches }: Fill<Event<string>>, size: number, slide: number): number {
  const events = batches.flat();
  const watermark = (events.at(-1)?.timestamp ?? 0) - DISORDER;
  const pairs = new Map<number, Set<string>>();
  for (const { key, timestamp } of events) {
    for (let start = Math.floor(timestamp / slide) * slide; start > timestamp - size && start + size > watermark; start -= slide) {
      const keys = pairs.get(start) ?? new Set();
      pairs.set(start, keys.add(key));
    }
  }
  return [...pairs.values()].reduce((sum, keys) => sum + keys.size, 0);
}

export function sessionProbe(name: string, keys: number, eventsPerFill: number): Probe<Event<string>> {
  const fills = makeFills({ fills: 2, eventsPerFill, span: 20_000, gap: GAP }, stringKeys(keys));
  const answers = 'sum per session';
  const longestCall = LONGEST_CALL;
  return {
    name,
    about: `sessions with a gap of 30 s, ${keys} string keys, ${eventsPerFill} events in 20 s, twice, arrays of 256`,
    fills,
    // All events of a key are closer together than the gap.
    open: keysIn(fills[0] as Fill<Event<string>>),
    subjects: [
      { name: HAND, answers, open: () => new SessionsByHand<Event<string>, string>(GAP, sumLambdas()) },
      { name: 'sum()', answers, longestCall, open: () => feedOf<string>(builtInSum(session(GAP)), {}, deliverSession) },
      { name: 'own aggregate', answers, longestCall, open: () => feedOf<string>(ownSum(session(GAP)), {}, deliverSession) },
    ],
  };
}
