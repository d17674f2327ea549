/** The bread and butter: a sum per key and minute. Everything that the library adds to the plain loop shows here. */
import { tumbling } from 'tidemark';
import { amountOf, chunksOf, type Event, keyOf, makeEvents, timestampOf, touch } from '../contenders/events.js';
import { type Lambdas, tumblingByHand } from '../contenders/handWritten.js';
import { groupByBufferTime } from '../contenders/rxjsGroupBy.js';
import { fromArray, fromArrays, fromSubject } from '../contenders/tidemark.js';
import type { Contender, Scenario } from '../harness.js';

const SIZE = 60_000;
const LOOP = 'hand-written loop';
const QUESTION = 'sum per key and minute';

/** The contenders of a keyed tumbling sum, over events with any kind of key. */
export function tumblingScenario<K>(name: string, keys: readonly K[], quick: boolean): Scenario {
  const perWindow = quick ? 250_000 : 1_000_000;
  const count = quick ? 500_000 : 2_000_000;
  const events = makeEvents({ events: count, keys: keys.length, eventsPerSecond: (perWindow * 1_000) / SIZE }, keys);
  return {
    name,
    events: count,
    about:
      `${keys.length} ${typeof keys[0]} keys, windows of 60 s with ${perWindow} events, ` +
      `disorder 5 s, ${count} events in a retained array`,
    contenders: tumblingContenders(events),
    reference: LOOP,
    ratio: 'speed',
    touch: () => touch(events),
  };
}

function tumblingContenders<K>(events: readonly Event<K>[]): Contender[] {
  const chunks = chunksOf(events, 256);
  const assigner = tumbling('1m');
  const lambdas: Lambdas<Event<K>, K> = {
    key: keyOf,
    timestamp: timestampOf,
    add: (sum, event) => {
      sum.sum += amountOf(event);
      sum.count++;
    },
  };
  return [
    { name: LOOP, answers: QUESTION, run: () => tumblingByHand(events, SIZE, lambdas) },
    { name: 'tidemark from array', answers: QUESTION, target: 0.7, run: () => fromArray(events, assigner) },
    { name: 'tidemark from arrays of 256', answers: QUESTION, target: 0.7, run: () => fromArrays(chunks, assigner) },
    { name: 'tidemark Subject per element', answers: QUESTION, run: () => fromSubject(events, assigner) },
    { name: 'RxJS groupBy + bufferTime', answers: undefined, rounds: 3, run: () => groupByBufferTime(events, SIZE) },
  ];
}
