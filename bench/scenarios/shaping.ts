/** What shapes a stream in front of windows, against loops that do the same: order, duplicates, branches. */
import { from, Subject } from 'rxjs';
import { boundedOutOfOrderness, dedupe, type EventOperator, eventTime, reorder, split } from 'tidemark';
import { DedupeByHand } from '../contenders/dedupeByHand.js';
import { Digest } from '../contenders/digest.js';
import { inArrays, inOne } from '../contenders/feed.js';
import { deliverInOrder, ReorderByHand } from '../contenders/reorderByHand.js';
import { deliverTo, isEven, isSmall, SplitByHand, splitByFilters } from '../contenders/splitByHand.js';
import type { Scenario } from '../harness.js';
import { chunksOf, DISORDER, type Event, makeEvents, stringKeys, timestampOf, touch } from '../workloads/events.js';
import { repeatedEvents } from '../workloads/repeated.js';

type Through = EventOperator<Event<string>, Event<string>>;
type DeliverEvent = (event: Event<string>, digest: Digest) => void;
type Chunks = readonly (readonly Event<string>[])[];

const TIME = { timestamp: timestampOf, watermark: boundedOutOfOrderness(DISORDER) };
const WITHIN = 60_000;
const HAND = 'by hand';
const [ARRAY, ARRAYS] = ['from array', 'from arrays of 256'];

function arrayThrough(events: readonly Event<string>[], operator: Through, say: DeliverEvent): Digest {
  const digest = new Digest();
  eventTime(events, TIME)
    .pipe(operator)
    .subscribe(event => say(event, digest));
  return digest;
}

function arraysThrough(chunks: Chunks, operator: Through, say: DeliverEvent): Digest {
  const digest = new Digest();
  eventTime(from(chunks as Event<string>[][]), { ...TIME, batches: true })
    .pipe(operator)
    .subscribe(event => say(event, digest));
  return digest;
}

export function reorderScenario(quick: boolean): Scenario {
  const count = quick ? 200_000 : 1_000_000;
  const eventsPerSecond = 2_000;
  const events = makeEvents({ events: count, eventsPerSecond, stragglers: 'none' }, stringKeys(1_000));
  const chunks = chunksOf(events, 256);
  const answers = 'events in order';
  return {
    name: 'reorder',
    events: count,
    about: `events in order of time; disorder 5 s at ${eventsPerSecond} events a second, ${count} events`,
    contenders: [
      { name: 'heap by hand', answers, run: () => inOne(new ReorderByHand<string>(), events) },
      { name: ARRAY, answers, run: () => arrayThrough(events, reorder(), deliverInOrder) },
      { name: ARRAYS, answers, run: () => arraysThrough(chunks, reorder(), deliverInOrder) },
    ],
    reference: 'heap by hand',
    ratio: 'speed',
    touch: () => touch(events),
  };
}

export function dedupeScenario(quick: boolean): Scenario {
  const count = quick ? 100_000 : 1_000_000;
  const eventsPerSecond = 2_000;
  const events = repeatedEvents({ events: count, eventsPerSecond, reach: 1_000 });
  const chunks = chunksOf(events, 256);
  const answers = 'each event once';
  const say: DeliverEvent = ({ key, value, timestamp }, digest) => digest.add(timestamp, key, value);
  const once = dedupe<Event<string>>({ id: event => event.key, within: WITHIN });
  return {
    name: 'dedupe',
    events: count,
    about: `each string id once in a minute; one event in ten is a repetition, disorder 5 s, ${eventsPerSecond} events a second, ${count} events`,
    contenders: [
      { name: 'Map by hand', answers, run: () => inArrays(new DedupeByHand<string>(WITHIN), chunks) },
      { name: ARRAY, answers, run: () => arrayThrough(events, once, say) },
      { name: ARRAYS, answers, run: () => arraysThrough(chunks, once, say) },
    ],
    reference: 'Map by hand',
    ratio: 'speed',
    touch: () => touch(events),
  };
}

export function splitScenario(quick: boolean): Scenario {
  const count = quick ? 200_000 : 1_000_000;
  const events = makeEvents({ events: count, eventsPerSecond: 2_000, stragglers: 'none' }, stringKeys(1_000));
  const chunks = chunksOf(events, 256);
  const answers = 'three branches';
  return {
    name: 'split',
    events: count,
    about: `three branches by two predicates, ${count} events`,
    contenders: [
      { name: HAND, answers, run: () => inOne(new SplitByHand<string>(), events) },
      { name: ARRAYS, answers, run: () => threeBranches(chunks) },
      { name: 'RxJS Subject and three filters', answers, run: () => splitByFilters(events) },
    ],
    reference: HAND,
    ratio: 'speed',
    claims: [],
    touch: () => touch(events),
  };
}

function threeBranches(chunks: Chunks): Digest {
  const digest = new Digest();
  const subject = new Subject<readonly Event<string>[]>();
  const { small, even, rest } = split(eventTime(subject, { ...TIME, batches: true }), { small: isSmall, even: isEven });
  [small, even, rest].forEach((branch, i) => void branch.subscribe(event => deliverTo(i, event, digest)));
  for (const chunk of chunks) subject.next(chunk);
  subject.complete();
  return digest;
}
