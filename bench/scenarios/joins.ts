/** Two streams brought together, against loops that do the same. Each side comes in arrays of 256, in turn. */
import { Subject } from 'rxjs';
import { boundedOutOfOrderness, type EventOperator, type EventStream, eventTime, intervalJoin, joinWith, tumbling } from 'tidemark';
import { Digest } from '../contenders/digest.js';
import { deliverPair, IntervalJoinByHand, type Pair, type TwoSides, WindowJoinByHand } from '../contenders/joinsByHand.js';
import type { Run, Scenario } from '../harness.js';
import { chunksOf, DISORDER, type Event, keyOf, makeEvents, stringKeys, timestampOf, touch } from '../workloads/events.js';

type Sides = readonly [left: Event<string>[][], right: Event<string>[][]];
type Row = Pair<string> & { readonly start: number };
type Joining = (right: EventStream<Event<string>>) => EventOperator<Event<string>, Row>;

const SIZE = 10_000;
const KEYS = { leftKey: keyOf<string>, rightKey: keyOf<string> };

const byWindow: Joining = right =>
  joinWith(right, { ...KEYS, window: tumbling(SIZE), select: (left, right, { start }) => ({ left, right, start }) });

const byInterval: Joining = right =>
  intervalJoin(right, {
    ...KEYS,
    within: [0, SIZE],
    select: (left, right) => ({ left, right, start: right.timestamp }),
  });

export function windowJoinScenario(quick: boolean): Scenario {
  const byHand = (): TwoSides<Event<string>> => new WindowJoinByHand<string>(SIZE);
  return joinScenario('join', { what: 'each left with each right element of a key and 10 s', byHand, ours: byWindow }, quick);
}

export function intervalJoinScenario(quick: boolean): Scenario {
  const byHand = (): TwoSides<Event<string>> => new IntervalJoinByHand<string>(SIZE);
  return joinScenario(
    'interval-join',
    { what: 'each right element with the left ones up to 10 s before it', byHand, ours: byInterval },
    quick,
  );
}

interface Joins {
  readonly what: string;
  readonly byHand: () => TwoSides<Event<string>>;
  readonly ours: Joining;
}

function joinScenario(name: string, { what, byHand, ours }: Joins, quick: boolean): Scenario {
  const count = quick ? 100_000 : 600_000;
  const keys = stringKeys(10_000);
  const [left, right] = [1, 2].map(seed =>
    makeEvents({ events: count / 2, eventsPerSecond: keys.length / 5, stragglers: 'none', seed }, keys),
  ) as [Event<string>[], Event<string>[]];
  const sides: Sides = [chunksOf(left, 256), chunksOf(right, 256)];
  const reference = 'lists per key by hand';
  return {
    name,
    events: count,
    about: `${what}; ${keys.length} string keys, two events per key, side and 10 s, disorder 5 s, ${count} events, arrays of 256`,
    contenders: [
      { name: reference, answers: what, run: () => feedBoth(byHand(), sides) },
      { name: 'tidemark', answers: what, run: () => joined(ours, sides) },
    ],
    reference,
    ratio: 'speed',
    touch: () => {
      touch(left);
      touch(right);
    },
  };
}

function feedBoth(loop: TwoSides<Event<string>>, [left, right]: Sides): Run {
  left.forEach((chunk, i) => {
    loop.batch(0, chunk);
    loop.batch(1, right[i] as Event<string>[]);
  });
  loop.end();
  return loop.digest;
}

function joined(joining: Joining, [left, right]: Sides): Run {
  const digest = new Digest();
  const options = { timestamp: timestampOf, watermark: boundedOutOfOrderness(DISORDER), batches: true } as const;
  const [lefts, rights] = [new Subject<Event<string>[]>(), new Subject<Event<string>[]>()];
  eventTime(lefts, options)
    .pipe(joining(eventTime(rights, options)))
    .subscribe(row => deliverPair(row, digest));
  left.forEach((chunk, i) => {
    lefts.next(chunk);
    rights.next(right[i] as Event<string>[]);
  });
  lefts.complete();
  rights.complete();
  return digest;
}
