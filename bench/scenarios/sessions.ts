/** Sessions of a key at random: short ones, most of them of one event, and long ones that grow and grow. */
import { session } from 'tidemark';
import { inOne } from '../contenders/feed.js';
import { SessionsByHand, deliver as toDigest } from '../contenders/sessionsByHand.js';
import { builtInSum, type Deliver, fromArray, fromArrays, ownSum } from '../contenders/tidemark.js';
import { sumLambdas } from '../contenders/windowMaps.js';
import type { Scenario } from '../harness.js';
import { chunksOf, makeEvents, stringKeys, touch } from '../workloads/events.js';

export const GAP = 30_000;

export const deliverSession: Deliver<string> = (pane, digest) => toDigest(pane, digest);

/** `eventsPerGap`: how many events of a key there are in a time as long as the gap, on average. */
export function sessionScenario(name: string, keys: number, eventsPerGap: number, target: number, quick: boolean): Scenario {
  const count = quick ? 250_000 : 1_000_000;
  // A straggler could join a session that is still open or not, depending on when exactly the watermark moved.
  const shape = { events: count, eventsPerSecond: (keys * eventsPerGap * 1_000) / GAP, stragglers: 'none' } as const;
  const events = makeEvents(shape, stringKeys(keys));
  const chunks = chunksOf(events, 256);
  const [sum, own] = [builtInSum<string>(session(GAP)), ownSum<string>(session(GAP))];
  const question = 'sum per session';
  const byHand = 'merge list and heap of timers by hand';
  const lambdas = sumLambdas<string>();
  const timing = {};
  return {
    name,
    events: count,
    about: `sessions with a gap of 30 s, ${keys} string keys, ${eventsPerGap} events per key and gap on average, disorder 5 s, ${count} events`,
    contenders: [
      { name: byHand, answers: question, run: () => inOne(new SessionsByHand(GAP, lambdas), events) },
      { name: 'sum(), from array', answers: question, run: () => fromArray(events, sum, timing, deliverSession) },
      { name: 'sum(), from arrays of 256', answers: question, run: () => fromArrays(chunks, sum, timing, deliverSession) },
      { name: 'own aggregate, from array', answers: question, run: () => fromArray(events, own, timing, deliverSession) },
    ],
    reference: byHand,
    ratio: 'speed',
    claims: [
      {
        contender: 'sum(), from array',
        target,
        drawn: eventsPerGap > 1 ? 'a timer per event, long sessions' : 'a timer per event, short sessions',
      },
      { contender: 'sum(), from arrays of 256', target },
      { contender: 'own aggregate, from array', target },
    ],
    touch: () => touch(events),
  };
}
