/** The library through its public API, over the ways in which events can come to it. */
import { from, type Observable, Subject } from 'rxjs';
import {
  type Aggregate,
  boundedOutOfOrderness,
  type Clock,
  type EventOperator,
  eventTime,
  type Pane,
  sum,
  type WatermarkStrategy,
  type WindowAssigner,
  type WindowOptions,
  windowBy,
} from 'tidemark';
import { amountOf, DISORDER, type Event, keyOf, timestampOf } from '../workloads/events.js';
import { Digest } from './digest.js';
import type { Feed } from './feed.js';
import type { Sum } from './windowMaps.js';

export type Windowing<K> = EventOperator<Event<K>, Pane<K, number>>;
export type Deliver<K> = (pane: Pane<K, number>, digest: Digest) => void;
type Rest<K> = Omit<WindowOptions<Event<K>, K, number>, 'key' | 'aggregate'>;

/** The built-in aggregate, whose numbers lie in rows. */
export function builtInSum<K>(assigner: WindowAssigner, rest: Rest<K> = {}): Windowing<K> {
  return windowBy(assigner, { ...rest, key: keyOf<K>, aggregate: sum(amountOf) });
}

/** An aggregate as users write one: an object for each key and window, the same one as in the loops written by hand. */
export function ownSum<K>(assigner: WindowAssigner, rest: Rest<K> = {}): Windowing<K> {
  const aggregate: Aggregate<Event<K>, Sum, number> = {
    name: 'own sum',
    create: () => ({ sum: 0, count: 0 }),
    add: (sum, event) => {
      sum.sum += amountOf(event);
      sum.count++;
      return sum;
    },
    merge: (a, b) => {
      a.sum += b.sum;
      a.count += b.count;
      return a;
    },
    result: ({ sum }) => sum,
  };
  return windowBy(assigner, { ...rest, key: keyOf<K>, aggregate });
}

export interface Timing {
  readonly watermark?: WatermarkStrategy<Event<unknown>>;
  readonly clock?: Clock;
}

function options({ watermark = boundedOutOfOrderness(DISORDER), clock }: Timing) {
  return { timestamp: timestampOf, watermark, ...(clock && { clock }) };
}

export function deliver<K>(pane: Pane<K, number>, digest: Digest): void {
  digest.add(pane.window.start, pane.key, pane.value);
}

function collect<K>(panes: Observable<Pane<K, number>>, deliverPane: Deliver<K>): Digest {
  const digest = new Digest();
  panes.subscribe(pane => deliverPane(pane, digest));
  return digest;
}

/** `eventTime(array)`: the whole input as one array. */
export function fromArray<K>(
  events: readonly Event<K>[],
  windowing: Windowing<K>,
  timing: Timing = {},
  deliverPane: Deliver<K> = deliver,
): Digest {
  return collect(eventTime(events, options(timing)).pipe(windowing), deliverPane);
}

/** An Observable of arrays, as a decoder or a Kafka consumer gives them. */
export function fromArrays<K>(
  chunks: readonly (readonly Event<K>[])[],
  windowing: Windowing<K>,
  timing: Timing = {},
  deliverPane: Deliver<K> = deliver,
): Digest {
  const source = from(chunks as Event<K>[][]);
  return collect(eventTime(source, { ...options(timing), batches: true }).pipe(windowing), deliverPane);
}

/** One call of `Subject.next` for each event. */
export function fromSubject<K>(events: readonly Event<K>[], windowing: Windowing<K>): Digest {
  const subject = new Subject<Event<K>>();
  const digest = collect(eventTime(subject, options({})).pipe(windowing), deliver);
  for (let i = 0; i < events.length; i++) subject.next(events[i] as Event<K>);
  subject.complete();
  return digest;
}

/** A Subject of arrays, fed from outside. */
export function feedOf<K>(windowing: Windowing<K>, timing: Timing = {}, deliverPane: Deliver<K> = deliver): Feed<Event<K>> {
  const subject = new Subject<readonly Event<K>[]>();
  const digest = collect(eventTime(subject, { ...options(timing), batches: true }).pipe(windowing), deliverPane);
  return { digest, batch: events => subject.next(events), end: () => subject.complete() };
}
