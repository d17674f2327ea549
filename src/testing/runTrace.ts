/** Runs traces through the public operators, step by step, and compares what comes with what should. */
import type { Pane } from '../engine/pane.js';
import type { OpenState } from '../engine/workingState.js';
import type { EventStream } from '../stream/eventStream.js';
import { END_OF_TIME, START_OF_TIME } from '../time/timestamp.js';
import { type Recording, record, type Snapshot } from './record.js';
import { type TestStream, testStream } from './testStream.js';
import { checkTrace, type Trace, type TraceElement, type TracePane, type TraceStep } from './trace.js';
import { tracePipeline } from './tracePipeline.js';

/** A step that gave something else than the trace says. */
export interface TraceFailure {
  /** 1 for the first. */
  readonly step: number;
  /** The step itself. */
  readonly input: TraceStep;
  /** What the trace says, in its own format. */
  readonly expected: string;
  /** What came. */
  readonly got: string;
}

/** What {@link runTrace} takes besides the trace. */
export interface RunTraceOptions {
  /** Snapshot all state, discard the pipeline and restore it into a fresh one after every step (of more than 500: evenly, 500 times). Default false. */
  readonly restartAlways?: boolean;
  /** Where windows have their state: what `lmdb(path).open()` gives. Default: in memory. */
  readonly state?: OpenState;
  /** Your own pipeline instead of the one that the trace's spec asks for; whether elements are late is then not compared. */
  readonly pipeline?: (source: EventStream<TraceElement>) => EventStream<Pane<unknown, unknown>>;
}

/**
 * Runs a trace; returns the steps at which something else came (none: it passes). The first failure ends the run,
 * since all that follows would differ too.
 *
 * @throws TidemarkError `BAD_TRACE` for what is no trace.
 * @example
 * ```ts
 * import { runTrace } from 'tidemark/testing';
 *
 * const failures = runTrace({
 *   name: 'one window',
 *   spec: { window: { kind: 'tumbling', size: 10 }, trigger: { kind: 'default' }, accumulation: 'accumulating', allowedLateness: 0, aggregate: 'sum' },
 *   steps: [
 *     { element: { key: 'k', value: 3, timestamp: 5 } },
 *     { watermark: 10, panes: [{ key: 'k', value: 3, start: 0, end: 10, timing: 'on-time' }] },
 *   ],
 * });
 * console.log(failures.length); // 0
 * ```
 */
export function runTrace(trace: Trace, options: RunTraceOptions = {}): readonly TraceFailure[] {
  checkTrace(trace, 'runTrace');
  const run = new TraceRun(trace, options);
  const pace = Math.ceil(trace.steps.length / MOST_RESTARTS);
  for (const [i, input] of trace.steps.entries()) {
    const failure = run.step(input);
    if (failure) return [{ step: i + 1, input, ...failure }];
    // Each restart costs what the state holds: of a long trace, only every so many steps are followed by one.
    if (options.restartAlways && i % pace === 0) run.restart();
  }
  return [];
}

const MOST_RESTARTS = 500;

class TraceRun {
  readonly #source: TestStream<TraceElement>;
  readonly #panes: EventStream<Pane<unknown, unknown>>;
  readonly #ownPipeline: boolean;
  readonly #state: OpenState | undefined;
  #recording: Recording<Pane<unknown, unknown>>;
  #expired = 0;

  constructor(trace: Trace, options: RunTraceOptions) {
    const start = trace.processingTimeStart ?? trace.spec.processingTimeStart ?? 0;
    this.#source = testStream<TraceElement>({ start, time: trace.spec.window.time ?? 'event' });
    this.#ownPipeline = options.pipeline !== undefined;
    this.#panes = options.pipeline
      ? options.pipeline(this.#source)
      : tracePipeline(trace.spec)(this.#source, late => {
          if (late.reason === 'expired') this.#expired++;
        });
    this.#state = options.state;
    this.#recording = record(this.#panes, { state: this.#state });
  }

  step(input: TraceStep): Pick<TraceFailure, 'expected' | 'got'> | undefined {
    this.#expired = 0;
    if ('element' in input) this.#source.add(input.element, input.element.timestamp);
    else if ('watermark' in input) this.#source.advanceWatermarkTo(Math.max(input.watermark, this.#source.watermark));
    else if ('processingTime' in input) this.#source.advanceProcessingTimeTo(Math.max(input.processingTime, this.#source.clock.now()));
    else this.restart();
    const late = 'element' in input && input.late === true;
    return compare(this.#recording.take(), input.panes ?? [], this.#expired > 0, this.#ownPipeline ? this.#expired > 0 : late);
  }

  restart(): void {
    const snapshot: Snapshot = this.#recording.snapshot();
    this.#recording.stop();
    this.#recording = record(this.#panes, { from: snapshot, state: this.#state });
  }
}

/** Compares multisets of panes, each in the fields that the expected one has. */
function compare(
  panes: readonly Pane<unknown, unknown>[],
  expected: readonly TracePane[],
  late: boolean,
  expectedLate: boolean,
): Pick<TraceFailure, 'expected' | 'got'> | undefined {
  const got = panes.map(paneData);
  const rest = [...got];
  // Those that say the most choose first, so that a laxer one does not take their match.
  const strict = [...expected].sort((a, b) => Object.keys(b).length - Object.keys(a).length);
  const missing = strict.filter(pane => {
    const place = rest.findIndex(candidate => matches(candidate, pane));
    if (place >= 0) rest.splice(place, 1);
    return place < 0;
  });
  if (missing.length === 0 && rest.length === 0 && late === expectedLate) return undefined;
  const mark = (isLate: boolean): string => (isLate ? 'late, ' : '');
  return { expected: mark(expectedLate) + listed(expected), got: mark(late) + listed(got) };
}

function listed(panes: readonly object[]): string {
  return panes.length === 0 ? 'no panes' : panes.map(pane => JSON.stringify(pane)).join(' ');
}

/** A pane in the words of a trace. */
function paneData(pane: Pane<unknown, unknown>): Record<string, unknown> {
  const { key, window, value, timing, index, nonSpeculativeIndex, isFirst, isLast, timestamp, retraction } = pane;
  const isGlobal = window.start === START_OF_TIME && window.end === END_OF_TIME;
  const content = Array.isArray(value) ? { values: [...value].sort(byValue) } : { value };
  const bounds = isGlobal ? { start: null, end: null } : { start: window.start, end: window.end };
  return {
    key,
    ...content,
    ...bounds,
    timing,
    index,
    nonSpeculativeIndex,
    isFirst,
    isLast,
    timestamp,
    ...(retraction ? { retraction } : {}),
  };
}

function matches(got: Record<string, unknown>, expected: TracePane): boolean {
  if ((got.retraction === true) !== (expected.retraction === true)) return false;
  return Object.entries(expected).every(([field, value]) => {
    if (field === 'retraction') return true;
    if (field === 'values') return JSON.stringify([...(value as unknown[])].sort(byValue)) === JSON.stringify(got.values);
    // JSON has no other word for the minimum of nothing, nor for NaN.
    return Object.is(got[field] ?? null, value) || (value === null && got[field] !== got[field]);
  });
}

/** Any order will do, as long as it is one: numbers by value, the rest by their text. */
function byValue(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  const [left, right] = [String(a), String(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}
