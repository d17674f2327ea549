/** From the words of a trace to a pipeline of the public operators. */
import type { Aggregate } from '../aggregates/aggregate.js';
import { collect } from '../aggregates/collect.js';
import { count } from '../aggregates/count.js';
import { max } from '../aggregates/max.js';
import { min } from '../aggregates/min.js';
import { sum } from '../aggregates/sum.js';
import type { LateRecord, Pane } from '../engine/pane.js';
import type { Trigger } from '../engine/trigger.js';
import type { WindowAssigner } from '../engine/window.js';
import { show, TidemarkError } from '../errors.js';
import { windowBy } from '../operators/windowBy.js';
import type { EventStream } from '../stream/eventStream.js';
import { afterAll } from '../triggers/afterAll.js';
import { afterCount } from '../triggers/afterCount.js';
import { afterEach } from '../triggers/afterEach.js';
import { afterFirst } from '../triggers/afterFirst.js';
import { afterProcessingTime } from '../triggers/afterProcessingTime.js';
import { afterWatermark } from '../triggers/afterWatermark.js';
import { every } from '../triggers/every.js';
import { everyEventTime } from '../triggers/everyEventTime.js';
import { never } from '../triggers/never.js';
import { orFinally } from '../triggers/orFinally.js';
import { processingTimeout } from '../triggers/processingTimeout.js';
import { repeatedly } from '../triggers/repeatedly.js';
import { days } from '../windows/calendar.js';
import { cumulative } from '../windows/cumulative.js';
import { globalWindow } from '../windows/globalWindow.js';
import { session } from '../windows/session.js';
import { sliding } from '../windows/sliding.js';
import { tumbling } from '../windows/tumbling.js';
import type { TraceElement, TraceSpec, TraceTrigger, TraceWindow } from './trace.js';

/** The windowing that a trace asks for. */
export function tracePipeline(
  spec: TraceSpec,
): (source: EventStream<TraceElement>, late: (record: LateRecord<TraceElement>) => void) => EventStream<Pane<string, number | number[]>> {
  const assigner = assignerOf(spec.window);
  const onTime = word({ fireAlways: 'always', fireIfNonEmpty: 'ifChanged' } as const, spec.onTimeBehavior ?? 'fireAlways');
  const closing = word(
    { fireAlways: 'always', fireIfNonEmpty: 'ifChanged', never: 'never' } as const,
    spec.closingBehavior ?? 'fireIfNonEmpty',
  );
  return (source, late) =>
    source.pipe(
      windowBy(assigner, {
        key: element => element.key,
        aggregate: aggregateOf(spec.aggregate),
        trigger: rootTrigger(spec.trigger),
        allowedLateness: spec.allowedLateness,
        accumulation: spec.accumulation,
        onTime,
        closing,
        timestampCombiner: spec.timestampCombiner ?? 'endOfWindow',
        finishing: 'allow',
        late: { next: late },
      }),
    );
}

function assignerOf(window: TraceWindow): WindowAssigner<TraceElement> {
  switch (window.kind) {
    case 'tumbling':
      return tumbling(window.size, { offset: within(window.offset, window.size) });
    case 'sliding':
      return sliding(window.size, window.slide, { offset: within(window.offset, window.slide) });
    case 'cumulative':
      return cumulative(window.size, window.step, { offset: within(window.offset, window.size) });
    case 'session':
      return session(window.gap, { mergeTouching: window.mergeTouching ?? false });
    case 'dynamicSession': {
      const { gapByValue } = window;
      return session<TraceElement>(element => gapOf(gapByValue, element.value), { mergeTouching: window.mergeTouching ?? false });
    }
    case 'days':
      return days(window.timeZone, { count: window.count ?? 1 });
    case 'global':
      return globalWindow();
    default:
      return unknownWord('window', (window as { kind: unknown }).kind);
  }
}

/** An offset of a trace may exceed the period; only its remainder matters. */
function within(offset: number | undefined, period: number): number {
  return (offset ?? 0) % period;
}

function gapOf(gapByValue: Readonly<Record<string, number>>, value: number): number {
  const gap = gapByValue[String(value)];
  if (gap === undefined) throw new TidemarkError('BAD_TRACE', `gapByValue has no gap for the value ${value}.`);
  return gap;
}

/** At the root, the periodic triggers stand for early firings. */
function rootTrigger(trigger: TraceTrigger): Trigger {
  switch (trigger.kind) {
    case 'everyEventTime':
    case 'everyProcessingTime':
      return afterWatermark({ early: triggerOf(trigger) });
    default:
      return triggerOf(trigger);
  }
}

function triggerOf(trigger: TraceTrigger): Trigger {
  switch (trigger.kind) {
    case 'default':
      return afterWatermark();
    case 'never':
      return never();
    case 'afterWatermark': {
      const late = trigger.late ? triggerOf(trigger.late) : never();
      return afterWatermark(trigger.early ? { early: triggerOf(trigger.early), late } : { late });
    }
    case 'afterCount':
      return afterCount(trigger.count);
    case 'afterProcessingTime':
      return afterProcessingTime(trigger.delay);
    case 'everyEventTime':
      return everyEventTime(trigger.interval);
    case 'everyProcessingTime':
      return every(trigger.interval);
    case 'repeatedly':
      return repeatedly(triggerOf(trigger.of));
    case 'processingTimeout': {
      const { of, interval, resetTimerOnNewRecord = false, shouldClearOnTimeout = true } = trigger;
      return processingTimeout(triggerOf(of), interval, { resetTimerOnNewRecord, shouldClearOnTimeout });
    }
    case 'afterFirst':
      return afterFirst(...trigger.of.map(triggerOf));
    case 'afterAll':
      return afterAll(...trigger.of.map(triggerOf));
    case 'afterEach':
      return afterEach(...trigger.of.map(triggerOf));
    case 'orFinally':
      return orFinally(triggerOf(trigger.main), triggerOf(trigger.until));
    default:
      return unknownWord('trigger', (trigger as { kind: unknown }).kind);
  }
}

function aggregateOf(aggregate: TraceSpec['aggregate']): Aggregate<TraceElement, any, number | number[]> {
  const value = (element: TraceElement): number => element.value;
  switch (aggregate) {
    case 'sum':
      return sum(value);
    case 'count':
      return count();
    case 'min':
      return min(value);
    case 'max':
      return max(value);
    case 'collect':
      return collect(value);
    default:
      return unknownWord('aggregate', aggregate);
  }
}

function word<W extends string, R>(words: Readonly<Record<W, R>>, came: W): R {
  return Object.hasOwn(words, came) ? words[came] : unknownWord('behavior', came);
}

function unknownWord(what: string, came: unknown): never {
  throw new TidemarkError('BAD_TRACE', `there is no ${what} ${show(came)} in the trace format.`);
}
