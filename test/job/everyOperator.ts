/** A pipeline for each kind of operator that has state, over readings that come slowly, so that barriers fall between them. */
import { map } from 'rxjs';
import {
  adaptive,
  afterCount,
  afterWatermark,
  allOf,
  boundedOutOfOrderness,
  coGroup,
  collect,
  count,
  dedupe,
  type EventStream,
  eventTime,
  finals,
  intervalJoin,
  joinWith,
  keepCount,
  latestPane,
  mapAsync,
  materialize,
  mean,
  quantiles,
  reduce,
  reorder,
  session,
  sliding,
  split,
  sum,
  topK,
  tumbling,
  union,
  updates,
  windowBy,
} from '../../src/index.js';
import { slowly } from './support.js';

export interface Reading {
  readonly id: number;
  readonly key: string;
  readonly at: number;
  readonly value: number;
}

export const timed = (values: readonly Reading[], name = 'in'): EventStream<Reading> =>
  eventTime(slowly(values), { name, timestamp: r => r.at, watermark: boundedOutOfOrderness(30), maxFuture: false });

const key = (r: Reading): string => r.key;
const ids = (values: readonly Reading[]): number[] => values.map(({ id }) => id).sort((a, b) => a - b);
const bySum = { key, aggregate: sum((r: Reading) => r.value) };

/** By what each is about. All read `in` from their only argument; joins read it twice, as `in` and `other`. */
export const EVERY_OPERATOR: Readonly<Record<string, (values: readonly Reading[]) => EventStream<any>>> = {
  'sliced windows': values => timed(values).pipe(windowBy(tumbling(50), { name: 'w', ...bySum, allowedLateness: 60 })),
  'windows of a ring': values => timed(values).pipe(windowBy(sliding(90, 10), { name: 'w', ...bySum })),
  'windows of objects': values =>
    timed(values).pipe(
      windowBy(tumbling(50), {
        name: 'w',
        key,
        aggregate: allOf({
          all: collect((r: Reading) => r.id),
          top: topK(2, (r: Reading) => r.value),
          best: reduce((a: Reading, b: Reading) => (a.value > b.value || (a.value === b.value && a.id > b.id) ? a : b)),
          half: quantiles([0.5], (r: Reading) => r.value + 10),
          mean: mean((r: Reading) => r.value),
        }),
      }),
    ),
  sessions: values => timed(values).pipe(windowBy(session(15), { name: 'w', ...bySum, allowedLateness: 40 })),
  'cells with triggers that retract': values =>
    timed(values).pipe(
      windowBy(session(15), {
        name: 'w',
        ...bySum,
        accumulation: 'retracting',
        allowedLateness: 40,
        trigger: afterWatermark({ early: afterCount(2) }),
      }),
    ),
  'an evictor': values => timed(values).pipe(windowBy(tumbling(50), { name: 'w', ...bySum, evictor: keepCount(3) })),
  'views of panes': values =>
    timed(values).pipe(
      windowBy(tumbling(50), { name: 'w', ...bySum, allowedLateness: 50, trigger: afterWatermark({ early: afterCount(1) }) }),
      latestPane(),
      updates({ maxPerWindow: 2 }),
      finals(),
    ),
  'a live view': values =>
    timed(values).pipe(
      windowBy(tumbling(50), { name: 'w', key, aggregate: count() }),
      materialize<string, number>({ keep: 200 }),
      map(view => ['a', 'b', 'c'].map(name => [...view.panes(name)].map(pane => [pane.window.start, pane.value]))),
    ),
  'elements in order, once': values =>
    timed(values).pipe(
      dedupe({ name: 'd', id: r => `${r.key}${r.at}`, within: 100 }),
      reorder({ name: 'o', within: 30 }),
      windowBy(tumbling(50), { name: 'w', ...bySum }),
    ),
  'calls in flight': values =>
    timed(values).pipe(
      mapAsync(async r => ({ ...r, value: r.value * 2 }), { name: 'm', concurrency: 2 }),
      windowBy(tumbling(50), { name: 'w', ...bySum }),
    ),
  'a split and a union': values => {
    const [even, odd] = split(timed(values), r => r.value % 2 === 0);
    return union(even, odd).pipe(windowBy(tumbling(50), { name: 'w', ...bySum }));
  },
  'an adaptive watermark': values =>
    eventTime(slowly(values), {
      name: 'in',
      timestamp: r => r.at,
      source: r => r.key,
      watermark: adaptive({ completeness: 0.9, max: 40 }),
      maxFuture: false,
    }).pipe(windowBy(tumbling(50), { name: 'w', ...bySum })),
};

/** Joins: two sources interleave as they like, so that only what does not depend on that is the same. */
export const JOINS: typeof EVERY_OPERATOR = {
  'a window join': values =>
    timed(values).pipe(
      joinWith(timed(values, 'other'), {
        name: 'j',
        window: tumbling(50),
        leftKey: key,
        rightKey: key,
        select: (l: Reading, r: Reading) => `${l.id} ${r.id}`,
      }),
    ),
  'groups of two': values =>
    timed(values).pipe(
      coGroup(timed(values, 'other'), { name: 'g', window: tumbling(50), leftKey: key, rightKey: key }),
      map(({ key, window, value }) => [key, window.start, ids(value.left), ids(value.right)]),
    ),
  'a join by distance': values =>
    timed(values).pipe(
      intervalJoin(timed(values, 'other'), {
        name: 'i',
        within: [-10, 10],
        leftKey: key,
        rightKey: key,
        select: (l: Reading, r: Reading) => `${l.id} ${r.id}`,
      }),
    ),
};
