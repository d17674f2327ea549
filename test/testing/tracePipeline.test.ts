import { describe, expect, it } from 'vitest';
import type { WindowStream } from '../../src/operators/windowBy.js';
import { testStream } from '../../src/testing/testStream.js';
import type { TraceElement, TraceSpec } from '../../src/testing/trace.js';
import { tracePipeline } from '../../src/testing/tracePipeline.js';
import { refusal } from '../support.js';

const spec: TraceSpec = {
  window: { kind: 'tumbling', size: 10 },
  trigger: { kind: 'default' },
  accumulation: 'accumulating',
  allowedLateness: 0,
  aggregate: 'sum',
};

function pipeline(change: Partial<TraceSpec>) {
  const stream = tracePipeline({ ...spec, ...change })(testStream<TraceElement>(), () => {});
  return (stream as unknown as WindowStream<TraceElement, string, number>).spec;
}

describe('tracePipeline', () => {
  it.each<[TraceSpec['window'], string]>([
    [{ kind: 'tumbling', size: 10, offset: 23 }, 'tumbling(10, offset 3)'],
    [{ kind: 'sliding', size: 10, slide: 5, offset: -7 }, 'sliding(10, 5, offset -2)'],
    [{ kind: 'cumulative', size: 10, step: 5 }, 'cumulative(10, 5)'],
    [{ kind: 'session', gap: 5 }, 'session(5)'],
    [{ kind: 'session', gap: 5, mergeTouching: true }, 'session(5, mergeTouching)'],
    [{ kind: 'dynamicSession', gapByValue: { 1: 5 } }, 'session(per element)'],
    [{ kind: 'days', timeZone: 'Europe/Amsterdam', count: 2 }, 'days(Europe/Amsterdam, 2)'],
    [{ kind: 'global' }, 'globalWindow()'],
  ])('knows the window %j', (window, name) => {
    expect(pipeline({ window }).assigner.name).toBe(name);
  });

  it.each<[TraceSpec['trigger'], string]>([
    [{ kind: 'default' }, 'afterWatermark()'],
    [{ kind: 'never' }, 'never()'],
    [{ kind: 'afterWatermark' }, 'afterWatermark({ late: never() })'],
    [
      { kind: 'afterWatermark', early: { kind: 'afterCount', count: 2 }, late: { kind: 'afterProcessingTime', delay: 5 } },
      'afterWatermark({ early: afterCount(2), late: afterProcessingTime(5) })',
    ],
    [{ kind: 'everyEventTime', interval: 5 }, 'afterWatermark({ early: everyEventTime(5) })'],
    [{ kind: 'everyProcessingTime', interval: 5 }, 'afterWatermark({ early: every(5) })'],
    [{ kind: 'repeatedly', of: { kind: 'everyProcessingTime', interval: 5 } }, 'repeatedly(every(5))'],
    [
      {
        kind: 'afterEach',
        of: [
          { kind: 'afterFirst', of: [{ kind: 'never' }] },
          { kind: 'afterAll', of: [{ kind: 'never' }] },
        ],
      },
      'afterEach(afterFirst(never()), afterAll(never()))',
    ],
    [
      { kind: 'orFinally', main: { kind: 'never' }, until: { kind: 'everyEventTime', interval: 5 } },
      'orFinally(never(), everyEventTime(5))',
    ],
  ])('knows the trigger %j', (trigger, name) => {
    expect(pipeline({ trigger }).trigger?.name).toBe(name);
  });

  it('knows the aggregates and the other options', () => {
    const names = (['sum', 'count', 'min', 'max', 'collect'] as const).map(aggregate => pipeline({ aggregate }).aggregate.name);
    expect(names).toEqual(['sum', 'count', 'min', 'max', 'collect']);
    expect(pipeline({})).toMatchObject({ onTime: 'always', closing: 'ifChanged', timestampCombiner: 'endOfWindow', allowedLateness: 0 });
    const other = pipeline({ onTimeBehavior: 'fireIfNonEmpty', closingBehavior: 'never', timestampCombiner: 'latest', allowedLateness: 5 });
    expect(other).toMatchObject({ onTime: 'ifChanged', closing: 'never', timestampCombiner: 'latest', allowedLateness: 5 });
  });

  it.each<[object, string]>([
    [{ window: { kind: 'hopping' } }, 'window "hopping"'],
    [{ trigger: { kind: 'always' } }, 'trigger "always"'],
    [{ aggregate: 'avg' }, 'aggregate "avg"'],
    [{ onTimeBehavior: 'toString' }, 'behavior "toString"'],
  ])('refuses %j', (change, what) => {
    expect(refusal(() => pipeline(change))).toBe(`BAD_TRACE: there is no ${what} in the trace format.`);
  });

  it('refuses a value without a gap', () => {
    const source = testStream<TraceElement>();
    const stream = tracePipeline({ ...spec, window: { kind: 'dynamicSession', gapByValue: { 1: 5 } } })(source, () => {});
    const errors: unknown[] = [];
    stream.subscribe({ error: error => errors.push(String(error)) });
    source.add({ key: 'a', value: 2, timestamp: 0 }, 0);
    expect(errors).toEqual(['TidemarkError: gapByValue has no gap for the value 2.']);
  });
});
