/** What a real pipeline says of elements: how many come behind the watermark, and how far that is behind the clock. */
import fc from 'fast-check';
import { Subject } from 'rxjs';
import { type EventTimeOptions, eventTime } from '../../src/operators/eventTime.js';
import { manualClock } from '../../src/testing/manualClock.js';
import { record } from '../../src/testing/record.js';
import { boundedOutOfOrderness } from '../../src/time/boundedOutOfOrderness.js';
import { START_OF_TIME } from '../../src/time/timestamp.js';

export interface Arrived {
  readonly at: number;
  readonly arrives: number;
  readonly source: string;
}

/** Elements in order of arrival, some of them far ahead of it. */
export const arrivals: fc.Arbitrary<Arrived[]> = fc
  .array(
    fc.record({
      after: fc.oneof(fc.nat(5), fc.nat(300)),
      delay: fc.oneof(
        { weight: 9, arbitrary: fc.integer({ min: -3, max: 400 }) },
        { weight: 1, arbitrary: fc.integer({ min: -900, max: -100 }) },
      ),
      source: fc.constantFrom('a', 'b', 'c'),
    }),
    { maxLength: 60 },
  )
  .map(steps => {
    let now = 0;
    return steps.map(({ after, delay, source }) => {
      now += after;
      return { at: now - delay, arrives: now, source };
    });
  });

export interface Outcome {
  readonly late: number;
  /** After each element: the clock less the watermark. */
  readonly waits: readonly number[];
  readonly turnedAway: number;
}

/** Runs the elements through `eventTime` with a bound. */
export function pipeline(elements: readonly Arrived[], bound: number, options: Partial<EventTimeOptions<Arrived>> = {}): Outcome {
  const source = new Subject<Arrived>();
  const clock = manualClock(0);
  const drops = { expired: 0, closed: 0, future: 0, unassigned: 0 };
  const stream = eventTime(source, {
    timestamp: e => e.at,
    maxFuture: false,
    watermark: boundedOutOfOrderness(bound),
    clock,
    drops,
    ...options,
  } as EventTimeOptions<Arrived>);
  const recording = record(stream);
  let watermark = START_OF_TIME;
  const hear = (): void => {
    watermark = recording.takeWatermarks().at(-1) ?? watermark;
  };
  let late = 0;
  const waits: number[] = [];
  for (const element of elements) {
    clock.advanceTo(element.arrives);
    hear();
    const before = drops.future;
    const isLate = element.at < watermark;
    source.next(element);
    hear();
    if (drops.future > before) continue;
    if (isLate) late += 1;
    waits.push(element.arrives - watermark);
  }
  return { late, waits, turnedAway: drops.future };
}
