/** Overlapping windows: each event is in many of them, but should not cost many times as much as in one. */
import { sliding, tumbling } from 'tidemark';
import { CopiesByHand } from '../contenders/copiesByHand.js';
import { inOne } from '../contenders/feed.js';
import { builtInSum, fromArray, ownSum } from '../contenders/tidemark.js';
import { sumLambdas } from '../contenders/windowMaps.js';
import type { Claim, Scenario } from '../harness.js';
import { makeEvents, type Shape, stringKeys, touch } from '../workloads/events.js';

const SLIDE = 1_000;
const TUMBLING = 'tumbling, sum()';
const SLIDING = 'sliding, sum()';

export interface SlidingShape {
  /** Windows that an event is in. */
  readonly overlap: number;
  readonly keys: number;
  readonly eventsPerKeyAndSlide: number;
}

/** What overlap costs, relative to windows that do not overlap. */
export function slidingScenario(name: string, shape: SlidingShape, target: number | undefined, quick: boolean): Scenario {
  const { overlap, keys, eventsPerKeyAndSlide } = shape;
  const size = overlap * SLIDE;
  // Long windows need a long stream, or the partial windows at both ends would be most of it.
  const count = (quick ? 300_000 : 1_200_000) * (overlap > 100 ? 2 : 1);
  const events = makeEvents({ events: count, eventsPerSecond: keys * eventsPerKeyAndSlide }, stringKeys(keys));
  const [sum, slidingSum] = [builtInSum<string>(tumbling(size)), builtInSum<string>(sliding(size, SLIDE))];
  const [own, slidingOwn] = [ownSum<string>(tumbling(size)), ownSum<string>(sliding(size, SLIDE))];
  const questions = { tumbling: 'sum per key and tumbling window', sliding: 'sum per key and sliding window' };
  const claims: Claim[] = [
    { contender: SLIDING, target: target as number },
    { contender: 'sliding, own aggregate', over: 'tumbling, own aggregate', target: target as number },
  ];
  return {
    name,
    events: count,
    about:
      `windows of ${overlap} s sliding by 1 s, ${keys} string keys, ${eventsPerKeyAndSlide} events per key and slide, ` +
      `disorder 5 s, ${count} events in a retained array`,
    contenders: [
      { name: TUMBLING, answers: questions.tumbling, run: () => fromArray(events, sum) },
      { name: SLIDING, answers: questions.sliding, run: () => fromArray(events, slidingSum) },
      { name: 'tumbling, own aggregate', answers: questions.tumbling, run: () => fromArray(events, own) },
      { name: 'sliding, own aggregate', answers: questions.sliding, run: () => fromArray(events, slidingOwn) },
    ],
    reference: TUMBLING,
    ratio: 'cost',
    ...(overlap > 100 && { rounds: 5 }),
    claims: target === undefined ? [] : claims,
    touch: () => touch(events),
  };
}

/**
 * Against a copy of the state for each window. Few keys and a short stream, since copies are that slow; the same stream for both.
 */
export function copiesScenario(name: string, overlap: number, shape: Shape, keys: number, target: number): Scenario {
  const size = overlap * SLIDE;
  const events = makeEvents(shape, stringKeys(keys));
  const windowing = builtInSum<string>(sliding(size, SLIDE));
  const question = 'sum per key and sliding window';
  const copies = 'copies per window by hand';
  const lambdas = sumLambdas<string>();
  return {
    name,
    events: shape.events,
    about: `windows of ${overlap} s sliding by 1 s, ${keys} string keys, ${shape.eventsPerSecond} events per second, ${shape.events} events`,
    contenders: [
      { name: copies, answers: question, rounds: 2, run: () => inOne(new CopiesByHand(size, SLIDE, lambdas), events) },
      { name: SLIDING, answers: question, run: () => fromArray(events, windowing) },
    ],
    reference: copies,
    ratio: 'speed',
    claims: [{ contender: SLIDING, target, drawn: `a copy of the state per window, ${overlap} : 1` }],
    touch: () => touch(events),
  };
}
