/** Misuse that must not compile. Each comment says what the compiler is to refuse in the line below it. */
import { map, merge, type Observable } from 'rxjs';
import { ascending, count, eventTime, mean, punctuated, type Trigger, topK, tumbling, windowBy } from 'tidemark';
import { type Flight, flights$, timed } from './exact.js';

const counts = timed.pipe(windowBy(tumbling('1h'), { key: f => f.airport, aggregate: count() }));

// @ts-expect-error a plain Observable has no event time
flights$.pipe(windowBy(tumbling('1h'), { aggregate: count() }));
// @ts-expect-error the merge of RxJS gives a plain Observable, so event time is gone: union() keeps it
merge(counts, counts).pipe(windowBy(tumbling('1h'), { aggregate: count() }));
// @ts-expect-error not a duration
tumbling('1 hour');
// @ts-expect-error no such field
timed.pipe(map(f => f.nope), windowBy(tumbling('1h'), { aggregate: count() })); // biome-ignore format: one line
// @ts-expect-error no such field, in the timestamp
eventTime(flights$, { timestamp: f => f.nope });
// @ts-expect-error no such field, in the key
timed.pipe(windowBy(tumbling('1h'), { key: f => f.nope, aggregate: count() }));
// @ts-expect-error no such field, in the aggregate
timed.pipe(windowBy(tumbling('1h'), { aggregate: mean(f => f.nope) }));
// @ts-expect-error no such field, on a pane
counts.pipe(map(pane => pane.airport));
// @ts-expect-error a window needs an aggregate
timed.pipe(windowBy(tumbling('1h'), { key: f => f.airport }));
// @ts-expect-error no such accumulation mode
timed.pipe(windowBy(tumbling('1h'), { aggregate: count(), accumulation: 'adding' }));
// @ts-expect-error no such option
timed.pipe(windowBy(tumbling('1h'), { aggregate: count(), grace: '1h' }));
// @ts-expect-error exactOptionalPropertyTypes: leave an option out rather than passing undefined
timed.pipe(windowBy(tumbling('1h'), { aggregate: count(), allowedLateness: undefined }));
declare const bigDelay: Trigger<Flight>;
// @ts-expect-error a trigger for elements of another type
timed.pipe(map(f => f.delay), windowBy(tumbling('1h'), { aggregate: count(), trigger: bigDelay })); // biome-ignore format: one line
// @ts-expect-error a pane is read, not written
counts.subscribe(pane => { pane.value = 1; }); // biome-ignore format: one line

// What is wrong in the options of eventTime is said at its own property.
declare const batches$: Observable<Flight[]>;
eventTime(flights$, {
  // @ts-expect-error not a number
  timestamp: f => f.airport,
});
eventTime(flights$, {
  timestamp: f => f.landedAt,
  // @ts-expect-error not a strategy
  watermark: 5,
});
eventTime(flights$, {
  timestamp: f => f.landedAt,
  // @ts-expect-error not a duration
  idleAfter: '5 minutes',
});
eventTime(flights$, {
  timestamp: f => f.landedAt,
  // @ts-expect-error misspelt
  watermerk: ascending(),
});
eventTime(batches$, {
  timestamp: f => f.landedAt,
  // @ts-expect-error not a duration
  idleAfter: '5 minutes',
  batches: true,
});
eventTime(batches$, {
  // @ts-expect-error arrays of elements have no such field: batches are asked for
  timestamp: f => f.landedAt,
});
eventTime(flights$, {
  // @ts-expect-error the values are no arrays
  timestamp: f => f.landedAt,
  batches: true,
});
topK<Flight>(3, f => f.delay);
topK(3, (f: Flight) => f.delay, {
  // @ts-expect-error no such field
  of: f => f.nope,
});

// The strategy of batches is told the type of their elements.
eventTime(batches$, { timestamp: f => f.landedAt, watermark: punctuated((f: Flight) => f.marker), batches: true });
// @ts-expect-error no such field
eventTime(flights$, { timestamp: f => f.landedAt, watermark: punctuated(f => f.nope) });
