/** The bread and butter: a sum per key and minute. Everything that the library adds to the plain loop shows here. */
import { tumbling } from 'tidemark';
import { inOne } from '../contenders/feed.js';
import { groupByBufferTime } from '../contenders/rxjs.js';
import { builtInSum, fromArray, fromArrays, fromSubject, ownSum } from '../contenders/tidemark.js';
import { TumblingByHand } from '../contenders/tumblingByHand.js';
import { sumLambdas } from '../contenders/windowMaps.js';
import type { Claim, Contender, Scenario } from '../harness.js';
import { chunksOf, type Event, makeEvents, touch } from '../workloads/events.js';

const SIZE = 60_000;
const LOOP = 'hand-written loop';
const QUESTION = 'sum per key and minute';
const BUFFERS = 'RxJS groupBy + bufferTime';

/** It takes time in the square of its keys, each of which has a timer in one list: a million would take an hour. */
const MANY = 100_000;

const OWN = { array: 'own aggregate, from array', arrays: 'own aggregate, from arrays of 256' };
const SUM = { array: 'sum(), from array', arrays: 'sum(), from arrays of 256', subject: 'sum(), Subject per element' };

/** What the loop is called in the picture, for who is drawn against it. */
export interface Drawn {
  readonly own?: string;
  readonly sum?: string;
}

/** The contenders of a keyed tumbling sum, over events with any kind of key. */
export function tumblingScenario<K>(name: string, keys: readonly K[], quick: boolean, drawn: Drawn = {}): Scenario {
  const perWindow = quick ? 250_000 : 1_000_000;
  const count = quick ? 500_000 : 2_000_000;
  const events = makeEvents({ events: count, eventsPerSecond: (perWindow * 1_000) / SIZE }, keys);
  return {
    name,
    events: count,
    about:
      `${keys.length} ${typeof keys[0]} keys, windows of 60 s with ${perWindow} events, ` +
      `disorder 5 s, ${count} events in a retained array`,
    contenders: tumblingContenders(events).filter(({ name }) => name !== BUFFERS || keys.length < MANY),
    reference: LOOP,
    ratio: 'speed',
    ...(keys.length >= MANY && { warmup: 2, rounds: 5 }),
    claims: claimsOf(keys, drawn),
    touch: () => touch(events),
  };
}

function claimsOf(keys: readonly unknown[], drawn: Drawn): Claim[] {
  const claims: Claim[] = [
    { contender: OWN.array, target: 0.9, ...(drawn.own && { drawn: drawn.own }) },
    { contender: OWN.arrays, target: 0.9 },
    { contender: SUM.subject, target: 0.45 },
  ];
  if (keys.length < MANY) claims.push({ contender: SUM.array, over: BUFFERS, target: 8 });
  // Where accumulators are few they stay in the cache, whatever they are made of.
  const rows = keys.length >= 1_000_000 && typeof keys[0] === 'string' ? 1.7 : keys.length >= 10_000 ? 1.2 : undefined;
  if (rows === undefined) return claims;
  return [
    ...claims,
    { contender: SUM.array, target: rows, ...(drawn.sum && { drawn: drawn.sum }) },
    { contender: SUM.arrays, target: rows },
  ];
}

function tumblingContenders<K>(events: readonly Event<K>[]): Contender[] {
  const chunks = chunksOf(events, 256);
  const own = ownSum<K>(tumbling('1m'));
  const sum = builtInSum<K>(tumbling('1m'));
  const lambdas = sumLambdas<K>();
  return [
    { name: LOOP, answers: QUESTION, run: () => inOne(new TumblingByHand(SIZE, lambdas), events) },
    { name: OWN.array, answers: QUESTION, run: () => fromArray(events, own) },
    { name: OWN.arrays, answers: QUESTION, run: () => fromArrays(chunks, own) },
    { name: SUM.array, answers: QUESTION, run: () => fromArray(events, sum) },
    { name: SUM.arrays, answers: QUESTION, run: () => fromArrays(chunks, sum) },
    { name: SUM.subject, answers: QUESTION, run: () => fromSubject(events, sum) },
    { name: BUFFERS, answers: undefined, rounds: 2, run: () => groupByBufferTime(events, SIZE) },
  ];
}
