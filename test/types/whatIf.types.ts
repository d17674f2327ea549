/** Forks and what-ifs: sinks must be thought of, both sides give their rows, and differences say which side has what. */
import { map, type Observable } from 'rxjs';
import {
  type Captured,
  count,
  type Delta,
  type EventStream,
  type Fork,
  fork,
  mean,
  type Pane,
  type PaneDifference,
  type Savepoint,
  type SinkMapping,
  session,
  toMap,
  tumbling,
  type UnstablePane,
  type WhatIf,
  type WhatIfProgress,
  type WhatIfReport,
  whatIf,
  windowBy,
} from 'tidemark';
import { flights$, is, timed } from './exact.js';

declare const savepoint: Savepoint;
type Counts = Pane<string, number>;

const counts = timed.pipe(windowBy(session('30m'), { name: 'w', key: flight => flight.airport, aggregate: count() }));
const means = timed.pipe(
  windowBy(tumbling('1h'), { name: 'w', key: flight => flight.number, aggregate: mean(flight => flight.delay) }),
  map(pane => ({ ...pane, value: String(pane.value) })),
);
type Means = typeof means extends EventStream<infer T> ? T : never;

/* Forks */

const trial = fork(savepoint, counts, { name: 'trial', sinks: 'capture', checkpoints: { every: '1s' } });
is<typeof trial>().exactly<Fork<Counts>>(true);
is<typeof trial.values>().exactly<Observable<Counts>>(true);
const captured = trial.captured<Counts>('out');
is<typeof captured>().exactly<Captured<Counts>>(true);
for (const { value, withdrawn } of captured.rows) {
  is<typeof value>().exactly<Counts>(true);
  is<typeof withdrawn>().exactly<boolean>(true);
}
is<ReturnType<typeof fork<Counts>>>().exactly<Fork<Counts>>(true);
const mapping: SinkMapping = { out: 'discard', log: 'capture', board: toMap(new Map<string, Counts>(), { name: 'board' }) };
fork(savepoint, [counts, counts], { name: 'trial', sinks: mapping, resume: true });
// @ts-expect-error sinks must be thought of
fork(savepoint, counts, { name: 'trial' });
// @ts-expect-error a name is needed
fork(savepoint, counts, { sinks: 'capture' });
// @ts-expect-error a sink is captured, discarded or another one
fork(savepoint, counts, { name: 'trial', sinks: 'keep' });
// @ts-expect-error neither is this one
fork(savepoint, counts, { name: 'trial', sinks: { out: 'keep' } });
// @ts-expect-error a fork begins with its savepoint
fork(savepoint, counts, { name: 'trial', sinks: 'capture', from: savepoint });
// @ts-expect-error a plain Observable has no event time
fork(savepoint, flights$, { name: 'trial', sinks: 'capture' });
// @ts-expect-error a savepoint is needed
fork('before', counts, { name: 'trial', sinks: 'capture' });

/* What-ifs */

const same = whatIf(counts, counts);
is<typeof same>().exactly<WhatIf<Counts, Counts>>(true);
is<typeof same.report>().exactly<Promise<WhatIfReport<Counts, Counts>>>(true);
is<typeof same.progress>().exactly<Observable<WhatIfProgress>>(true);
const other = whatIf(counts, means, { from: savepoint, until: savepoint, tolerance: 0.01, keep: 10, allowDropped: ['windowBy/w'] });
is<typeof other>().exactly<WhatIf<Counts, Means>>(true);
is<typeof other.differences>().exactly<Observable<PaneDifference<Counts, Means>>>(true);

declare const report: WhatIfReport<Counts, Means>;
is<typeof report.unstable>().exactly<readonly UnstablePane<Counts>[]>(true);
for (const difference of report.differences) {
  if (difference.change === 'different') {
    const said: readonly [number, string] = [difference.base.value, difference.variant.value];
    is<typeof difference.delta>().exactly<Delta | undefined>(true);
    console.log(said);
  } else if (difference.change === 'onlyBase') {
    is<typeof difference.base>().exactly<Counts>(true);
    is<typeof difference.variant>().exactly<undefined>(true);
  } else {
    is<typeof difference.base>().exactly<undefined>(true);
    is<typeof difference.variant>().exactly<Means>(true);
  }
}
const text: string = report.toString(20);

whatIf([counts], [counts], { until: { positions: { flights: 5 } }, by: row => [row.key, row.window.start] });
whatIf(counts, counts, { until: { eventTime: 5 } });
// @ts-expect-error one end only
whatIf(counts, counts, { until: 'noon' });
// @ts-expect-error no such option
whatIf(counts, counts, { till: savepoint });
// @ts-expect-error a plain Observable has no event time
whatIf(counts, flights$);
// @ts-expect-error rows have no such field
whatIf(counts, counts, { by: row => row.airport });

export const used = [text];
