/** Jobs: sources give their elements, pipelines their rows, sinks take what stands before them, and options are checked. */
import type { Observable } from 'rxjs';
import {
  atMostOnce,
  count,
  defineSink,
  type EventStream,
  eventTime,
  type Job,
  type JobEvent,
  type Journaled,
  journaled,
  loadSavepoint,
  type MapLike,
  memoryStorage,
  type Pane,
  type Plan,
  type PlanOutcome,
  plan,
  type Replayable,
  type ReplaySource,
  replayable,
  run,
  type Savepoint,
  type SavepointSource,
  type SinkWork,
  type savepointFrom,
  storeSavepoint,
  toCallback,
  toMap,
  tumbling,
  windowBy,
} from 'tidemark';
import { jsonLines, type readSavepoint, toFile, writeSavepoint } from 'tidemark/node';
import { type Flight, flights$, is } from './exact.js';

declare const list: readonly Flight[];
declare const cursor: ReplaySource<Flight, { readonly offset: number }>;

/* Sources */

is<ReturnType<typeof replayable<Flight>>>().exactly<Replayable<Flight>>(true);
const sources: readonly Replayable<Flight>[] = [
  replayable(list),
  replayable(from => list.slice(from)),
  replayable(async function* (from: number) {
    yield* list.slice(from);
  }),
  replayable(cursor),
  jsonLines<Flight>('flights.jsonl', { chunkBytes: 4096 }),
];
const once: Observable<Flight> = atMostOnce(flights$);
is<ReturnType<typeof journaled<Flight>>>().exactly<Journaled<Flight>>(true);
const kept: readonly Replayable<Flight>[] = [
  journaled(flights$, { every: '20ms', room: 1000, reset: 'earliest' }),
  journaled(list),
  replayable(list, { reset: 'fail' }),
  jsonLines<Flight>('flights.jsonl', { reset: 'earliest' }),
];
// @ts-expect-error a source is read from its earliest position, or refused
replayable(list, { reset: 'latest' });
// @ts-expect-error it writes as much as has come
journaled(flights$, { batch: 100 });
// @ts-expect-error a number has no elements
journaled(5);
// @ts-expect-error an Observable has no positions
replayable(flights$);
// @ts-expect-error what is read must be values with a position behind each
replayable({ open: () => ({ read: () => ({ values: [1] }) }) });
// @ts-expect-error no such option
jsonLines('flights.jsonl', { chunk: 4096 });

/* Pipelines */

const flights = eventTime(sources[0] as Replayable<Flight>, { name: 'flights', timestamp: flight => flight.landedAt });
const counts = flights.pipe(windowBy(tumbling('1h'), { name: 'w', key: flight => flight.airport, aggregate: count() }));
type Counts = Pane<string, number>;

const job = run(counts, { name: 'job', storage: memoryStorage(), checkpoints: { every: '10s', minPause: 0, retain: 1 } });
is<typeof job>().exactly<Job<Counts>>(true);
run(counts, {
  name: 'job',
  restart: { attempts: Infinity, delay: '1s', factor: 1.5, maxDelay: '1m', when: error => error instanceof TypeError },
});
run(counts, { name: 'job', restart: {} });
// @ts-expect-error options, or none
run(counts, { name: 'job', restart: true });
job.stop({ drain: true, timeout: '30s' });
is<typeof job.values>().exactly<Observable<Counts>>(true);
is<typeof job.events>().exactly<Observable<JobEvent>>(true);
is<typeof job.done>().exactly<Promise<void>>(true);
const stopped: Promise<void> = job.stop({ drain: true });
is<ReturnType<typeof run<Counts>>>().exactly<Job<Counts>>(true);
const several: Job<Counts> = run([counts, counts], { name: 'job' });
// @ts-expect-error a name is needed
run(counts, {});
// @ts-expect-error a plain Observable has no event time
run(once, { name: 'job' });
// @ts-expect-error no duration
run(counts, { name: 'job', checkpoints: { every: '10 parsecs' } });
// @ts-expect-error no such option
job.stop({ drained: true });

/* Savepoints */

is<ReturnType<typeof job.savepoint>>().exactly<Promise<Savepoint>>(true);
const last: Promise<Savepoint> = job.stop({ savepoint: 'last' });
const ended: Promise<void> = job.stop();
declare const savepoint: Savepoint;
is<typeof savepoint.sources>().exactly<readonly SavepointSource[]>(true);
is<ReturnType<typeof savepointFrom>>().exactly<Savepoint>(true);
is<ReturnType<typeof readSavepoint>>().exactly<Promise<Savepoint>>(true);
const stowed: readonly Promise<unknown>[] = [
  storeSavepoint(savepoint, memoryStorage()),
  loadSavepoint(memoryStorage(), 'last'),
  writeSavepoint(savepoint, 'last.tide'),
];
const begun: Job<Counts> = run(counts, { name: 'job', from: savepoint, acceptDuplicates: true });
const outlook: Promise<Plan> = plan(savepoint, counts, { allowDropped: ['windowBy/w'] });
const stored: Promise<Plan> = plan({ storage: memoryStorage(), name: 'job' }, [counts, counts]);
declare const planned: Plan;
is<(typeof planned.lines)[number]['outcome']>().exactly<PlanOutcome>(true);
// @ts-expect-error the name of the job is missing
plan({ storage: memoryStorage() }, counts);
// @ts-expect-error a plain Observable has no event time
plan(savepoint, once);
// @ts-expect-error a label is needed
job.savepoint();
// @ts-expect-error a label, not whether there is to be one
job.stop({ savepoint: true });
// @ts-expect-error a savepoint, not its bytes
run(counts, { name: 'job', from: savepoint.bytes });
// @ts-expect-error what was taken stays as it is
savepoint.label = 'x';

/* Sinks */

declare const board: Map<string, Counts>;
declare const later: MapLike<number, Counts>;
const shown: EventStream<Counts> = counts.pipe(toMap(board, { name: 'board' }));
counts.pipe(toMap(later, { name: 'board', key: pane => pane.window.start }));
// @ts-expect-error the map holds other panes
counts.pipe(toMap(new Map<string, Pane<string, string>>(), { name: 'board' }));
// @ts-expect-error the key is not of the map
counts.pipe(toMap(later, { name: 'board', key: (pane: Counts) => pane.key }));

counts.pipe(
  toCallback(
    (pane, { id, withdrawn }) => {
      is<typeof pane>().exactly<Counts>(true);
      is<typeof id>().exactly<string>(true);
      is<typeof withdrawn>().exactly<boolean>(true);
    },
    { name: 'out' },
  ),
);
counts.pipe(toFile('out', { name: 'out', row: (pane, withdrawn) => [pane.key, pane.value, withdrawn] }));
// @ts-expect-error a name is needed
toFile('out', {});

declare const work: SinkWork<Counts>;
const toOutlet = defineSink<Counts>({ kind: 'toOutlet', name: 'out', mode: 'outbox', create: () => work });
counts.pipe(toOutlet);
// @ts-expect-error it takes other rows
flights.pipe(toOutlet);
// @ts-expect-error no such mode
defineSink<Counts>({ kind: 'toOutlet', name: 'out', mode: 'twice', create: () => work });

export const used = [sources, kept, stopped, several, shown, last, ended, stowed, begun, outlook, stored];
