/** Runs a join over steps of both sides, with restarts, and hears rows with their time; and the joins of batches to compare with. */
import type { Observable } from 'rxjs';
import { type JoinLateRecord, type JoinType, standsAlone } from '../../src/engine/joinSpec.js';
import type { SavedState, StateCut } from '../../src/state/cut.js';
import type { EventOperator, EventStream, EventTimed } from '../../src/stream/eventStream.js';
import type { StateRegistry } from '../../src/stream/sink.js';
import { TestStream } from '../../src/testing/testStream.js';

export interface Item {
  readonly id: string;
  readonly key: string;
  readonly at: number;
}

/** `withdraw`: the item that so many items before came, of either side. */
export type JoinStep =
  | { readonly left: boolean; readonly item: Item }
  | { readonly left: boolean; readonly watermark: number }
  | { readonly left: boolean; readonly withdraw: Item }
  | { readonly restart: true };

/** A row as `left-right`, with its event time and whether it was withdrawn. */
export interface Said {
  readonly row: string;
  readonly time: number;
  readonly diff: 1 | -1;
  /** What had been promised downstream before. */
  readonly promised: number;
}

export interface JoinRun {
  /** What each step said. */
  readonly said: readonly (readonly Said[])[];
  readonly late: readonly (readonly JoinLateRecord<Item, Item>[])[];
  /** What had been promised downstream after each step. */
  readonly promised: readonly number[];
  readonly states: readonly (readonly unknown[])[];
  /** The state when all is over. */
  readonly end: readonly unknown[];
  readonly completed: boolean;
  readonly error: unknown;
}

export type MakeJoin = (
  right: Observable<Item> & EventTimed,
  late: { next(record: JoinLateRecord<Item, Item>): void },
) => EventOperator<Item, string>;

export const rowOf = (left: Item | undefined, right: Item | undefined, window?: { start: number; end: number }): string =>
  `${left?.id ?? '_'}-${right?.id ?? '_'}${window ? `@${window.start}/${window.end}` : ''}`;

class RetractingStream extends TestStream<Item> {
  override get retracts(): boolean {
    return true;
  }
}

/** The same data in objects of its own, each met as often as it is referred to: what a store of texts would make of a snapshot. */
function unshared(data: unknown): unknown {
  if (Array.isArray(data)) return data.map(unshared);
  if (typeof data !== 'object' || data === null) return data;
  return Object.fromEntries(Object.entries(data).map(([name, value]) => [name, unshared(value)]));
}

class Registry implements StateRegistry {
  readonly #from: readonly unknown[] | undefined;
  readonly #snapshots: (() => unknown)[] = [];
  #cuts = 0;

  constructor(from: readonly unknown[] | undefined) {
    this.#from = from;
  }

  register(_kind: string, _name: string | undefined, snapshot: () => unknown): unknown {
    this.#snapshots.push(snapshot);
    return this.#from?.[this.#snapshots.length - 1];
  }

  registerParts(kind: string, name: string | undefined, cut: (number: number, since: number) => StateCut): SavedState | undefined {
    const all = (): SavedState => {
      const { rest, parts } = cut(++this.#cuts, 0);
      return { rest, parts: [...parts] };
    };
    return this.register(kind, name, all) as SavedState | undefined;
  }

  snapshot(): readonly unknown[] {
    return unshared(this.#snapshots.map(snapshot => snapshot())) as unknown[];
  }
}

/** Every step, and then the end of both sides; with `states` the state after each step. */
export function runJoin(make: MakeJoin, steps: readonly JoinStep[], retracting = false, states = false): JoinRun {
  const left = retracting ? new RetractingStream() : new TestStream<Item>();
  const right = retracting ? new RetractingStream({ clock: left.clock }) : new TestStream<Item>({ clock: left.clock });
  let said: Said[] = [];
  let late: JoinLateRecord<Item, Item>[] = [];
  let promised = Number.NEGATIVE_INFINITY;
  let completed = false;
  let failure: unknown;
  const joined = left.pipe(make(right, { next: record => void late.push(record) })) as EventStream<string>;
  const sink = {
    closed: false,
    next: (row: string, time: number, diff: 1 | -1) => void said.push({ row, time, diff, promised }),
    watermark: (time: number) => void (promised = time >= promised ? time : Number.NaN),
    idle() {},
    error: (error: unknown) => void (failure = error),
    complete: () => void (completed = true),
  };
  let registry = new Registry(undefined);
  const start = () => joined.connect(sink, { clock: left.clock, state: registry });
  let subscription = start();
  const run = { said: [] as Said[][], late: [] as JoinLateRecord<Item, Item>[][], promised: [] as number[], states: [] as unknown[][] };
  const step = (act: () => unknown): void => {
    said = [];
    late = [];
    act();
    run.said.push(said);
    run.late.push(late);
    run.promised.push(promised);
    if (states) run.states.push(registry.snapshot() as unknown[]);
  };
  for (const one of steps) {
    step(() => {
      if ('restart' in one) {
        const from = registry.snapshot();
        subscription.unsubscribe();
        registry = new Registry(from);
        subscription = start();
        return;
      }
      const stream = one.left ? left : right;
      if ('item' in one) stream.add(one.item, one.item.at);
      else if ('withdraw' in one) stream.retract({ ...one.withdraw }, one.withdraw.at);
      else stream.advanceWatermarkTo(Math.max(one.watermark, stream.watermark));
    });
  }
  step(() => {
    left.advanceWatermarkTo(Number.MAX_SAFE_INTEGER);
    right.advanceWatermarkTo(Number.MAX_SAFE_INTEGER);
  });
  step(() => {
    left.complete();
    right.complete();
  });
  return { ...run, end: registry.snapshot(), completed, error: failure };
}

/** The lowest watermark before each step. */
export function watermarksBefore(steps: readonly JoinStep[]): number[] {
  let [left, right] = [Number.MIN_SAFE_INTEGER, Number.MIN_SAFE_INTEGER];
  return steps.map(step => {
    const before = Math.min(left, right);
    if ('watermark' in step) {
      if (step.left) left = Math.max(left, step.watermark);
      else right = Math.max(right, step.watermark);
    }
    return before;
  });
}

/** A nested loop over two batches. */
export function batchJoin(
  type: JoinType,
  lefts: readonly Item[],
  rights: readonly Item[],
  matches: (left: Item, right: Item) => boolean,
  row: (left: Item | undefined, right: Item | undefined) => string = rowOf,
): string[] {
  const rows: string[] = [];
  for (const left of lefts) for (const right of rights) if (matches(left, right)) rows.push(row(left, right));
  if (standsAlone(type, true)) for (const left of lefts) if (!rights.some(right => matches(left, right))) rows.push(row(left, undefined));
  if (standsAlone(type, false)) for (const right of rights) if (!lefts.some(left => matches(left, right))) rows.push(row(undefined, right));
  return rows.sort();
}

/** The rows said and not withdrawn, sorted; a row that is withdrawn without being there shows as `missing`. */
export function net(said: readonly (readonly Said[])[]): string[] {
  const rows: string[] = [];
  for (const { row, diff } of said.flat()) {
    if (diff === 1) rows.push(row);
    else if (rows.includes(row)) rows.splice(rows.lastIndexOf(row), 1);
    else rows.push(`missing ${row}`);
  }
  return rows.sort();
}
