/** What else one could take: plain RxJS, lodash, an incremental view, a time-series library. Slow ones get the beginning of the input. */
import { tumbling } from 'tidemark';
import { dbIvm } from '../contenders/dbIvm.js';
import { inOne } from '../contenders/feed.js';
import { lodashBatch } from '../contenders/lodashBatch.js';
import { pondWindows } from '../contenders/pond.js';
import { groupByBufferTime, groupByWindowTime, scanWithMap } from '../contenders/rxjs.js';
import { builtInSum, fromArray } from '../contenders/tidemark.js';
import { TumblingByHand } from '../contenders/tumblingByHand.js';
import { sumLambdas } from '../contenders/windowMaps.js';
import type { Scenario } from '../harness.js';
import { chunksOf, makeEvents, stringKeys, touch } from '../workloads/events.js';

const SIZE = 60_000;
const OURS = 'sum(), from array';
const QUESTION = 'sum per key and minute';

export function otherLibrariesScenario(quick: boolean): Scenario {
  const count = quick ? 200_000 : 1_000_000;
  const keys = 1_000;
  // Nothing is dropped: a batch has no notion of what is too late.
  const shape = { events: count, eventsPerSecond: count / 300, stragglers: 'none' } as const;
  const events = makeEvents(shape, stringKeys(keys));
  const forView = events.slice(0, quick ? 5_000 : 20_000);
  const forPond = events.slice(0, 2_000);
  const sum = builtInSum<string>(tumbling(SIZE));
  const lambdas = sumLambdas<string>();
  const answers = QUESTION;
  const [view, pond] = [`db-ivm, ${forView.length} events`, `pond, ${forPond.length} events`];
  return {
    name: 'other-libraries',
    events: count,
    about: `${keys} string keys, windows of 60 s, disorder 5 s, ${count} events in a retained array, none too late`,
    contenders: [
      { name: OURS, answers, run: () => fromArray(events, sum) },
      { name: 'hand-written loop', answers, run: () => inOne(new TumblingByHand(SIZE, lambdas), events) },
      { name: 'RxJS scan + Map', answers, run: () => scanWithMap(events, SIZE) },
      { name: 'lodash on the batch', answers, rounds: 3, run: () => lodashBatch(events, SIZE) },
      { name: 'RxJS groupBy + bufferTime', answers: undefined, rounds: 3, run: () => groupByBufferTime(events, SIZE) },
      { name: 'RxJS groupBy + windowTime', answers: undefined, rounds: 3, run: () => groupByWindowTime(events, SIZE) },
      // A view of the beginning: what ours says of that is another answer, given once so that it can be compared.
      { name: view, answers: 'the beginning', events: forView.length, rounds: 3, run: () => dbIvm(chunksOf(forView, 1_000), SIZE) },
      { name: 'sum(), the beginning', answers: 'the beginning', events: forView.length, run: () => fromArray(forView, sum) },
      { name: pond, answers: undefined, events: forPond.length, rounds: 3, run: () => pondWindows(forPond, '1m') },
    ],
    reference: OURS,
    ratio: 'cost',
    claims: [
      { contender: OURS, over: 'RxJS scan + Map', ratio: 'speed', target: 1.7, drawn: 'RxJS scan with a Map' },
      { contender: OURS, over: 'lodash on the batch', ratio: 'speed', target: 5, drawn: 'lodash on the batch' },
      { contender: OURS, over: 'RxJS groupBy + bufferTime', ratio: 'speed', target: 8, drawn: 'RxJS groupBy + bufferTime (*)' },
      { contender: OURS, over: 'RxJS groupBy + windowTime', ratio: 'speed', target: 10, drawn: 'RxJS groupBy + windowTime (*)' },
      { contender: OURS, over: view, ratio: 'speed', target: 150, drawn: '@tanstack/db-ivm' },
      { contender: OURS, over: pond, ratio: 'speed', target: 800, drawn: 'Pond (*)' },
    ],
    touch: () => touch(events),
  };
}
