/** What evictors and the delta trigger infer, and what they refuse. */
import {
  afterDelta,
  count,
  defineEvictor,
  type EventStream,
  keepCount,
  keepDelta,
  keepTime,
  type Pane,
  tumbling,
  windowBy,
} from 'tidemark';
import { type Flight, is, timed } from './exact.js';

const kept = timed.pipe(windowBy(tumbling('1h'), { key: f => f.airport, aggregate: count(), evictor: keepCount(3) }));
is<typeof kept>().exactly<EventStream<Pane<string, number>>>(true);
timed.pipe(windowBy(tumbling('1h'), { aggregate: count(), evictor: keepTime('1m', { when: 'after' }) }));
const near = keepDelta<Flight>(5, (from, to) => to.delay - from.delay);
const moved = afterDelta<Flight>(5, (from, to) => to.delay - from.delay);
const late = defineEvictor<Flight>({ name: 'late', evict: all => all.filter(({ value }) => value.delay > 0) });
timed.pipe(windowBy(tumbling('1h'), { aggregate: count(), evictor: near, trigger: moved }));
timed.pipe(windowBy(tumbling('1h'), { aggregate: count(), evictor: late }));

// @ts-expect-error an evictor of other elements
timed.pipe(windowBy(tumbling('1h'), { aggregate: count(), evictor: keepDelta<string>(5, () => 1) }));
// @ts-expect-error the function itself
timed.pipe(windowBy(tumbling('1h'), { aggregate: count(), evictor: keepCount }));
// @ts-expect-error no such moment
keepCount(3, { when: 'during' });
// @ts-expect-error what stays is elements, not values
defineEvictor<number>({ name: 'values', evict: all => all.map(({ value }) => value) });
