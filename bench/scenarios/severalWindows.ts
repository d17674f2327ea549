/** Three questions to one stream: a sum per second, per minute, and over the last minute every ten seconds. */
import { Subject } from 'rxjs';
import {
  boundedOutOfOrderness,
  type CombinedAssigner,
  combined,
  eventTime,
  sliding,
  type TimeWindow,
  tumbling,
  type WindowAssigner,
} from 'tidemark';
import { CopiesByHand } from '../contenders/copiesByHand.js';
import { Digest } from '../contenders/digest.js';
import { type Feed, inArrays, together } from '../contenders/feed.js';
import { builtInSum, deliver, ownSum, type Windowing } from '../contenders/tidemark.js';
import { TumblingByHand } from '../contenders/tumblingByHand.js';
import { sumLambdas } from '../contenders/windowMaps.js';
import type { Scenario } from '../harness.js';
import { chunksOf, DISORDER, type Event, makeEvents, stringKeys, timestampOf, touch } from '../workloads/events.js';

const SECOND = 1_000;
const MINUTE = 60_000;

/** Size and slide of the three. */
export const THREE = [
  [SECOND, SECOND],
  [MINUTE, MINUTE],
  [MINUTE, 10 * SECOND],
] as const;

export function threeOf(windowing: (assigner: WindowAssigner) => Windowing<string>): Windowing<string>[] {
  return [tumbling(SECOND), tumbling(MINUTE), sliding(MINUTE, 10 * SECOND)].map(assigner => windowing(assigner));
}

export function severalWindowsScenario(quick: boolean): Scenario {
  const count = quick ? 200_000 : 1_000_000;
  const keys = 1_000;
  const events = makeEvents({ events: count, eventsPerSecond: keys * 5 }, stringKeys(keys));
  const chunks = chunksOf(events, 256);
  const [sum, own] = [threeOf(builtInSum), threeOf(ownSum)];
  const inOne = combined({ second: tumbling(SECOND), minute: tumbling(MINUTE), last: sliding(MINUTE, 10 * SECOND) });
  const answers = 'three sums';
  const byHand = 'three loops by hand';
  return {
    name: 'several-windows',
    events: count,
    about: `windows of 1 s, of 60 s, and of 60 s sliding by 10 s over one stream of arrays of 256; ${keys} string keys, 5 events per key and second, ${count} events`,
    contenders: [
      { name: byHand, answers, run: () => inArrays(threeLoops(), chunks) },
      { name: 'sum()', answers, run: () => inArrays(threeStreams(sum), chunks) },
      { name: 'own aggregate', answers, run: () => inArrays(threeStreams(own), chunks) },
      { name: 'sum(), combined()', answers, run: () => inArrays(oneStream(inOne, builtInSum<string>(inOne)), chunks) },
      { name: 'own aggregate, combined()', answers, run: () => inArrays(oneStream(inOne, ownSum<string>(inOne)), chunks) },
    ],
    reference: byHand,
    ratio: 'speed',
    touch: () => touch(events),
  };
}

export function threeLoops(): Feed<Event<string>> {
  const lambdas = sumLambdas<string>();
  return together<Event<string>>([
    new TumblingByHand(SECOND, lambdas),
    new TumblingByHand(MINUTE, lambdas),
    new CopiesByHand(MINUTE, 10 * SECOND, lambdas),
  ]);
}

/** A window that two kinds have in common has one pane, and answers both. */
function oneStream({ namesOf }: CombinedAssigner, windowing: Windowing<string>): Feed<Event<string>> {
  const subject = new Subject<readonly Event<string>[]>();
  const timed = eventTime(subject, { timestamp: timestampOf, watermark: boundedOutOfOrderness(DISORDER), batches: true });
  const digest = new Digest();
  let at: TimeWindow | undefined;
  let answers = 0;
  timed.pipe(windowing).subscribe(pane => {
    if (pane.window !== at) {
      at = pane.window;
      answers = namesOf(at).length;
    }
    for (let i = 0; i < answers; i++) deliver(pane, digest);
  });
  return { digest, batch: events => subject.next(events), end: () => subject.complete() };
}

/** Three subscriptions to one stream with event time. */
export function threeStreams(windowings: readonly Windowing<string>[]): Feed<Event<string>> {
  const subject = new Subject<readonly Event<string>[]>();
  const timed = eventTime(subject, { timestamp: timestampOf, watermark: boundedOutOfOrderness(DISORDER), batches: true });
  const digest = new Digest();
  for (const windowing of windowings) timed.pipe(windowing).subscribe(pane => deliver(pane, digest));
  return { digest, batch: events => subject.next(events), end: () => subject.complete() };
}
