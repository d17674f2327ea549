/** What windows of several kinds, windows with a time to live and the timeout of triggers infer, and what they refuse. */
import {
  afterCount,
  afterDelta,
  type CombinedAssigner,
  combined,
  count,
  countWindow,
  type EventStream,
  globalWindow,
  mean,
  type Pane,
  processingTimeout,
  repeatedly,
  session,
  sliding,
  type TimeWindow,
  type Trigger,
  tumbling,
  type WindowAssigner,
  windowBy,
} from 'tidemark';
import { type Flight, is, timed } from './exact.js';

const kinds = combined({ minute: tumbling('1m'), day: sliding('24h', '1h') });
is<typeof kinds>().exactly<CombinedAssigner<'minute' | 'day'>>(true);
const named = kinds.namesOf({ start: 0, end: 60_000 });
is<typeof named>().exactly<('minute' | 'day')[]>(true);
const panes = timed.pipe(windowBy(kinds, { key: f => f.airport, aggregate: mean(f => f.delay) }));
is<typeof panes>().exactly<EventStream<Pane<string, number>>>(true);
panes.subscribe(pane => is<typeof pane.window>().exactly<TimeWindow>(true));
combined({ inner: kinds, hour: tumbling('1h') });
const byName: Record<string, WindowAssigner<unknown>> = { hour: tumbling('1h') };
is<ReturnType<typeof combined<string>>>().exactly<CombinedAssigner<string>>(true);
combined(byName);

// @ts-expect-error windows have names
combined([tumbling('1m'), tumbling('1h')]);
// @ts-expect-error a size is no window
combined({ hour: '1h' });
// @ts-expect-error the function itself
combined({ hour: tumbling });
// @ts-expect-error its windows depend on more than the time of an element
combined({ visit: session((f: Flight) => f.delay) });
// @ts-expect-error a window has a start and an end
kinds.namesOf(60_000);
// @ts-expect-error no kind is called so
is<typeof named>().exactly<'hour'[]>(true);

const silent = timed.pipe(windowBy(globalWindow({ ttl: '1d' }), { key: f => f.airport, aggregate: count() }));
is<typeof silent>().exactly<EventStream<Pane<string, number>>>(true);
timed.pipe(windowBy(countWindow(100, { ttl: 5_000 }), { aggregate: count() }));
is<ReturnType<typeof globalWindow>>().exactly<WindowAssigner<unknown>>(true);

// @ts-expect-error it is called ttl
globalWindow({ timeToLive: '1d' });
// @ts-expect-error an option has a name
globalWindow('1d');
// @ts-expect-error no duration
countWindow(100, { ttl: true });

const batches = processingTimeout(afterCount(100), '5s', { resetTimerOnNewRecord: true });
timed.pipe(windowBy(tumbling('1h'), { aggregate: count(), trigger: batches }));
const moved = processingTimeout(
  afterDelta<Flight>(5, (from, to) => to.delay - from.delay),
  1_000,
);
const forAll: Trigger<Flight> = repeatedly(moved);
timed.pipe(windowBy(tumbling('1h'), { aggregate: count(), trigger: forAll }));

const ofTexts = processingTimeout(
  afterDelta<string>(5, () => 1),
  1_000,
);
// @ts-expect-error a trigger of other elements
timed.pipe(windowBy(tumbling('1h'), { aggregate: count(), trigger: ofTexts }));
// @ts-expect-error how long it waits is missing
processingTimeout(afterCount(100));
// @ts-expect-error no positional options
processingTimeout(afterCount(100), '5s', true);
// @ts-expect-error no such option
processingTimeout(afterCount(100), '5s', { shouldClear: true });
