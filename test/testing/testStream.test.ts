import { describe, expect, it } from 'vitest';
import { collect } from '../../src/aggregates/collect.js';
import { count } from '../../src/aggregates/count.js';
import { union } from '../../src/operators/union.js';
import { windowBy } from '../../src/operators/windowBy.js';
import { manualClock } from '../../src/testing/manualClock.js';
import { record } from '../../src/testing/record.js';
import { testStream } from '../../src/testing/testStream.js';
import { afterWatermark } from '../../src/triggers/afterWatermark.js';
import { every } from '../../src/triggers/every.js';
import { tumbling } from '../../src/windows/tumbling.js';
import { refusal } from '../support.js';

const HOUR = 3_600_000;
const day = Date.UTC(2024, 2, 31);

describe('testStream', () => {
  it('moves step by step: elements, watermarks, clock, completion', () => {
    const stream = testStream<string>({ start: '2024-03-31T10:00Z' });
    const early = windowBy<string, number>(tumbling('1h'), {
      aggregate: count(),
      allowedLateness: '2h',
      trigger: afterWatermark({ early: every('1s') }),
    });
    const panes = record(stream.pipe(early));
    stream.add('a', '10:05').advanceProcessingTime('1s');
    expect(panes.take()).toMatchObject([{ value: 1, timing: 'early', index: 0 }]);
    stream.advanceWatermarkTo('11:00');
    expect(panes.take()).toMatchObject([
      { value: 1, timing: 'on-time', index: 1, window: { start: day + 10 * HOUR, end: day + 11 * HOUR } },
    ]);
    stream.add('b', '10:59');
    expect(panes.take()).toMatchObject([{ value: 2, timing: 'late', index: 2 }]);
    stream.complete();
    expect([panes.take(), panes.completed]).toEqual([[], true]);
  });

  it('reads times as numbers, as ISO texts and as times of its day', () => {
    const stream = testStream<number>({ start: '2024-03-31T10:00Z' });
    const heard: number[] = [];
    const recording = record(stream);
    stream.connect(
      {
        closed: false,
        next: (_value, time) => void heard.push(time),
        watermark: time => void heard.push(time),
        idle() {},
        error() {},
        complete() {},
      },
      { clock: stream.clock, state: undefined },
    );
    stream.add(1, 5).add(1, '2024-01-01T00:00Z').add(1, '9:05').add(1, '09:05:30.250').add(1).advanceWatermarkTo('10:30');
    expect(heard).toEqual([
      5,
      Date.UTC(2024, 0, 1),
      day + 9 * HOUR + 300_000,
      day + 9 * HOUR + 330_250,
      day + 10 * HOUR,
      day + 10.5 * HOUR,
    ]);
    expect(recording.take()).toHaveLength(5);
  });

  it('starts at 1970 by default', () => {
    const stream = testStream<number>();
    expect(stream.clock.now()).toBe(0);
    record(stream);
    stream.advanceProcessingTimeTo('00:01');
    expect(stream.clock.now()).toBe(60_000);
  });

  it.each(['event', 'processing'] as const)('refuses watermarks and clocks that go back (%s)', time => {
    const stream = testStream<number>({ start: 100, time });
    const recording = record(stream);
    stream.advanceWatermarkTo(150).advanceWatermarkTo(150).advanceProcessingTimeTo(160).advanceProcessingTimeTo(160);
    expect(stream.advanceProcessingTime(0)).toBe(stream);
    const watermarks = recording.takeWatermarks();
    const reached = time === 'event' ? 150 : 160;
    expect(stream.watermark).toBe(reached);
    expect(watermarks.at(-1)).toBe(reached);
    expect(refusal(() => stream.advanceWatermarkTo(120))).toBe(
      `BAD_OPTION: testStream.advanceWatermarkTo: time must be ${reached}, where the watermark is, or later, but came as 120.`,
    );
    const clock = 'BAD_OPTION: manualClock.advanceTo: time must be 160, which the clock shows, or later, but came as 159.';
    expect(refusal(() => stream.advanceProcessingTimeTo(159))).toBe(clock);
    expect(refusal(() => stream.advanceProcessingTime(-1))).toBe(clock);
    expect([recording.takeWatermarks(), stream.clock.now()]).toEqual([[], 160]);
  });

  it('refuses whatever comes after its end, until it is listened to anew', () => {
    const stream = testStream<number>();
    for (const [how, end] of [
      ['complete()', () => stream.complete()],
      ['error()', () => stream.error(new Error('gone'))],
    ] as const) {
      record(stream);
      stream.add(1, 5);
      end();
      const nothing = `BAD_OPTION: testStream: nothing comes after ${how}. Put it before that.`;
      for (const step of [() => stream.add(1, 5), () => stream.idle(), () => stream.complete(), () => stream.advanceWatermarkTo(9)])
        expect(refusal(step)).toBe(nothing);
    }
  });

  it('withdraws values, falls idle and fails', () => {
    const stream = testStream<string>();
    const other = testStream<string>({ clock: stream.clock });
    const windows = windowBy<string, string[]>(tumbling(10), { aggregate: collect<string>() });
    const panes = record(union(stream, other).pipe(windows));
    stream.add('a', 1).add('b', 2).retract('a', 1).advanceWatermarkTo(10);
    expect(panes.take()).toEqual([]);
    other.idle();
    expect(panes.take()).toMatchObject([{ value: ['b'] }]);
    stream.error(new Error('gone'));
    expect(panes.error).toEqual(new Error('gone'));
    expect(() => panes.take()).toThrow('gone');
  });

  it('in processing time stamps by the clock, which is the watermark too', () => {
    const stream = testStream<string>({ start: 5, time: 'processing' });
    const panes = record(stream.pipe(windowBy<string, number>(tumbling(10), { aggregate: count() })));
    stream.add('a', 3_000).advanceProcessingTimeTo(9).add('b').advanceProcessingTime(1);
    expect(panes.take()).toMatchObject([{ value: 2, window: { start: 0, end: 10 } }]);
  });

  it('moves clock and watermark as one step in processing time', () => {
    const stream = testStream<string>({ time: 'processing' });
    const early = windowBy<string, number>(tumbling(10), { aggregate: count(), trigger: afterWatermark({ early: every(5) }) });
    const panes = record(stream.pipe(early));
    stream.add('a').advanceProcessingTimeTo(20);
    expect(panes.take()).toMatchObject([{ timing: 'on-time', index: 0 }]);
  });

  it('can share a clock, and is an Observable for others', () => {
    const clock = manualClock(7);
    const stream = testStream<string>({ clock });
    const values: string[] = [];
    const subscription = stream.subscribe(value => values.push(value));
    stream.add('a');
    subscription.unsubscribe();
    stream.add('b');
    expect([stream.clock, values]).toEqual([clock, ['a']]);
  });

  it('refuses steps that nobody hears, and times that are none', () => {
    const stream = testStream<string>();
    expect(refusal(() => stream.add('a', 1))).toBe(
      'BAD_OPTION: testStream: nobody listens yet. Start the pipeline first: const panes = record(pipeline).',
    );
    record(stream);
    const sentence =
      "BAD_TIMESTAMP: testStream: a time is a number of milliseconds, an ISO text such as '2024-03-31T10:00Z' or a time of day such as '10:05', but came as";
    expect(refusal(() => stream.add('a', 'noon'))).toBe(`${sentence} "noon".`);
    expect(refusal(() => stream.advanceWatermarkTo('10:65'))).toBe(`${sentence} "10:65".`);
    expect(refusal(() => testStream({ start: 'today' }))).toBe(`${sentence} "today".`);
    for (const act of [
      () => stream.add('a', Number.NaN),
      () => stream.retract('a', Number.NaN),
      () => stream.advanceWatermarkTo(Number.NaN),
    ]) {
      expect(refusal(act)).toBe('BAD_TIMESTAMP: testStream: a time must be a safe integer or a text, but came as NaN.');
    }
  });
});
