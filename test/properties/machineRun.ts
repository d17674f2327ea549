/** Runs steps through a machine itself, without streams: what a step says, how far the watermark goes downstream, what is left. */
import { expect } from 'vitest';
import type { Aggregate } from '../../src/aggregates/aggregate.js';
import { dropCounts } from '../../src/engine/drops.js';
import type { DropCounts, MachineFactory, WindowingSpec } from '../../src/engine/machine.js';
import type { LateRecord, Pane } from '../../src/engine/pane.js';
import type { Trigger } from '../../src/engine/trigger.js';
import type { WindowAssigner } from '../../src/engine/window.js';
import type { SavedState } from '../../src/state/cut.js';
import { nextNumber, readCut, stateOf } from '../cuts.js';

export interface Item {
  readonly key: string;
  readonly value: number;
  readonly at: number;
}

/**
 * `diff` -1: the element is withdrawn. A `checkpoint` takes a snapshot of what has changed since the last one; a `restart`
 * restores the whole that they make.
 */
export type MachineStep =
  | { readonly item: Item; readonly diff: 1 | -1 }
  | { readonly watermark: number }
  | { readonly clock: number }
  | { readonly checkpoint: true }
  | { readonly restart: true };

export interface MachineSaid<R> {
  readonly panes: readonly Pane<string, R>[];
  readonly late: readonly LateRecord<Item>[];
  /** What has been promised downstream so far. */
  readonly outputWatermark: number;
}

export interface MachineResult<R> {
  readonly said: readonly MachineSaid<R>[];
  readonly drops: DropCounts;
  readonly snapshot: SavedState;
}

export type Options = Partial<Omit<WindowingSpec<Item, string, unknown>, 'assigner' | 'aggregate' | 'key' | 'trigger' | 'resultIn'>>;

export function specOf<R>(
  assigner: WindowAssigner<Item>,
  aggregate: Aggregate<Item, any, R>,
  options: Options = {},
  trigger?: Trigger<Item>,
): WindowingSpec<Item, string, R> {
  return {
    assigner,
    aggregate,
    trigger,
    key: item => item.key,
    allowedLateness: 0,
    accumulation: 'accumulating',
    onTime: 'always',
    closing: 'ifChanged',
    timestampCombiner: 'endOfWindow',
    ...options,
  };
}

export function runMachine<R>(
  factory: MachineFactory,
  spec: WindowingSpec<Item, string, R>,
  steps: readonly MachineStep[],
): MachineResult<R> {
  let panes: Pane<string, R>[] = [];
  let late: LateRecord<Item>[] = [];
  let outputWatermark = Number.NEGATIVE_INFINITY;
  const reached = (time: number): void => void (outputWatermark = Math.max(outputWatermark, time));
  const output = {
    pane: (pane: Pane<string, R>) => void panes.push(pane),
    late: (record: LateRecord<Item>) => void late.push(record),
    reached,
  };
  let drops = dropCounts();
  let machine = factory(spec, output, drops);
  let base: SavedState | undefined;
  let since = 0;
  const checkpoint = (): SavedState => {
    const number = nextNumber();
    const saved = readCut(machine.cut(number, since), base);
    since = number;
    return saved;
  };
  const said = steps.map(step => {
    panes = [];
    late = [];
    if ('item' in step) machine.element(step.item, step.item.at, step.diff);
    else if ('watermark' in step) machine.advance(Math.max(step.watermark, machine.watermark), machine.processingTime);
    else if ('clock' in step) machine.advance(machine.watermark, Math.max(step.clock, machine.processingTime));
    else if ('checkpoint' in step) base = checkpoint();
    else {
      const snapshot = checkpoint();
      base = undefined;
      since = 0;
      drops = dropCounts();
      machine = factory(spec, output, drops, snapshot);
    }
    return { panes, late, outputWatermark };
  });
  return { said, drops, snapshot: stateOf(machine) };
}

/**
 * Elements, each followed by a watermark that is `bound` behind the highest timestamp, by the machine's own loop if `batched` (in pieces, as a
 * source does, that are cut where `cut` says), else one by one. All that was said, in order.
 */
export function runItems<R>(
  factory: MachineFactory,
  spec: WindowingSpec<Item, string, R>,
  items: readonly Item[],
  bound: number,
  batched: boolean,
  cut = items.length,
): unknown[] {
  const said: unknown[] = [];
  let promised = Number.NEGATIVE_INFINITY;
  const reached = (time: number): void => void (promised = Math.max(promised, time));
  const drops = dropCounts();
  const machine = factory(spec, { pane: pane => void said.push(pane), late: record => void said.push(record), reached }, drops);
  let watermark = Number.MIN_SAFE_INTEGER;
  if (batched && machine.run) {
    for (let at = 0; at < items.length; ) {
      const to = at < cut ? Math.min(cut, items.length) : items.length;
      const stretch = { values: items, timestampOf: (item: Item) => item.at, bound, horizon: Infinity, watermark, at, to, time: undefined };
      machine.run(stretch);
      expect(stretch.at).toBeGreaterThan(at);
      ({ at, watermark } = stretch);
    }
  } else {
    for (const item of items) {
      machine.element(item, item.at, 1);
      watermark = Math.max(watermark, item.at - bound);
      if (watermark > machine.watermark) machine.advance(watermark, machine.processingTime);
    }
  }
  return [...said, promised, { ...drops }, stateOf(machine)];
}
