/** Pipelines as users write them: everything is inferred, nothing is annotated. */
import { distinctUntilChanged, filter, map, of, Subject, scan, tap } from 'rxjs';
import {
  afterCount,
  afterFirst,
  afterWatermark,
  allOf,
  boundedOutOfOrderness,
  count,
  type EventStream,
  eventTime,
  every,
  type LateRecord,
  max,
  mean,
  type Pane,
  punctuated,
  session,
  sliding,
  sum,
  tumbling,
  windowBy,
} from 'tidemark';
import { type Flight, flights$, is, timed } from './exact.js';

// The quick start.
const delays = eventTime(flights$, { timestamp: f => f.landedAt, watermark: boundedOutOfOrderness('5m') }).pipe(
  filter(f => !f.cancelled),
  windowBy(tumbling('1h'), {
    key: f => f.airport,
    aggregate: mean(f => f.delay),
    trigger: afterWatermark({ early: every('1s'), late: afterCount(1) }),
    allowedLateness: '2h',
  }),
);
is<typeof delays>().exactly<EventStream<Pane<string, number>>>(true);
delays.subscribe(({ key, window, value, timing }) => `${timing} ${key} ${new Date(window.start).toISOString()} ${value.toFixed(1)} min`);

// Many steps, ours and those of RxJS mixed.
const eleven = eventTime(flights$, { timestamp: f => f.landedAt }).pipe(
  filter(f => !f.cancelled),
  map(f => ({ airport: f.airport, delay: f.delay })),
  tap(x => x.delay.toFixed()),
  filter(x => x.delay > 0),
  windowBy(tumbling('1h'), { key: x => x.airport, aggregate: mean(x => x.delay) }),
  map(p => ({ airport: p.key, hour: p.window.start, mean: p.value, timing: p.timing })),
  filter(p => p.timing !== 'early'),
  map(p => ({ ...p, country: p.airport.slice(0, 2) })),
  windowBy(tumbling('1d'), { key: p => p.country, aggregate: allOf({ worst: max(p => p.mean), hours: count(), total: sum(p => p.mean) }) }),
  map(p => [p.key, p.value.worst, p.value.hours, p.value.total] as const),
  map(([country, worst]) => `${country}: ${worst.toFixed()}`),
);
is<typeof eleven>().exactly<EventStream<string>>(true);

// Type predicates and generic operators survive.
const predicate = eventTime(of<Flight | null>(null), { timestamp: f => f?.landedAt ?? 0 }).pipe(
  filter((f): f is Flight => f !== null),
  map(f => f.delay),
);
is<typeof predicate>().exactly<EventStream<number>>(true);
const running = timed.pipe(
  scan((acc, f) => acc + f.delay, 0),
  distinctUntilChanged(),
  map(n => n.toFixed()),
);
is<typeof running>().exactly<EventStream<string>>(true);

// Without a key the whole stream is one group.
const total = timed.pipe(windowBy(sliding('1h', '5m'), { aggregate: count() }));
is<typeof total>().exactly<EventStream<Pane<undefined, number>>>(true);

// Sessions, with a fixed gap and with one that depends on the element.
const visits = timed.pipe(windowBy(session('30m'), { key: f => f.number, aggregate: count() }));
is<typeof visits>().exactly<EventStream<Pane<string, number>>>(true);
const dynamic = timed.pipe(
  windowBy(
    session(f => f.gap),
    { key: f => f.number, aggregate: count() },
  ),
);
is<typeof dynamic>().exactly<EventStream<Pane<string, number>>>(true);

// Retractions feed a view; the late output is any observer.
const board = new Map<string, number>();
const late$ = new Subject<LateRecord<Flight>>();
const revisions = timed.pipe(
  windowBy(session('30m'), {
    key: f => f.airport,
    aggregate: sum(f => f.delay),
    accumulation: 'retracting',
    allowedLateness: '1d',
    late: late$,
    trigger: afterWatermark({ early: afterFirst(afterCount(100), every('5s')), late: afterCount(1) }),
  }),
);
revisions.subscribe(pane => {
  const id = `${pane.key}@${pane.window.start}`;
  if (pane.retraction) board.delete(id);
  else board.set(id, pane.value);
});
late$.subscribe(record => {
  is<typeof record.value>().exactly<Flight>(true);
  is<typeof record.reason>().exactly<'expired' | 'closed' | 'future' | 'overflow'>(true);
});
timed.pipe(windowBy(tumbling('1h'), { aggregate: count(), late: { next: record => record.value.delay.toFixed() } }));

// Every option at once.
const all = timed.pipe(
  windowBy(tumbling('1h'), {
    name: 'delays',
    key: f => f.airport,
    aggregate: count(),
    trigger: afterWatermark(),
    allowedLateness: 60_000,
    accumulation: 'discarding',
    onTime: 'ifChanged',
    closing: 'always',
    timestampCombiner: 'earliest',
    finishing: 'allow',
  }),
);
is<typeof all>().exactly<EventStream<Pane<string, number>>>(true);

// Panes are windowed again.
const twoLevels = timed.pipe(
  windowBy(tumbling('1h'), { key: f => f.airport, aggregate: count(), accumulation: 'retracting' }),
  windowBy(tumbling('1d'), { key: p => (p.value > 10 ? 'busy' : 'calm'), aggregate: count() }),
);
is<typeof twoLevels>().exactly<EventStream<Pane<'busy' | 'calm', number>>>(true);

// Watermarks from marked elements.
const marked = eventTime(flights$, { timestamp: f => f.landedAt, watermark: punctuated(f => f.marker) });
is<typeof marked>().exactly<EventStream<Flight>>(true);
