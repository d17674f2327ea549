/** What mapAsync makes of the element and of what its function answers by. */
import { type Observable, of } from 'rxjs';
import {
  type AsyncCounts,
  asyncCounts,
  type EventStream,
  type MapAsyncOptions,
  mapAsync,
  type Pane,
  sum,
  tumbling,
  windowBy,
} from 'tidemark';
import type { settled } from 'tidemark/testing';
import { type Flight, is, timed } from './exact.js';

interface Airline {
  readonly code: string;
}
declare function lookUp(number: string, signal?: AbortSignal): Promise<Airline>;
declare const airlines$: Observable<Airline>;

const promised = timed.pipe(mapAsync(flight => lookUp(flight.number), { concurrency: 10 }));
is<typeof promised>().exactly<EventStream<Airline>>(true);
const observed = timed.pipe(mapAsync(() => airlines$, { concurrency: 10 }));
is<typeof observed>().exactly<EventStream<Airline>>(true);
const plain = timed.pipe(mapAsync(flight => flight.delay, { concurrency: 10 }));
is<typeof plain>().exactly<EventStream<number>>(true);
const cache = new Map<string, Airline>();
const mixed = timed.pipe(mapAsync((flight, signal) => cache.get(flight.number) ?? lookUp(flight.number, signal), { concurrency: 10 }));
is<typeof mixed>().exactly<EventStream<Airline>>(true);
const awaited = timed.pipe(
  mapAsync(async (flight, signal) => ({ ...flight, airline: await lookUp(flight.number, signal) }), {
    concurrency: 10,
    retry: { count: 3, delay: '1s', when: (_error, flight) => !flight.cancelled },
  }),
);
export const awaitedAsWritten: EventStream<Flight & { airline: Airline }> = awaited;

// Values that stand in for a result.
const standIns = timed.pipe(
  mapAsync(flight => lookUp(flight.number), {
    concurrency: 10,
    timeout: '5s',
    onTimeout: flight => flight.delay,
    onError: (error, flight) => `${String(error)} ${flight.number}`,
  }),
);
is<typeof standIns>().exactly<EventStream<Airline | number | string>>(true);
const missing = timed.pipe(mapAsync(flight => lookUp(flight.number), { concurrency: 10, onError: () => undefined }));
is<typeof missing>().exactly<EventStream<Airline | undefined>>(true);

// Windows go on from it.
const windows = timed.pipe(
  mapAsync(async flight => ({ airline: await lookUp(flight.number), delay: flight.delay }), { concurrency: 10, ordered: false }),
  windowBy(tumbling('1h'), { key: x => x.airline.code, aggregate: sum(x => x.delay) }),
);
is<typeof windows>().exactly<EventStream<Pane<string, number>>>(true);

// What is written apart.
const counts: AsyncCounts = asyncCounts();
const options: MapAsyncOptions<Flight> = { concurrency: 10, capacity: 100, overflow: 'drop-oldest', counts };
const apart = timed.pipe(mapAsync((flight: Flight) => lookUp(flight.number), options));
is<typeof apart>().exactly<EventStream<Airline>>(true);
is<ReturnType<typeof settled>>().exactly<Promise<void>>(true);

// @ts-expect-error how many calls at once must be said
timed.pipe(mapAsync(flight => lookUp(flight.number)));
// @ts-expect-error no such option
timed.pipe(mapAsync(flight => lookUp(flight.number), { concurrency: 10, parallel: true })); // biome-ignore format: one line
// @ts-expect-error no such field
timed.pipe(mapAsync(flight => lookUp(flight.nope), { concurrency: 10 }));
// @ts-expect-error no such field, of what stands in
timed.pipe(mapAsync(flight => lookUp(flight.number), { concurrency: 10, onError: (_error, flight) => flight.nope })); // biome-ignore format: one line
// @ts-expect-error not a duration
timed.pipe(mapAsync(flight => lookUp(flight.number), { concurrency: 10, timeout: '5 sec' })); // biome-ignore format: one line
// @ts-expect-error no such policy
timed.pipe(mapAsync(flight => lookUp(flight.number), { concurrency: 10, overflow: 'drop' })); // biome-ignore format: one line
// @ts-expect-error a plain Observable has no event time
of(1).pipe(mapAsync(async (n: number) => n, { concurrency: 10 }));
