/** What the job reads and computes: partitions, a window operator of the library, and what comes of it when nothing goes wrong. */
import { sum } from '../../src/aggregates/sum.js';
import { dropCounts } from '../../src/engine/drops.js';
import { generalMachine } from '../../src/engine/generalMachine.js';
import type { MachineFactory, WindowingSpec, WindowMachine } from '../../src/engine/machine.js';
import type { Pane } from '../../src/engine/pane.js';
import { slicedMachine } from '../../src/engine/slicedMachine.js';
import type { WindowAssigner } from '../../src/engine/window.js';
import type { SavedState, StateCut } from '../../src/state/cut.js';
import { below, mulberry32 } from '../../src/testing/random.js';
import { END_OF_TIME } from '../../src/time/timestamp.js';
import { afterCount } from '../../src/triggers/afterCount.js';
import { afterWatermark } from '../../src/triggers/afterWatermark.js';
import { session } from '../../src/windows/session.js';
import { sliding } from '../../src/windows/sliding.js';
import { tumbling } from '../../src/windows/tumbling.js';
import type { Row } from './outlet.js';

export interface Item {
  readonly key: string;
  readonly at: number;
  readonly value: number;
}

export type Partitions = readonly (readonly Item[])[];

/** The next element of each partition. */
export type Position = readonly number[];

const SIZE = 10;
const BOUND = 8;

export function makeInput(seed: number): Partitions {
  const random = mulberry32(seed * 7919 + 1);
  return [0, 1].map(() => {
    let time = 0;
    return Array.from({ length: 9 }, () => {
      time += below(random, 9);
      // Some are later than the watermark allows.
      return { key: 'abc'[below(random, 3)] as string, at: Math.max(0, time - below(random, 12)), value: 1 + below(random, 9) };
    });
  });
}

/** Which partition is read next: a function of the position alone, so that a restart reads as before. Undefined: all have been read. */
export function nextPartition(input: Partitions, position: Position): number | undefined {
  const open = input.flatMap((items, at) => ((position[at] as number) < items.length ? [at] : []));
  const mixed = (position[0] as number) * 31 + (position[1] as number) * 17;
  return open[(mixed >> 1) % Math.max(1, open.length)];
}

/** The watermark of the source at a position. */
export function watermarkAt(input: Partitions, position: Position): number {
  const each = input.map((items, at) => Math.max(...items.slice(0, position[at]).map(item => item.at)) - BOUND);
  return Math.max(Number.MIN_SAFE_INTEGER, Math.min(...each));
}

const assigners: readonly WindowAssigner<Item>[] = [tumbling(SIZE), sliding(SIZE * 2, SIZE), tumbling(SIZE), session(6)];
export const OPERATORS = assigners.length;

/** A window operator at work: one of four. */
export class Operator {
  readonly #machine: WindowMachine<Item>;
  #rows: Row[] = [];

  constructor(variant: number, snapshot?: SavedState) {
    const assigner = assigners[variant] as WindowAssigner<Item>;
    const early = variant === 2;
    const spec: WindowingSpec<Item, string, number> = {
      assigner,
      aggregate: sum<Item>(item => item.value),
      trigger: early ? afterWatermark<Item>({ early: afterCount(2) }) : undefined,
      key: item => item.key,
      allowedLateness: 5,
      accumulation: 'accumulating',
      onTime: 'always',
      closing: 'ifChanged',
      timestampCombiner: 'endOfWindow',
    };
    const factory: MachineFactory = early ? generalMachine : (assigner.machine ?? slicedMachine);
    const output = { pane: (pane: Pane<string, number>) => this.#rows.push(rowOf(pane)), late: () => undefined, reached: () => undefined };
    this.#machine = factory(spec, output as never, dropCounts(), snapshot);
  }

  /** An element and the watermark behind it; returns what they say. */
  take(item: Item, watermark: number): Row[] {
    this.#machine.element(item, item.at, 1);
    return this.#advance(watermark);
  }

  end(): Row[] {
    return this.#advance(END_OF_TIME);
  }

  cut(number: number, since: number): StateCut {
    return this.#machine.cut(number, since);
  }

  #advance(watermark: number): Row[] {
    if (watermark > this.#machine.watermark) this.#machine.advance(watermark, this.#machine.processingTime);
    const rows = this.#rows;
    this.#rows = [];
    return rows;
  }
}

function rowOf({ key, window, index, timing, isLast, value }: Pane<string, number>): Row {
  return { name: `${key}@${window.start}-${window.end}`, index, text: `${timing}${isLast ? '!' : ''} ${value}` };
}

const known = new Map<string, readonly Row[]>();

/** All rows of an undisturbed run. */
export function undisturbed(inputSeed: number, variant: number): readonly Row[] {
  const name = `${inputSeed}/${variant}`;
  let rows = known.get(name) as Row[] | undefined;
  if (rows) return rows;
  rows = [];
  const input = makeInput(inputSeed);
  const operator = new Operator(variant);
  let position: number[] = input.map(() => 0);
  for (let at = nextPartition(input, position); at !== undefined; at = nextPartition(input, position)) {
    const item = input[at]?.[position[at] as number] as Item;
    position = position.map((next, other) => (other === at ? next + 1 : next));
    rows.push(...operator.take(item, watermarkAt(input, position)));
  }
  rows.push(...operator.end());
  known.set(name, rows);
  return rows;
}
