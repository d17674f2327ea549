/** Traces: event-time scenarios as data, version 1. A trace says: under this specification, these inputs in this order give exactly these panes at each step. */
import { show, TidemarkError } from '../errors.js';

/** A scenario with its expected panes. */
export interface Trace {
  readonly name: string;
  /** Where the scenario comes from. */
  readonly origin?: string;
  readonly spec: TraceSpec;
  readonly steps: readonly TraceStep[];
  /** Where the processing-time clock starts; may stand in the spec as well. Default 0. */
  readonly processingTimeStart?: number;
}

/** The windowing of a trace. */
export interface TraceSpec {
  readonly window: TraceWindow;
  readonly trigger: TraceTrigger;
  readonly accumulation: 'accumulating' | 'discarding' | 'retracting';
  readonly allowedLateness: number;
  readonly aggregate: 'sum' | 'count' | 'min' | 'max' | 'collect';
  readonly onTimeBehavior?: 'fireAlways' | 'fireIfNonEmpty';
  readonly closingBehavior?: 'fireAlways' | 'fireIfNonEmpty' | 'never';
  readonly timestampCombiner?: 'endOfWindow' | 'earliest' | 'latest';
  readonly processingTimeStart?: number;
}

/** A window assigner of a trace; `time: 'processing'` makes the clock the time of the elements and the watermark. */
export type TraceWindow = (
  | { readonly kind: 'tumbling'; readonly size: number; readonly offset?: number }
  | { readonly kind: 'sliding'; readonly size: number; readonly slide: number; readonly offset?: number }
  | { readonly kind: 'session'; readonly gap: number; readonly mergeTouching?: boolean }
  | { readonly kind: 'dynamicSession'; readonly gapByValue: Readonly<Record<string, number>>; readonly mergeTouching?: boolean }
  | { readonly kind: 'cumulative'; readonly size: number; readonly step: number; readonly offset?: number }
  | { readonly kind: 'days'; readonly timeZone: string; readonly count?: number }
  | { readonly kind: 'global' }
) & { readonly time?: 'event' | 'processing' };

/** A trigger of a trace. `afterWatermark` without `late` finishes with the on-time pane. */
export type TraceTrigger =
  | { readonly kind: 'default' | 'never' }
  | { readonly kind: 'afterWatermark'; readonly early?: TraceTrigger; readonly late?: TraceTrigger }
  | { readonly kind: 'afterCount'; readonly count: number }
  | { readonly kind: 'afterProcessingTime'; readonly delay: number }
  | { readonly kind: 'everyEventTime' | 'everyProcessingTime'; readonly interval: number }
  | { readonly kind: 'repeatedly'; readonly of: TraceTrigger }
  | { readonly kind: 'afterFirst' | 'afterAll' | 'afterEach'; readonly of: readonly TraceTrigger[] }
  | { readonly kind: 'orFinally'; readonly main: TraceTrigger; readonly until: TraceTrigger };

/** An element of a trace. */
export interface TraceElement {
  readonly key: string;
  readonly value: number;
  readonly timestamp: number;
}

/** One step, with the panes that it gives (none if absent). */
export type TraceStep = (
  | { readonly element: TraceElement; readonly late?: boolean }
  | { readonly watermark: number }
  | { readonly processingTime: number }
  | { readonly restart: true }
) & { readonly panes?: readonly TracePane[] };

/** A pane of a trace; what is absent is not compared. `start` and `end` are null for the global window. */
export interface TracePane {
  readonly key: string;
  readonly value?: number;
  /** Instead of `value`, for `collect`: a multiset. */
  readonly values?: readonly number[];
  readonly start: number | null;
  readonly end: number | null;
  readonly timing?: 'early' | 'on-time' | 'late';
  readonly index?: number;
  readonly nonSpeculativeIndex?: number;
  readonly isFirst?: boolean;
  readonly isLast?: boolean;
  readonly timestamp?: number;
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
