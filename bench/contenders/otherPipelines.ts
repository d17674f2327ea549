/**
 * Seven pipelines with their own event types, keys, lambdas and aggregates, built-in ones and ones of users. Run before a
 * measurement and left open, they give the library's shared code as many call targets as a real process has; V8 then no longer
 * inlines the lambdas there.
 */
import { Subject } from 'rxjs';
import {
  type Aggregate,
  boundedOutOfOrderness,
  count,
  eventTime,
  max,
  mean,
  min,
  sliding,
  tumbling,
  type WindowAssigner,
  windowBy,
} from 'tidemark';
import { BEGIN, generator } from '../workloads/events.js';

const longest: Aggregate<{ word: string }, { length: number }, number> = {
  create: () => ({ length: 0 }),
  add: (longest, { word }) => {
    longest.length = Math.max(longest.length, word.length);
    return longest;
  },
  merge: (a, b) => ({ length: Math.max(a.length, b.length) }),
  result: ({ length }) => length,
};

const range: Aggregate<{ seats: number }, { low: number; high: number }, number> = {
  create: () => ({ low: Infinity, high: -Infinity }),
  add: (range, { seats }) => {
    if (seats < range.low) range.low = seats;
    if (seats > range.high) range.high = seats;
    return range;
  },
  merge: (a, b) => ({ low: Math.min(a.low, b.low), high: Math.max(a.high, b.high) }),
  result: ({ low, high }) => high - low,
};

const turnover: Aggregate<{ amount: number; refund: boolean }, { paid: number; returned: number; last: number }, number> = {
  create: () => ({ paid: 0, returned: 0, last: 0 }),
  add: (turnover, { amount, refund }) => {
    if (refund) turnover.returned += amount;
    else turnover.paid += amount;
    turnover.last = amount;
    return turnover;
  },
  merge: (a, b) => ({ paid: a.paid + b.paid, returned: a.returned + b.returned, last: b.last }),
  result: ({ paid, returned }) => paid - returned,
};

interface Pipeline<T, K> {
  readonly timestamp: (event: T) => number;
  readonly key: (event: T) => K;
  readonly assigner: WindowAssigner;
  readonly aggregate: Aggregate<T, any, number>;
}

const pipelines: readonly ((events: number) => number)[] = [
  over((at, random) => ({ at, user: random % 50, ms: random }))({
    timestamp: visit => visit.at,
    key: visit => visit.user,
    assigner: tumbling('1m'),
    aggregate: mean(visit => visit.ms),
  }),
  over((t, random) => ({ t, host: `host-${random % 90}` }))({
    timestamp: beat => beat.t,
    key: beat => beat.host,
    assigner: tumbling('10s'),
    aggregate: count(),
  }),
  over((when, random) => ({ when, price: random / 7, item: `item-${random % 200}` }))({
    timestamp: bid => bid.when,
    key: bid => bid.item,
    assigner: tumbling('1m'),
    aggregate: max(bid => bid.price),
  }),
  over((time, random) => ({ id: random % 1_000, time, depth: random * 1.5 }))({
    timestamp: sounding => sounding.time,
    key: sounding => sounding.id,
    assigner: tumbling('5m'),
    aggregate: min(sounding => sounding.depth),
  }),
  over((seen, random) => ({ seen, plane: `plane-${random % 30}`, seats: random }))({
    timestamp: flight => flight.seen,
    key: flight => flight.plane,
    assigner: sliding('1m', '10s'),
    aggregate: range,
  }),
  over((at, random) => ({ word: 'x'.repeat(random % 40), at }))({
    timestamp: token => token.at,
    key: token => token.word.length,
    assigner: tumbling('30s'),
    aggregate: longest,
  }),
  over((ts, random) => ({ meta: { ts }, amount: random, refund: random % 3 === 0 }))({
    timestamp: payment => payment.meta.ts,
    key: payment => String(payment.refund),
    assigner: tumbling('2m'),
    aggregate: turnover,
  }),
];

/** Keeps the open pipelines from being collected. */
const alive: Subject<never>[] = [];

/** Runs the seven, each over an array to its end and over a Subject that stays open; returns the number of panes. */
export function runOtherPipelines(events: number): number {
  return pipelines.reduce((panes, run) => panes + run(events), 0);
}

/** In two calls, so that the first fixes the type of the events for the lambdas of the second. */
function over<T>(make: (at: number, random: number) => T): <K>(pipeline: Pipeline<T, K>) => (events: number) => number {
  return ({ timestamp, key, assigner, aggregate }) =>
    count => {
      const random = generator(count);
      const events = Array.from({ length: count }, (_, i) => make(BEGIN + i * 10, Math.floor(random() * 1_000)));
      const options = { timestamp, watermark: boundedOutOfOrderness('1s') };
      let panes = 0;
      eventTime(events, options)
        .pipe(windowBy(assigner, { key, aggregate }))
        .subscribe(() => panes++);
      const subject = new Subject<T>();
      eventTime(subject, options)
        .pipe(windowBy(assigner, { key, aggregate }))
        .subscribe(() => panes++);
      for (const event of events) subject.next(event);
      alive.push(subject as unknown as Subject<never>);
      return panes;
    };
}
