/**
 * What can be seen of operators at work, by the shape of what they have announced to the lookout of their run. All of it is read when it
 * is asked for, and nothing is changed.
 */
import type { AsyncCounts } from '../engine/asyncCounts.js';
import type { DropCounts, WindowMachine } from '../engine/machine.js';
import type { SourceSpec } from '../operators/eventTime.js';
import type { SourceState } from '../operators/timeSource.js';
import type { EventSink } from '../stream/sink.js';
import type { Input, Inputs } from '../time/inputs.js';
import type { Timestamp, Watermark } from '../time/timestamp.js';

/** `eventTime`: its sources, each with a watermark. */
export interface SourceWork {
  sink: EventSink<any>;
  readonly spec: SourceSpec<any>;
  readonly inputs: Inputs<SourceState<any>>;
}

/** What several streams flow together in: a union, the sides of a join. */
export interface ConfluenceWork {
  readonly inputs: Inputs<Input>;
  readonly ends: readonly (Input & { readonly number: number; readonly done: boolean })[];
  /** An interval join holds the watermark back itself. */
  readonly sink: { readonly machine?: { readonly sent: Watermark } };
}

/** Windows. */
export interface WindowWork {
  sink: EventSink<any>;
  readonly machine: WindowMachine<any>;
  readonly sent: Watermark;
}

/** `mapAsync`. */
export interface AsyncWork {
  readonly held: {
    readonly heard: Watermark;
    readonly sent: Watermark;
    readonly size: number;
    readonly first: { readonly timestamp: Timestamp } | undefined;
  };
  readonly calls: ReadonlySet<unknown>;
  readonly spec: { readonly counts: AsyncCounts; readonly dropCounts: DropCounts };
}

/** An operator on panes, which may stay behind by `delay`. */
export interface PaneWork {
  readonly delay: number;
  /** What it has heard, and what it has said. */
  times(): readonly [heard: Watermark, sent: Watermark];
}

export const isSource = (work: object | undefined): work is SourceWork => work !== undefined && 'inputs' in work && 'spec' in work;
export const isConfluence = (work: object | undefined): work is ConfluenceWork => work !== undefined && 'ends' in work;
export const isWindows = (work: object | undefined): work is WindowWork => work !== undefined && 'machine' in work && 'sent' in work;
export const isAsync = (work: object | undefined): work is AsyncWork => work !== undefined && 'held' in work;
export const isPanes = (work: object | undefined): work is PaneWork => work !== undefined && 'delay' in work;

/** How far one has said that time is; undefined: it passes on what it hears. */
export function sentOf(work: object | undefined): Watermark | undefined {
  if (isSource(work)) return work.inputs.watermark;
  if (isConfluence(work)) return work.sink.machine?.sent ?? work.inputs.watermark;
  if (isAsync(work)) return work.held.sent;
  if (isPanes(work)) return work.times()[1];
  return (work as { readonly sent?: Watermark } | undefined)?.sent;
}

/** How far time has come to one; undefined: nothing comes to it, or it passes on what it hears. */
export function heardOf(work: object | undefined): Watermark | undefined {
  if (isConfluence(work)) return work.inputs.watermark;
  if (isWindows(work)) return work.machine.watermark;
  if (isAsync(work)) return work.held.heard;
  return isPanes(work) ? work.times()[0] : undefined;
}
