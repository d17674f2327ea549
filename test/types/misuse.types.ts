/** Misuse that must not compile. Each comment says what the compiler is to refuse in the line below it. */
import { map, merge } from 'rxjs';
import { count, eventTime, mean, type Trigger, tumbling, windowBy } from 'tidemark';
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
