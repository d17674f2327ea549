/** Runs steps through a machine itself, without streams: what a step says, how far the watermark goes downstream, what is left. */
import type { Aggregate } from '../../src/aggregates/aggregate.js';
import { dropCounts } from '../../src/engine/drops.js';
import type { DropCounts, MachineFactory, MachineSnapshot, WindowingSpec } from '../../src/engine/machine.js';
import type { LateRecord, Pane } from '../../src/engine/pane.js';
import { complete } from '../../src/engine/snapshot.js';
import type { Trigger } from '../../src/engine/trigger.js';
import type { WindowAssigner } from '../../src/engine/window.js';

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
  readonly outputWatermark: number;
}

export interface MachineResult<R> {
  readonly said: readonly MachineSaid<R>[];
  readonly drops: DropCounts;
  readonly snapshot: MachineSnapshot;
}

export type Options = Partial<Omit<WindowingSpec<Item, string, unknown>, 'assigner' | 'aggregate' | 'key' | 'trigger'>>;

export function specOf<R>(assigner: WindowAssigner<Item>, aggregate: Aggregate<Item, any, R>, options: Options = {}, trigger?: Trigger<Item>): WindowingSpec<Item, string, R> {
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

export function runMachine<R>(factory: MachineFactory, spec: WindowingSpec<Item, string, R>, steps: readonly MachineStep[]): MachineResult<R> {
  let panes: Pane<string, R>[] = [];
  let late: LateRecord<Item>[] = [];
  const output = { pane: (pane: Pane<string, R>) => void panes.push(pane), late: (record: LateRecord<Item>) => void late.push(record) };
  let drops = dropCounts();
  let machine = factory(spec, output, drops);
  let base: MachineSnapshot | undefined;
  const checkpoint = (): MachineSnapshot => structuredClone(base ? complete(base, machine.snapshot(true)) : machine.snapshot());
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
      drops = dropCounts();
      machine = factory(spec, output, drops, snapshot);
    }
    return { panes, late, outputWatermark: machine.outputWatermark() };
  });
  return { said, drops, snapshot: machine.snapshot() };
}
