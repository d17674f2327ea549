import { map, of, throwError } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { count } from '../../src/aggregates/count.js';
import { mean } from '../../src/aggregates/mean.js';
import { eventTime } from '../../src/operators/eventTime.js';
import { union } from '../../src/operators/union.js';
import { windowBy } from '../../src/operators/windowBy.js';
import { record } from '../../src/testing/record.js';
import { testStream } from '../../src/testing/testStream.js';
import { sliding } from '../../src/windows/sliding.js';
import { tumbling } from '../../src/windows/tumbling.js';
import { timed } from '../streams.js';
import { refusal } from '../support.js';

const counts = windowBy<number, number>(tumbling(10), { aggregate: count() });

describe('record', () => {
  it('gives what came since the last call, values and watermarks', () => {
    const stream = testStream<number>();
    const recording = record(stream);
    stream.add(1, 1).add(2, 2).advanceWatermarkTo(5);
    expect([recording.take(), recording.take(), recording.takeWatermarks(), recording.takeWatermarks()]).toEqual([[1, 2], [], [5], []]);
    stream.add(3, 7);
    expect([recording.take(), recording.completed, recording.error]).toEqual([[3], false, undefined]);
    stream.complete();
    expect(recording.completed).toBe(true);
  });

  it('throws what the stream failed with', () => {
    const recording = record(timed(throwError(() => new Error('boom'))));
    expect([recording.error, recording.completed]).toEqual([new Error('boom'), false]);
    expect(() => recording.take()).toThrow('boom');
  });

  it('stops', () => {
    const stream = testStream<number>();
    const recording = record(stream);
    recording.stop();
    stream.add(1, 1);
    expect(recording.take()).toEqual([]);
  });
});

describe('a snapshot', () => {
  it('is plain data that goes on in another run, as if nothing had happened', () => {
    const stream = testStream<number>();
    const other = testStream<number>({ clock: stream.clock });
    const pipeline = union(stream.pipe(map(x => x)), other).pipe(counts);
    const first = record(pipeline);
    stream.add(1, 1).advanceWatermarkTo(8);
    const snapshot: unknown = structuredClone(first.snapshot());
    first.stop();
    const second = record(pipeline, { from: snapshot as ReturnType<typeof first.snapshot> });
    other.add(2, 2).advanceWatermarkTo(20);
    expect(second.take()).toEqual([]);
    stream.advanceWatermarkTo(9).advanceWatermarkTo(10);
    expect(second.take()).toMatchObject([{ value: 2, timing: 'on-time' }]);
    expect(first.take()).toEqual([]);
  });

  it('does not change with the run that it was taken from', () => {
    const stream = testStream<number>();
    const recording = record(stream.pipe(counts));
    stream.add(1, 1);
    const snapshot = recording.snapshot();
    const text = JSON.stringify(snapshot);
    stream.add(1, 2).advanceWatermarkTo(50);
    expect(JSON.stringify(snapshot)).toBe(text);
  });

  it('may be read later: it is what was there at its barrier', () => {
    const stream = testStream<number>();
    const recording = record(stream.pipe(counts));
    for (let key = 0; key < 40; key++) stream.add(key, key);
    const [expected, later] = [recording.snapshot(), recording.barrier()];
    stream.add(1, 35).add(2, 60).advanceWatermarkTo(20);
    const other = recording.barrier();
    stream.add(3, 61).advanceWatermarkTo(50);
    expect(later()).toEqual(expected);
    expect(JSON.stringify(other())).not.toBe(JSON.stringify(expected));
  });

  it('holds what a source remembers: watermark, sources, idleness and counts', () => {
    const stream = testStream<number>();
    const source = () =>
      eventTime(of({ id: 'a', t: 50 }), { name: 's', timestamp: e => e.t, source: e => e.id, sources: ['a', 'b'], maxFuture: false });
    const [entry] = record(source()).snapshot();
    expect(entry).toMatchObject({
      operator: 'eventTime "s"',
      state: {
        drops: { future: 0 },
        sources: [
          { id: 'b', idle: false },
          { id: 'a', watermark: 50, idle: false },
        ],
      },
    });
    expect(stream.kind).toBe('testStream');
  });

  it('is refused by another pipeline, or the same with other options', () => {
    const stream = testStream<number>();
    const first = record(stream.pipe(counts));
    stream.add(1, 1);
    const from = first.snapshot();
    expect(refusal(() => record(union(stream), { from }))).toBe(
      'BAD_SNAPSHOT: record: operator 1 of the snapshot is windowBy, but that of this pipeline is union. Restore it into the same pipeline, or start anew.',
    );
    const named = windowBy<number, number>(tumbling(10), { aggregate: count(), name: 'hits' });
    expect(refusal(() => record(stream.pipe(named), { from }))).toBe(
      'BAD_SNAPSHOT: record: operator 1 of the snapshot is windowBy, but that of this pipeline is windowBy "hits". Restore it into the same pipeline, or start anew.',
    );
    const others = [
      windowBy<number, number>(sliding(10, 5), { aggregate: count() }),
      windowBy<number, number>(tumbling(10), { aggregate: mean(x => x) }),
      windowBy<number, number>(tumbling(10), { aggregate: count(), allowedLateness: 5 }),
    ];
    const is = 'accumulating, lateness 0, on time always, closing ifChanged, endOfWindow';
    expect(others.map(other => refusal(() => record(stream.pipe(other), { from })))).toEqual(
      [
        ['windowBy(sliding(10, 5))', `sliding(10, 5), count, afterWatermark(), ${is}`],
        ['windowBy(tumbling(10))', `tumbling(10), mean, afterWatermark(), ${is}`],
        ['windowBy(tumbling(10))', `tumbling(10), count, afterWatermark(), ${is.replace('lateness 0', 'lateness 5')}`],
      ].map(
        ([kind, other]) =>
          `BAD_SNAPSHOT: ${kind}: the snapshot is of "tumbling(10), count, afterWatermark(), ${is}", not of "${other}". Use the same options, or start anew.`,
      ),
    );
  });
});
