/** What joins make of the types of their two sides, and what must not compile. */
import { filter, type Observable } from 'rxjs';
import {
  type Change,
  changes,
  coGroup,
  type EventStream,
  type Groups,
  intervalJoin,
  type JoinLateRecord,
  joinWith,
  type Pane,
  session,
  type TimeWindow,
  tumbling,
} from 'tidemark';
import { type Flight, is, timed } from './exact.js';

interface Report {
  readonly station: string;
  readonly wind: number;
}

declare const weather: EventStream<Report>;
declare const weather$: Observable<Report>;

// Everything is inferred, in the midst of a pipe.
const inner = timed.pipe(
  joinWith(weather, {
    window: tumbling('10m'),
    allowedLateness: '10m',
    leftKey: flight => flight.airport,
    rightKey: report => report.station,
    select: (flight, report, window) => {
      is<typeof flight>().exactly<Flight>(true);
      is<typeof report>().exactly<Report>(true);
      is<typeof window>().exactly<TimeWindow>(true);
      return { flight: flight.number, wind: report.wind, start: window.start };
    },
  }),
  filter(row => row.wind > 30),
);
is<typeof inner>().exactly<EventStream<{ flight: string; wind: number; start: number }>>(true);

// A side may be missing exactly when the type says so, wherever the type stands among the options.
const keys = { window: tumbling('10m'), leftKey: (flight: Flight) => flight.airport, rightKey: (report: Report) => report.station };
timed.pipe(
  joinWith(weather, {
    ...keys,
    type: 'left',
    select: (flight, report) => {
      is<typeof flight>().exactly<Flight>(true);
      is<typeof report>().exactly<Report | undefined>(true);
      return [flight, report] as const;
    },
  }),
);
timed.pipe(
  joinWith(weather, {
    ...keys,
    select: (flight, report) => {
      is<typeof flight>().exactly<Flight | undefined>(true);
      is<typeof report>().exactly<Report>(true);
      return [flight, report] as const;
    },
    type: 'right',
  }),
);
const outer = timed.pipe(
  intervalJoin(weather, {
    within: ['-5m', '10m'],
    leftKey: flight => flight.airport,
    rightKey: report => report.station,
    type: 'outer',
    select: (flight, report) => ({ flight, report }),
  }),
);
is<typeof outer>().exactly<EventStream<{ flight: Flight | undefined; report: Report | undefined }>>(true);

const explicit = timed.pipe(
  intervalJoin(weather, {
    within: [0, '10m'],
    leftKey: f => f.airport,
    rightKey: r => r.station,
    type: 'inner',
    select: (f, r) => f.delay + r.wind,
  }),
);
is<typeof explicit>().exactly<EventStream<number>>(true);

// A type that is known at run time alone: both sides may be missing.
declare const some: 'left' | 'right';
timed.pipe(
  joinWith(weather, { ...keys, type: some, select: (f, r) => is<typeof f | typeof r>().exactly<Flight | Report | undefined>(true) }),
);

// Both sides of a group, and composite keys.
const groups = timed.pipe(
  coGroup(weather, {
    window: session('30m'),
    leftKey: f => [f.airport, 1] as const,
    rightKey: r => [r.station, 1] as const,
    onTime: 'ifChanged',
  }),
);
is<typeof groups>().exactly<EventStream<Pane<readonly [string, 1], Groups<Flight, Report>>>>(true);

// Gaps see elements of both sides; the late output knows them apart.
timed.pipe(
  coGroup(weather, {
    ...keys,
    window: session((one: Flight | Report) => ('wind' in one ? '1m' : '2m')),
    late: {
      next: record => {
        is<typeof record>().exactly<JoinLateRecord<Flight, Report>>(true);
        return record.side === 'left' ? record.value.delay : record.value.wind;
      },
    },
  }),
);

// @ts-expect-error a plain Observable has no event time
timed.pipe(joinWith(weather$, { ...keys, select: () => 1 }));
// @ts-expect-error no such field on a right element
timed.pipe(joinWith(weather, { ...keys, rightKey: r => r.airport, select: () => 1 }));
// @ts-expect-error keys of different types never meet
timed.pipe(joinWith(weather, { ...keys, rightKey: r => r.wind, select: () => 1 }));
// @ts-expect-error the right side may be missing
timed.pipe(joinWith(weather, { ...keys, type: 'left', select: (_f, r) => r.wind }));
// @ts-expect-error no such type
timed.pipe(joinWith(weather, { ...keys, type: 'full', select: () => 1 }));
// @ts-expect-error a join needs to know what its rows are
timed.pipe(joinWith(weather, keys));
const { leftKey, rightKey } = keys;
// @ts-expect-error an interval has two bounds
timed.pipe(intervalJoin(weather, { within: ['5m'], leftKey: f => f.airport, rightKey: r => r.station, select: () => 1 }));
// @ts-expect-error not a duration
timed.pipe(intervalJoin(weather, { within: ['5 min', 0], leftKey: f => f.airport, rightKey: r => r.station, select: () => 1 }));
// @ts-expect-error an interval join has no window
timed.pipe(intervalJoin(weather, { within: [0, 1], leftKey, rightKey, window: keys.window, select: () => 1 }));
// @ts-expect-error panes of both sides have no rows
timed.pipe(coGroup(weather, { ...keys, select: () => 1 }));

// What is withdrawn is seen behind changes().
const changed = timed.pipe(
  joinWith(weather, {
    window: tumbling('10m'),
    leftKey: flight => flight.airport,
    rightKey: report => report.station,
    select: flight => flight.number,
  }),
  changes(),
);
is<typeof changed>().exactly<EventStream<Change<string>>>(true);
// @ts-expect-error a change is 1 or -1
changed.subscribe(({ diff }) => diff === 0);
