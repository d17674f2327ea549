/** Traces: event-time scenarios as data, version 1. A trace says: under this specification, these inputs in this order give exactly these panes at each step. */
import { show, TidemarkError } from '../errors.js';

/** A scenario with its expected panes. */
export interface Trace {
  /** What it is about; shown with failures. */
  readonly name: string;
  /** Where the scenario comes from. */
  readonly origin?: string;
  /** How elements are windowed. */
  readonly spec: TraceSpec;
  /** What happens, in order. */
  readonly steps: readonly TraceStep[];
  /** Where the processing-time clock starts; may stand in the spec as well. Default 0. */
  readonly processingTimeStart?: number;
}

/** The windowing of a trace. */
export interface TraceSpec {
  /** The windows. */
  readonly window: TraceWindow;
  /** When they fire. */
  readonly trigger: TraceTrigger;
  /** What a pane holds. */
  readonly accumulation: 'accumulating' | 'discarding' | 'retracting';
  /** In milliseconds. */
  readonly allowedLateness: number;
  /** What is said of the values; `collect` gives `values`. */
  readonly aggregate: 'sum' | 'count' | 'min' | 'max' | 'collect';
  /** Whether the on-time pane comes without news. Default `fireAlways`. */
  readonly onTimeBehavior?: 'fireAlways' | 'fireIfNonEmpty';
  /** Whether a last pane comes. Default `fireIfNonEmpty`. */
  readonly closingBehavior?: 'fireAlways' | 'fireIfNonEmpty' | 'never';
  /** A pane's own timestamp. Default `endOfWindow`. */
  readonly timestampCombiner?: 'endOfWindow' | 'earliest' | 'latest';
  /** Where the clock starts. Default 0. */
  readonly processingTimeStart?: number;
}

/**
 * A window assigner of a trace: the function of that name with its arguments, times in milliseconds. `time: 'processing'` makes the
 * clock the time of the elements and the watermark.
 */
export type TraceWindow = (
  | { readonly kind: 'tumbling'; readonly size: number; readonly offset?: number }
  | { readonly kind: 'sliding'; readonly size: number; readonly slide: number; readonly offset?: number }
  | { readonly kind: 'session'; readonly gap: number; readonly mergeTouching?: boolean }
  | { readonly kind: 'dynamicSession'; readonly gapByValue: Readonly<Record<string, number>>; readonly mergeTouching?: boolean }
  | { readonly kind: 'cumulative'; readonly size: number; readonly step: number; readonly offset?: number }
  | { readonly kind: 'days'; readonly timeZone: string; readonly count?: number }
  | { readonly kind: 'global' }
) & { readonly time?: 'event' | 'processing' };

/**
 * A trigger of a trace: the function of that name with its arguments, times in milliseconds; `everyProcessingTime` is `every`.
 * `afterWatermark` without `late` finishes with the on-time pane.
 */
export type TraceTrigger =
  | { readonly kind: 'default' | 'never' }
  | { readonly kind: 'afterWatermark'; readonly early?: TraceTrigger; readonly late?: TraceTrigger }
  | { readonly kind: 'afterCount'; readonly count: number }
  | { readonly kind: 'afterProcessingTime'; readonly delay: number }
  | { readonly kind: 'everyEventTime' | 'everyProcessingTime'; readonly interval: number }
  | { readonly kind: 'repeatedly'; readonly of: TraceTrigger }
  | {
      readonly kind: 'processingTimeout';
      readonly of: TraceTrigger;
      readonly interval: number;
      readonly resetTimerOnNewRecord?: boolean;
      readonly shouldClearOnTimeout?: boolean;
    }
  | { readonly kind: 'afterFirst' | 'afterAll' | 'afterEach'; readonly of: readonly TraceTrigger[] }
  | { readonly kind: 'orFinally'; readonly main: TraceTrigger; readonly until: TraceTrigger };

/** An element of a trace. */
export interface TraceElement {
  /** Its key. */
  readonly key: string;
  /** The number that is aggregated. */
  readonly value: number;
  /** Its event time in milliseconds. */
  readonly timestamp: number;
}

/** One step, with the panes that it gives (none if absent). */
export type TraceStep = (
  | {
      /** An element comes. */
      readonly element: TraceElement;
      /** It comes too late for all its windows. Default false. */
      readonly late?: boolean;
    }
  | {
      /** The watermark moves to this time. */
      readonly watermark: number;
    }
  | {
      /** The clock moves to this time. */
      readonly processingTime: number;
    }
  | {
      /** A crash: the pipeline goes on from a snapshot. */
      readonly restart: true;
    }
) & {
  /** What is said in this step, in any order. */
  readonly panes?: readonly TracePane[];
};

/** A pane of a trace; what is absent is not compared. `start` and `end` are null for the global window. */
export interface TracePane {
  /** The key. */
  readonly key: string;
  /** What the aggregate says. */
  readonly value?: number;
  /** Instead of `value`, for `collect`: a multiset. */
  readonly values?: readonly number[];
  /** Where the window begins. */
  readonly start: number | null;
  /** Where it ends. */
  readonly end: number | null;
  /** When it fired, seen from the watermark. */
  readonly timing?: 'early' | 'on-time' | 'late';
  /** How many panes came before. */
  readonly index?: number;
  /** -1 while early, else how many panes that were not early came before. */
  readonly nonSpeculativeIndex?: number;
  /** Whether it is the first. */
  readonly isFirst?: boolean;
  /** Whether it is the last. */
  readonly isLast?: boolean;
  /** Its own event time. */
  readonly timestamp?: number;
  /** Whether it withdraws one that was said. */
  readonly retraction?: boolean;
}

const STEPS = ['element', 'watermark', 'processingTime', 'restart'];

/** Refuses what is no trace, saying where. */
export function checkTrace(trace: unknown, where: string): asserts trace is Trace {
  const bad = (what: string): never => {
    throw new TidemarkError('BAD_TRACE', `${where}: ${what}`);
  };
  if (!isObject(trace)) return bad(`a trace must be an object, but came as ${show(trace)}.`);
  if (typeof trace.name !== 'string') bad(`a trace must have a name, but it came as ${show(trace.name)}.`);
  const { spec, steps } = trace;
  const label = `trace ${show(trace.name)}`;
  if (!isObject(spec) || !isObject(spec.window) || !isObject(spec.trigger))
    return bad(`${label} must have a spec with window and trigger.`);
  if (!Array.isArray(steps)) return bad(`${label} must have an array of steps.`);
  steps.forEach((step: unknown, i) => {
    const kinds = isObject(step) ? STEPS.filter(kind => kind in step) : [];
    if (kinds.length !== 1) bad(`${label}, step ${i + 1} must be one of ${STEPS.join(', ')}, but came as ${show(step)}.`);
    const panes = (step as { panes?: unknown }).panes;
    if (panes !== undefined && panes !== null && !Array.isArray(panes))
      bad(`${label}, step ${i + 1}: panes must be an array, but came as ${show(panes)}.`);
  });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
