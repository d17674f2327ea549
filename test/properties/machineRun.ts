/** Runs steps through a machine itself, without streams: what a step says, how far the watermark goes downstream, what is left. */
import type { Aggregate } from '../../src/aggregates/aggregate.js';
import { dropCounts } from '../../src/engine/drops.js';
import type { DropCounts, MachineFactory, WindowingSpec } from '../../src/engine/machine.js';
import type { LateRecord, Pane } from '../../src/engine/pane.js';
import type { Trigger } from '../../src/engine/trigger.js';
import type { WindowAssigner } from '../../src/engine/window.js';

export interface Item {
  readonly key: string;
  readonly value: number;
  readonly at: number;
}

/** `diff` -1: the element is withdrawn. */
export type MachineStep = { readonly item: Item; readonly diff: 1 | -1 } | { readonly watermark: number } | { readonly clock: number } | { readonly restart: true };

export interface MachineSaid<R> {
  readonly panes: readonly Pane<string, R>[];
  readonly late: readonly LateRecord<Item>[];
  readonly outputWatermark: number;
}

export interface MachineResult<R> {
  readonly said: readonly MachineSaid<R>[];
  readonly drops: DropCounts;
  readonly snapshot: unknown;
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
  const said = steps.map(step => {
    panes = [];
    late = [];
    if ('item' in step) machine.element(step.item, step.item.at, step.diff);
    else if ('watermark' in step) machine.advance(Math.max(step.watermark, machine.watermark), machine.processingTime);
    else if ('clock' in step) machine.advance(machine.watermark, Math.max(step.clock, machine.processingTime));
    else {
      const snapshot = structuredClone(machine.snapshot());
      drops = dropCounts();
      machine = factory(spec, output, drops, snapshot);
    }
    return { panes, late, outputWatermark: machine.outputWatermark() };
  });
  return { said, drops, snapshot: machine.snapshot() };
}
