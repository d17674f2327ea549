/** The programs that are simulated: each operator that has state is in one of them, and `whole` has several at once, and several sinks. */
import { map, type ObservableInput } from 'rxjs';
import { sum } from '../../src/aggregates/sum.js';
import type { Pane } from '../../src/engine/pane.js';
import { dedupe } from '../../src/operators/dedupe.js';
import { eventTime } from '../../src/operators/eventTime.js';
import { finals } from '../../src/operators/finals.js';
import { intervalJoin } from '../../src/operators/intervalJoin.js';
import { joinWith } from '../../src/operators/joinWith.js';
import { mapAsync } from '../../src/operators/mapAsync.js';
import { reorder } from '../../src/operators/reorder.js';
import { split } from '../../src/operators/split.js';
import { union } from '../../src/operators/union.js';
import { windowBy } from '../../src/operators/windowBy.js';
import type { EventStream } from '../../src/stream/eventStream.js';
import { boundedOutOfOrderness } from '../../src/time/boundedOutOfOrderness.js';
import { afterCount } from '../../src/triggers/afterCount.js';
import { afterWatermark } from '../../src/triggers/afterWatermark.js';
import { every } from '../../src/triggers/every.js';
import { session } from '../../src/windows/session.js';
import { sliding } from '../../src/windows/sliding.js';
import { tumbling } from '../../src/windows/tumbling.js';
import type { Item } from './input.js';

/** What a program has of its world. */
export interface World {
  /** All partitions of the input, or one of them, as a source of a process or as plain values. */
  readonly source: (partition?: 0 | 1) => ObservableInput<Item>;
  /** Asks somebody outside. */
  readonly call: <T>(answer: T) => Promise<T>;
}

/** What a program ends in, before there are sinks. */
export interface Output {
  readonly stream: EventStream<any>;
  /** Its values are panes: an upserting sink can keep them. */
  readonly panes: boolean;
}

export interface Program {
  /** The first output has panes, if any has. */
  readonly build: (items: EventStream<Item>, world: World) => readonly Output[];
  readonly panes: boolean;
  /** What of a value is the same in every run. Default: all of it. */
  readonly same?: (value: any) => unknown;
}

const SIZE = 10;
const BOUND = 8;
const LATENESS = 5;

const bySum = { key: (item: Item) => item.key, aggregate: sum((item: Item) => item.value), allowedLateness: LATENESS };

function panes(stream: EventStream<Pane<string, number>>): Output {
  return { stream, panes: true };
}

function rows(stream: EventStream<string>): Output {
  return { stream, panes: false };
}

function isEven(item: Item): boolean {
  return item.value % 2 === 0;
}

function pair(left: Item, right: Item): string {
  return `${left.id} ${right.id}`;
}

const byKey = { leftKey: (item: Item) => item.key, rightKey: (item: Item) => item.key };

function joined(left: EventStream<Item>, right: EventStream<Item>): EventStream<string> {
  return left.pipe(joinWith(right, { name: 'pairs', window: tumbling(SIZE), allowedLateness: LATENESS, ...byKey, select: pair }));
}

const once = dedupe<Item>({ name: 'once', id: item => item.id, within: 40 });
const sums = windowBy(tumbling(SIZE), { name: 'sums', ...bySum });
const sessions = windowBy(session(6), { name: 'sessions', ...bySum });

export const PROGRAMS = {
  tumbling: one(items => items.pipe(sums)),
  sliding: one(items => items.pipe(windowBy(sliding(SIZE * 2, SIZE), { name: 'sums', ...bySum }))),
  early: one(items => items.pipe(windowBy(tumbling(SIZE), { name: 'sums', ...bySum, trigger: afterWatermark({ early: afterCount(2) }) }))),
  sessions: one(items => items.pipe(sessions)),
  retracting: one(items => {
    const trigger = afterWatermark({ early: afterCount(2) });
    return items.pipe(windowBy(session(6), { name: 'sums', ...bySum, trigger, accumulation: 'retracting' }));
  }),
  deduped: one(items => items.pipe(once, sums)),
  ordered: one(items => items.pipe(reorder({ name: 'order', within: BOUND }), sums)),
  called: one((items, { call }) => {
    const doubled = mapAsync((item: Item) => call({ ...item, value: item.value * 2 }), { name: 'call', concurrency: 2 });
    return items.pipe(doubled, sums);
  }),
  chained: one(items => {
    const again = map(({ key, value }: Pane<string, number>): Item => ({ key, value, at: 0, partition: 0, id: 0 }));
    return items.pipe(sums, again, windowBy(tumbling(SIZE * 3), { name: 'sumsOfSums', ...bySum }));
  }),
  joined: {
    panes: false,
    build: items => {
      const [even, odd] = split(items, isEven);
      return [rows(joined(even, odd))];
    },
  },
  intervals: {
    panes: false,
    build: items => {
      const [even, odd] = split(items, isEven);
      return [rows(even.pipe(intervalJoin(odd, { name: 'near', within: [-SIZE, SIZE], ...byKey, select: pair })))];
    },
  },
  // Which early panes there are depends on the clock, and what is said last does not.
  clocked: {
    ...one(items => {
      const trigger = afterWatermark({ early: every(20) });
      return items.pipe(windowBy(tumbling(SIZE), { name: 'sums', ...bySum, trigger }), finals());
    }),
    same: ({ key, window, value }: Pane<unknown, unknown>) => [key, window, value],
  },
  // How two sources interleave is not the same in every run; with nothing too late, what is said last is.
  united: {
    ...one((_items, { source }) => {
      const all = union(sourced(source(0), 'left'), sourced(source(1), 'right'));
      return all.pipe(windowBy(tumbling(SIZE), { name: 'sums', ...bySum, allowedLateness: 1000 }), finals());
    }),
    same: ({ key, window, value }: Pane<unknown, unknown>) => [key, window, value],
  },
  // Several operators behind one that drops what comes twice.
  whole: {
    panes: true,
    build: items => {
      const { left, right, few, rest } = split(items.pipe(once), {
        left: item => item.value % 4 === 0,
        right: item => item.value % 4 === 1,
        few: item => item.value % 4 === 2,
      });
      return [panes(rest.pipe(sums)), rows(joined(left, right)), panes(few.pipe(sessions))];
    },
  },
} satisfies Record<string, Program>;

function one(build: (items: EventStream<Item>, world: World) => EventStream<Pane<string, number>>): Program {
  return { panes: true, build: (items, world) => [panes(build(items, world))] };
}

export type ProgramName = keyof typeof PROGRAMS;

/** The source that programs read, all partitions in one. */
export function timed(world: World): EventStream<Item> {
  return sourced(world.source(), 'in');
}

function sourced(source: ObservableInput<Item>, name: string): EventStream<Item> {
  return eventTime(source, {
    name,
    timestamp: item => item.at,
    watermark: boundedOutOfOrderness(BOUND),
    source: item => item.partition,
    ...(name === 'in' && { sources: [0, 1] }),
    maxFuture: false,
  });
}
