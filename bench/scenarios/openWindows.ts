/** What an event costs when many windows are open, because the events are that far out of order. It should not matter. */
import { boundedOutOfOrderness, tumbling } from 'tidemark';
import { inOne } from '../contenders/feed.js';
import { builtInSum, fromArray, ownSum } from '../contenders/tidemark.js';
import { TumblingByHand } from '../contenders/tumblingByHand.js';
import { sumLambdas } from '../contenders/windowMaps.js';
import type { Contender, Scenario } from '../harness.js';
import { type Event, makeEvents, stringKeys, touch } from '../workloads/events.js';
import { shuffled } from '../workloads/shuffled.js';

const SIZE = 1_000;
const OPEN = [1, 10, 100, 1_000];

export function openWindowsScenario(quick: boolean): Scenario {
  const count = quick ? 200_000 : 1_000_000;
  // The same events and so the same results, whatever the order.
  const inOrder = makeEvents({ events: count, eventsPerSecond: 250, disorder: 0, stragglers: 'none' }, stringKeys(10));
  const inputs = OPEN.map(open => {
    // With a bound of 999 windows an event falls into any of a thousand.
    const disorder = (open - 1) * SIZE;
    return { open, disorder, events: shuffled(inOrder, disorder) };
  });
  const reference = 'sum(), 1 window open';
  return {
    name: 'open-windows',
    events: count,
    about: `windows of 1 s, 10 string keys, ${count} events, out of order by up to so many windows`,
    contenders: inputs.flatMap(({ open, disorder, events }) => contendersOf(open, disorder, events)),
    reference,
    ratio: 'cost',
    claims: [10, 100, 1_000].flatMap(open => [
      { contender: nameOf('sum()', open), target: 1.5 },
      { contender: nameOf('own aggregate', open), over: 'own aggregate, 1 window open', target: 1.5 },
    ]),
    touch: () => {
      for (const { events } of inputs) touch(events);
    },
  };
}

function nameOf(what: string, open: number): string {
  return `${what}, ${open} window${open === 1 ? '' : 's'} open`;
}

function contendersOf(open: number, disorder: number, events: readonly Event<string>[]): Contender[] {
  const answers = 'sum per key and second';
  const timing = { watermark: boundedOutOfOrderness(disorder) };
  const [sum, own] = [builtInSum<string>(tumbling(SIZE)), ownSum<string>(tumbling(SIZE))];
  const lambdas = sumLambdas<string>();
  return [
    { name: nameOf('sum()', open), answers, run: () => fromArray(events, sum, timing) },
    { name: nameOf('own aggregate', open), answers, run: () => fromArray(events, own, timing) },
    { name: nameOf('by hand', open), answers, run: () => inOne(new TumblingByHand(SIZE, lambdas, disorder), events) },
  ];
}
