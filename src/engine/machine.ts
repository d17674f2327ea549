/**
 * The contract of a windowing machine: element, watermark, time in; panes out. A machine is synchronous and free of RxJS,
 * I/O, clocks and timers: time is an argument. What it emits is a function of the sequence of its calls alone, and a
 * machine restored from a snapshot goes on exactly as the old one would have.
 */
import type { Aggregate } from '../aggregates/aggregate.js';
import type { SavedState, StateCut } from '../state/cut.js';
import type { Timestamp, Watermark } from '../time/timestamp.js';
import type { Inside } from './inside.js';
import type { AccumulationMode, DropReason, LateRecord, Pane } from './pane.js';
import type { Trigger } from './trigger.js';
import type { TimeWindow, WindowAssigner } from './window.js';

/** Whether the pane at the end of a window comes although nothing is new since the last early one. */
export type OnTimeBehavior = 'always' | 'ifChanged';

/** Whether a last pane comes when a window expires: if there is content that no pane has shown, in any case, or only if the trigger says so. */
export type ClosingBehavior = 'ifChanged' | 'always' | 'never';

/** What a pane's own timestamp is: `window.end - 1`, or the earliest or latest of its elements that were not late. */
export type TimestampCombiner = 'endOfWindow' | 'earliest' | 'latest';

/** Everything that a machine needs to know, complete and checked. */
export interface WindowingSpec<T, K, R> {
  readonly assigner: WindowAssigner<T>;
  readonly key: (value: T) => K;
  readonly aggregate: Aggregate<T, any, R>;
  /** Windows with an evictor: the value of a pane, of what the aggregate keeps; it may change that. Undefined: the aggregate's result. */
  readonly resultIn?: (accumulator: unknown, window: TimeWindow) => R;
  /** Undefined: the default, on time and then once per late element. */
  readonly trigger: Trigger<T> | undefined;
  /** Milliseconds; Infinity: for ever. */
  readonly allowedLateness: number;
  readonly accumulation: AccumulationMode;
  readonly onTime: OnTimeBehavior;
  readonly closing: ClosingBehavior;
  readonly timestampCombiner: TimestampCombiner;
}

/** Where a machine's output goes. */
export interface MachineOutput<T, K, R> {
  pane(pane: Pane<K, R>): void;
  late(record: LateRecord<T>): void;
  /**
   * The watermark for whoever is downstream: behind the panes that it caused, and not past the time of any pane that is
   * still to come of elements that came in time. May be said again.
   */
  reached(time: Watermark): void;
}

/**
 * Part of an array on its way in: its values have no time yet, so that giving them one and adding them up is one pass. Their watermark
 * follows the highest timestamp at a fixed distance. A source has one such object, and lends it.
 */
export interface Stretch<out T> {
  readonly values: readonly T[];
  timestampOf(value: T): Timestamp;
  /** Milliseconds from the highest timestamp to the watermark. */
  readonly bound: number;
  /** Timestamps beyond this, and what is no timestamp, are for the source: it takes such a value itself. */
  readonly horizon: Timestamp;
  /** The watermark behind the last element taken. */
  watermark: Watermark;
  /** The next element: whoever takes one moves it on. */
  at: number;
  /** The stretch ends before this number. */
  readonly to: number;
  /** What `timestampOf` gave for the next element, if it has been asked. */
  time: Timestamp | undefined;
}

/**
 * How many elements did not count: by reason, those that fell into no window at all (`unassigned`: a hole of a sliding window), and
 * those that had come before (`duplicate`).
 */
export type DropCounts = Record<DropReason | 'unassigned' | 'duplicate', number>;

/** One windowing operator at work. */
export interface WindowMachine<T> {
  /** Whether the processing-time clock matters. */
  readonly usesClock: boolean;
  /** The watermark that it stands at. */
  readonly watermark: Watermark;
  /** The clock that it stands at. */
  readonly processingTime: Timestamp;
  readonly drops: Readonly<DropCounts>;
  /** `diff` -1: the element is withdrawn. */
  element(value: T, timestamp: Timestamp, diff: 1 | -1): void;
  /**
   * Takes elements of an array, each followed by its watermark: the same as `element` and `advance` for each, as one loop. Returns early,
   * when something was said, and before a value that is not for it. Machines without it are called singly.
   */
  run?(stretch: Stretch<T>): void;
  /** One step: the watermark, the clock or both move forward. */
  advance(watermark: Watermark, processingTime: Timestamp): void;
  /** The clock time at which `advance` is wanted at the latest; Infinity: none. */
  nextWake(): Timestamp;
  /**
   * All state as it is now, as plain data (structured-cloneable) that shares nothing with the machine; parts are read later. `number`
   * ascends from cut to cut; parts that have not changed since the cut of the number `since` have no data. 0: all have.
   */
  cut(number: number, since: number): StateCut;
  /** For readers of its state. Machines without it cannot be read. */
  readonly inside?: Inside<T, any, any>;
}

/** Makes a machine, anew or from the state of a snapshot. */
export type MachineFactory = <T, K, R>(
  spec: WindowingSpec<T, K, R>,
  output: MachineOutput<T, K, R>,
  drops: DropCounts,
  snapshot?: SavedState,
) => WindowMachine<T>;
