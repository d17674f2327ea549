/** Views: a handle is for operators of its types alone, and answers are what it says. */
import type { Observable } from 'rxjs';
import {
  count,
  eventTime,
  type Job,
  type JobView,
  mean,
  type NoEntry,
  type Snapshot,
  snapshotOf,
  tumbling,
  type View,
  type ViewAnswer,
  type ViewChange,
  type ViewEntry,
  type ViewHandle,
  view,
  windowBy,
} from 'tidemark';
import { type Flight, flights$, is } from './exact.js';

declare const job: Job<unknown>;
const flights = eventTime(flights$, { timestamp: flight => flight.landedAt });

const delays = view<string, number>('delays', { index: { long: (airport, minutes) => airport !== '' && minutes > 60 } });
is<typeof delays>().exactly<ViewHandle<string, number>>(true);
const total = view<undefined, number>('total');

/* It names an operator */
flights.pipe(windowBy(tumbling('1h'), { name: delays, key: flight => flight.airport, aggregate: mean(flight => flight.delay) }));
flights.pipe(windowBy(tumbling('1h'), { name: total, aggregate: count() }));
const loose = view<string, number | undefined>('loose');
flights.pipe(windowBy(tumbling('1h'), { name: loose, key: flight => flight.airport, aggregate: count() }));
flights.pipe(windowBy(tumbling('1h'), { name: 'text', key: flight => flight.airport, aggregate: count() }));

// @ts-expect-error its values are numbers
flights.pipe(windowBy(tumbling('1h'), { name: view<string, string>('x'), key: flight => flight.airport, aggregate: count() }));
// @ts-expect-error its keys are texts
flights.pipe(windowBy(tumbling('1h'), { name: view<number, number>('x'), key: (flight: Flight) => flight.airport, aggregate: count() }));
// @ts-expect-error it has keys
flights.pipe(windowBy(tumbling('1h'), { name: total, key: (flight: Flight) => flight.airport, aggregate: count() }));
// @ts-expect-error an index is of key and value
view<string, number>('x', { index: { bad: (key: number) => key } });

/* Answers */
const seen = job.view(delays);
is<typeof seen>().exactly<JobView<string, number>>(true);
const asked: View<string, number> = seen;
const answer = await asked.get('AMS', 5);
is<typeof answer>().exactly<ViewAnswer<string, number>>(true);
is<typeof answer.value>().exactly<number | undefined>(true);
if (answer.status === 'none' || answer.status === 'expired') {
  const none: NoEntry<string> = answer;
  is<typeof answer.value>().exactly<undefined>(true);
  none.fresh satisfies false;
} else {
  const entry: ViewEntry<string, number> = answer;
  entry.expires satisfies number;
}
is<typeof answer.watermark>().exactly<number>(true);
await asked.get('AMS', { start: 0, end: 10 });
const { entries, cursor } = await asked.entries({ from: 0, to: 10, keys: ['AMS'], limit: 5 });
is<typeof entries>().exactly<readonly ViewEntry<string, number>[]>(true);
is<typeof cursor>().exactly<string | undefined>(true);
for await (const entry of asked.scan({ prefix: 'A', where: { long: true } })) is<typeof entry>().exactly<ViewEntry<string, number>>(true);
export const followed: Observable<ViewChange<string, number>> = asked.changes({ every: '1s' });
const now = await snapshotOf(job);
is<typeof now>().exactly<Snapshot>(true);
job.view(delays, { read: now });
job.view(delays, { read: 'committed', atLeast: { flights: 5 }, timeout: '1s', unfired: false });
(await job.view(total).get(undefined)).value satisfies number | undefined;
seen.local.get('AMS').value satisfies number | undefined;

// @ts-expect-error keys are texts
asked.get(5);
// @ts-expect-error there is no such level
job.view(delays, { read: 'sometime' });
// @ts-expect-error a text is no handle
job.view('delays');
// @ts-expect-error keys are texts
asked.entries({ keys: [5] });
