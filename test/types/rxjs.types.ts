/** An event stream is an Observable of its values, wherever RxJS takes one. */
import { combineLatest, firstValueFrom, from, interval, merge, type Observable, switchMap } from 'rxjs';
import { count, type Pane, tumbling, windowBy } from 'tidemark';
import { type Flight, flights$, is, timed } from './exact.js';

const counts = timed.pipe(windowBy(tumbling('1h'), { key: f => f.airport, aggregate: count() }));

export const plain: Observable<Pane<string, number>> = counts;
const again = from(counts);
is<typeof again>().exactly<Observable<Pane<string, number>>>(true);
const merged = merge(counts, interval(1));
is<typeof merged>().exactly<Observable<number | Pane<string, number>>>(true);
const first = firstValueFrom(counts);
is<typeof first>().exactly<Promise<Pane<string, number>>>(true);
const both = combineLatest([counts, flights$]);
is<typeof both>().exactly<Observable<[Pane<string, number>, Flight]>>(true);
const switched = flights$.pipe(switchMap(() => counts));
is<typeof switched>().exactly<Observable<Pane<string, number>>>(true);
counts.subscribe(pane => pane.key.length);
counts.subscribe({ next: pane => pane.value.toFixed(), error: (error: unknown) => error, complete: () => {} });
