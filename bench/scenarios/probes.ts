/** Memory, stalls and firing: the same windows as the races have, filled and fired one after another. */
import { session, sliding, tumbling } from 'tidemark';
import { CopiesByHand } from '../contenders/copiesByHand.js';
import { SessionsByHand } from '../contenders/sessionsByHand.js';
import { builtInSum, feedOf, ownSum } from '../contenders/tidemark.js';
import { TumblingByHand } from '../contenders/tumblingByHand.js';
import { sumLambdas } from '../contenders/windowMaps.js';
import type { Fill, Probe } from '../probe.js';
import { DISORDER, type Event, stringKeys } from '../workloads/events.js';
import { keysIn, makeFills } from '../workloads/fills.js';
import { deliverSession, GAP } from './sessions.js';

const SIZE = 60_000;
const SLIDE = 1_000;
const HAND = 'by hand';

/** No call should stop the process for longer than this many milliseconds. */
const LONGEST_CALL = 15;

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

export function slidingProbe(name: string, keys: number, eventsPerFill: number): Probe<Event<string>> {
  const fills = makeFills({ fills: 2, eventsPerFill, span: SIZE }, stringKeys(keys));
  const answers = 'sum per key and sliding minute';
  return {
    name,
    about: `windows of 60 s sliding by 1 s, ${keys} string keys, ${eventsPerFill} events in order, twice; filling fires windows too`,
    fills,
    open: openPairs(fills[0] as Fill<Event<string>>),
    subjects: [
      { name: HAND, answers, open: () => new CopiesByHand<Event<string>, string>(SIZE, SLIDE, sumLambdas()) },
      { name: 'sum()', answers, longestCall: LONGEST_CALL, open: () => feedOf<string>(builtInSum(sliding(SIZE, SLIDE))) },
      { name: 'own aggregate', answers, longestCall: LONGEST_CALL, open: () => feedOf<string>(ownSum(sliding(SIZE, SLIDE))) },
    ],
  };
}

/** The windows that hold an event and that the watermark has not reached, counted once for each key. */
function openPairs({ batches }: Fill<Event<string>>): number {
  const events = batches.flat();
  const watermark = (events.at(-1)?.timestamp ?? 0) - DISORDER;
  const pairs = new Map<number, Set<string>>();
  for (const { key, timestamp } of events) {
    for (let start = Math.floor(timestamp / SLIDE) * SLIDE; start > timestamp - SIZE && start + SIZE > watermark; start -= SLIDE) {
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
