/** Three questions to one stream: a sum per second, per minute, and over the last minute every ten seconds. */
import { Subject } from 'rxjs';
import { boundedOutOfOrderness, type CombinedAssigner, combined, eventTime, sliding, type TimeWindow, tumbling } from 'tidemark';
import { CopiesByHand } from '../contenders/copiesByHand.js';
import { Digest } from '../contenders/digest.js';
import { builtInSum, deliver, ownSum, type Windowing } from '../contenders/tidemark.js';
import { TumblingByHand } from '../contenders/tumblingByHand.js';
import { sumLambdas } from '../contenders/windowMaps.js';
import type { Run, Scenario } from '../harness.js';
import { chunksOf, DISORDER, type Event, makeEvents, stringKeys, timestampOf, touch } from '../workloads/events.js';

const SECOND = 1_000;
const MINUTE = 60_000;

export function severalWindowsScenario(quick: boolean): Scenario {
  const count = quick ? 200_000 : 1_000_000;
  const keys = 1_000;
  const events = makeEvents({ events: count, eventsPerSecond: keys * 5 }, stringKeys(keys));
  const chunks = chunksOf(events, 256);
  const assigners = [tumbling(SECOND), tumbling(MINUTE), sliding(MINUTE, 10 * SECOND)];
  const [sum, own] = [assigners.map(assigner => builtInSum<string>(assigner)), assigners.map(assigner => ownSum<string>(assigner))];
  const inOne = combined({ second: tumbling(SECOND), minute: tumbling(MINUTE), last: sliding(MINUTE, 10 * SECOND) });
  const answers = 'three sums';
  const byHand = 'three loops by hand';
  return {
    name: 'several-windows',
    events: count,
    about: `windows of 1 s, of 60 s, and of 60 s sliding by 10 s over one stream of arrays of 256; ${keys} string keys, 5 events per key and second, ${count} events`,
    contenders: [
      { name: byHand, answers, run: () => threeLoops(chunks) },
      { name: 'sum()', answers, run: () => threeStreams(chunks, sum) },
      { name: 'own aggregate', answers, run: () => threeStreams(chunks, own) },
      { name: 'sum(), combined()', answers, run: () => oneStream(chunks, inOne, builtInSum<string>(inOne)) },
      { name: 'own aggregate, combined()', answers, run: () => oneStream(chunks, inOne, ownSum<string>(inOne)) },
    ],
    reference: byHand,
    ratio: 'speed',
    touch: () => touch(events),
  };
}

type Chunks = readonly (readonly Event<string>[])[];

/** The checksum of a whole is the sum of those of its parts. */
function together(digests: readonly Digest[]): Run {
  const whole = new Digest();
  for (const { results, checksum } of digests) {
    whole.results += results;
    whole.checksum = (whole.checksum + checksum) | 0;
  }
  return whole;
}

function threeLoops(chunks: Chunks): Run {
  const lambdas = sumLambdas<string>();
  const loops = [new TumblingByHand(SECOND, lambdas), new TumblingByHand(MINUTE, lambdas), new CopiesByHand(MINUTE, 10 * SECOND, lambdas)];
  for (const chunk of chunks) for (const loop of loops) loop.batch(chunk);
  for (const loop of loops) loop.end();
  return together(loops.map(loop => loop.digest));
}

/** A window that two kinds have in common has one pane, and answers both. */
function oneStream(chunks: Chunks, { namesOf }: CombinedAssigner, windowing: Windowing<string>): Run {
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
  for (const chunk of chunks) subject.next(chunk);
  subject.complete();
  return digest;
}

function threeStreams(chunks: Chunks, windowings: readonly Windowing<string>[]): Run {
  const subject = new Subject<readonly Event<string>[]>();
  const timed = eventTime(subject, { timestamp: timestampOf, watermark: boundedOutOfOrderness(DISORDER), batches: true });
  const digests = windowings.map(windowing => {
    const digest = new Digest();
    timed.pipe(windowing).subscribe(pane => deliver(pane, digest));
    return digest;
  });
  for (const chunk of chunks) subject.next(chunk);
  subject.complete();
  return together(digests);
}
