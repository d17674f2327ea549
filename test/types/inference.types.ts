/** What aggregates, keys, triggers and assigners make of the element type. */
import { map } from 'rxjs';
import {
  type Aggregate,
  afterCount,
  afterWatermark,
  allOf,
  collect,
  count,
  type EventOperator,
  type EventStream,
  eventTime,
  max,
  mean,
  type Pane,
  reduce,
  repeatedly,
  session,
  stage,
  type Trigger,
  tumbling,
  union,
  type WindowAssigner,
  windowBy,
} from 'tidemark';
import { type Flight, flights$, is, timed } from './exact.js';

const all = timed.pipe(windowBy(tumbling('1h'), { key: f => f.airport, aggregate: collect() }));
is<typeof all>().exactly<EventStream<Pane<string, Flight[]>>>(true);
const numbers = timed.pipe(windowBy(tumbling('1h'), { key: f => f.airport, aggregate: collect(f => f.number) }));
is<typeof numbers>().exactly<EventStream<Pane<string, string[]>>>(true);
const worst = timed.pipe(windowBy(tumbling('1h'), { key: f => f.airport, aggregate: reduce((a, b) => (a.delay > b.delay ? a : b)) }));
is<typeof worst>().exactly<EventStream<Pane<string, Flight>>>(true);

const several = timed.pipe(
  windowBy(tumbling('1h'), { aggregate: allOf({ n: count(), avg: mean(f => f.delay), top: max(f => f.delay), list: collect() }) }),
  map(p => p.value),
);
export const severalAsWritten: EventStream<{ readonly n: number; readonly avg: number; readonly top: number; readonly list: Flight[] }> =
  several;

// An aggregate written in place.
const inPlace = timed.pipe(
  windowBy(tumbling('1h'), {
    key: f => f.airport,
    aggregate: {
      create: () => 0,
      add: (n: number, f) => n + f.delay,
      merge: (a: number, b: number) => a + b,
      result: (n: number) => n.toFixed(),
    },
  }),
);
is<typeof inPlace>().exactly<EventStream<Pane<string, string>>>(true);
declare const longest: Aggregate<{ readonly airport: string }, string, number>;
const custom = timed.pipe(windowBy(tumbling('1h'), { aggregate: longest }));
is<typeof custom>().exactly<EventStream<Pane<undefined, number>>>(true);

// Composite keys.
const composite = timed.pipe(windowBy(session('30m'), { key: f => [f.airport, f.number] as const, aggregate: count() }));
is<typeof composite>().exactly<EventStream<Pane<readonly [string, string], number>>>(true);
const object = timed.pipe(windowBy(session('30m'), { key: f => ({ airport: f.airport }), aggregate: count() }));
is<typeof object>().exactly<EventStream<Pane<{ airport: string }, number>>>(true);

// A trigger and an assigner of one's own, typed on the element.
declare const bigDelay: Trigger<Flight>;
declare const perAirport: WindowAssigner<Flight>;
timed.pipe(windowBy(perAirport, { aggregate: count(), trigger: afterWatermark({ early: repeatedly(bigDelay), late: afterCount(1) }) }));

// Several streams become one.
declare const radar: EventStream<{ readonly id: string; readonly seenAt: number }>;
const positions = union(timed.pipe(map(f => ({ id: f.number, at: f.landedAt }))), radar.pipe(map(r => ({ id: r.id, at: r.seenAt })))).pipe(
  windowBy(tumbling('1m'), { key: p => p.id, aggregate: count() }),
);
is<typeof positions>().exactly<EventStream<Pane<string, number>>>(true);
const mixed = union(timed, radar);
is<typeof mixed>().exactly<EventStream<Flight | { readonly id: string; readonly seenAt: number }>>(true);

// Pipelines of one's own as operators.
const hourlyMean = <T extends { airport: string; delay: number }>(): EventOperator<T, Pane<string, number>> =>
  windowBy(tumbling('1h'), { key: (f: T) => f.airport, aggregate: mean((f: T) => f.delay) });
const composed = timed.pipe(
  hourlyMean(),
  map(p => p.value),
);
is<typeof composed>().exactly<EventStream<number>>(true);

const busy = stage((s: EventStream<Flight>) =>
  s.pipe(
    windowBy(tumbling('1h'), { key: f => f.airport, aggregate: count() }),
    map(p => p.value),
  ),
);
const staged = timed.pipe(
  busy,
  map(n => n.toFixed()),
);
is<typeof staged>().exactly<EventStream<string>>(true);
const inline = timed.pipe(
  stage(s => s.pipe(map(f => f.delay))),
  map(n => n.toFixed()),
);
is<typeof inline>().exactly<EventStream<string>>(true);
const generic = <T extends { delay: number }>() => stage((s: EventStream<T>) => s.pipe(map(x => x.delay)));
const viaGeneric = timed.pipe(generic());
is<typeof viaGeneric>().exactly<EventStream<number>>(true);

// Arrays, promises and iterables are sources too.
const fromArray = eventTime([{ at: 1 }, { at: 2 }], { timestamp: e => e.at });
is<typeof fromArray>().exactly<EventStream<{ at: number }>>(true);
eventTime(Promise.resolve({ at: 1 }), { timestamp: e => e.at });
eventTime(flights$, { timestamp: f => f.landedAt, idleAfter: '30s', name: 'flights' });

// Batches enter as loops; the elements are what is in them.
const fromBatches = eventTime([[{ at: 1 }], [{ at: 2 }, { at: 3 }]], { timestamp: e => e.at, source: e => e.at % 2, batches: true });
is<typeof fromBatches>().exactly<EventStream<{ at: number }>>(true);
