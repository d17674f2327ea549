/** Windows of 60 s that start each second: each event is in sixty of them, but should not cost sixty times as much. */
import { sliding, tumbling } from 'tidemark';
import { amountOf, type Event, keyOf, makeEvents, stringKeys, timestampOf, touch } from '../contenders/events.js';
import { type Lambdas, perWindowCopies, tumblingByHand } from '../contenders/handWritten.js';
import { fromArray } from '../contenders/tidemark.js';
import type { Scenario } from '../harness.js';

const SIZE = 60_000;
const SLIDE = 1_000;
const TUMBLING = 'tidemark tumbling';
const QUESTION = 'sum per key and sliding minute';
const TUMBLING_QUESTION = 'sum per key and minute';

const lambdas: Lambdas<Event<string>, string> = {
  key: keyOf,
  timestamp: timestampOf,
  add: (sum, event) => {
    sum.sum += amountOf(event);
    sum.count++;
  },
};

export function slidingScenario(name: string, keys: number, eventsPerKeyAndSlide: number, quick: boolean): Scenario {
  const count = quick ? 300_000 : 1_200_000;
  const events = makeEvents({ events: count, keys, eventsPerSecond: keys * eventsPerKeyAndSlide }, stringKeys(keys));
  return {
    name,
    events: count,
    about:
      `windows of 60 s sliding by 1 s, ${keys} string keys, ${eventsPerKeyAndSlide} events per key and slide, ` +
      `disorder 5 s, ${count} events in a retained array`,
    contenders: [
      { name: TUMBLING, answers: TUMBLING_QUESTION, run: () => fromArray(events, tumbling(SIZE)) },
      { name: 'tidemark sliding', answers: QUESTION, target: 2, run: () => fromArray(events, sliding(SIZE, SLIDE)) },
      { name: 'hand-written tumbling loop', answers: TUMBLING_QUESTION, run: () => tumblingByHand(events, SIZE, lambdas) },
      { name: 'copies per window by hand', answers: QUESTION, rounds: 3, run: () => perWindowCopies(events, SIZE, SLIDE, lambdas) },
    ],
    reference: TUMBLING,
    ratio: 'cost',
    touch: () => touch(events),
  };
}
