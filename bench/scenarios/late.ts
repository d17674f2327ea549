/** One event in ten comes after the result of its window, which is said again each time; or withdrawn and said again. */
import { tumbling } from 'tidemark';
import { inOne } from '../contenders/feed.js';
import { LateByHand, deliver as toDigest } from '../contenders/lateByHand.js';
import { builtInSum, type Deliver, fromArray, ownSum } from '../contenders/tidemark.js';
import type { Scenario } from '../harness.js';
import { makeEvents, stringKeys, touch } from '../workloads/events.js';

const SIZE = 60_000;
const LATENESS = 120_000;

export const deliverLate: Deliver<string> = (pane, digest) => toDigest(pane, digest);

export function lateScenario(quick: boolean): Scenario {
  const count = quick ? 250_000 : 1_000_000;
  // Behind enough to be late, not so much as to be too late.
  const stragglers = { oneIn: 10, behind: [70_000, 115_000] } as const;
  const events = makeEvents({ events: count, eventsPerSecond: count / 300, stragglers }, stringKeys(10_000));
  const accumulating = builtInSum<string>(tumbling(SIZE), { allowedLateness: LATENESS });
  const own = ownSum<string>(tumbling(SIZE), { allowedLateness: LATENESS });
  const retracting = builtInSum<string>(tumbling(SIZE), { allowedLateness: LATENESS, accumulation: 'retracting' });
  const byHand = 'by hand';
  const [correct, withdraw] = ['sums and corrections', 'sums, withdrawn when corrected'];
  return {
    name: 'late',
    events: count,
    about: `10 % of ${count} events late by 65 to 115 s, allowed 2 min; windows of 60 s, 10000 string keys, five minutes`,
    contenders: [
      { name: byHand, answers: correct, run: () => inOne(new LateByHand(SIZE, LATENESS, false), events) },
      { name: 'sum()', answers: correct, run: () => fromArray(events, accumulating, {}, deliverLate) },
      { name: 'own aggregate', answers: correct, run: () => fromArray(events, own, {}, deliverLate) },
      { name: 'by hand, retracting', answers: withdraw, run: () => inOne(new LateByHand(SIZE, LATENESS, true), events) },
      { name: 'sum(), retracting', answers: withdraw, run: () => fromArray(events, retracting, {}, deliverLate) },
    ],
    reference: byHand,
    ratio: 'speed',
    touch: () => touch(events),
  };
}
