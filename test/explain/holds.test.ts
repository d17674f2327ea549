/** What is not already shown of explanations: which of many inputs are named, and operators that hold time back themselves. */
import { Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { holdsOf, sentBy } from '../../src/explain/holds.js';
import { afterWatermark, collect, eventTime, finals, intervalJoin, never, tumbling, union, updates, windowBy } from '../../src/index.js';
import type { EventStream } from '../../src/stream/eventStream.js';
import { record } from '../../src/testing/record.js';
import { testStream } from '../../src/testing/testStream.js';
import { END_OF_TIME, START_OF_TIME } from '../../src/time/timestamp.js';
import { at, type Item, timed } from '../streams.js';

const holders = (stream: EventStream<any>, until: number): string[] =>
  holdsOf(record(stream)['~graph'], stream, until).map(({ code, operator }) => `${code}: ${operator}`);

describe('what holds a watermark back', () => {
  it('is nothing when it has come', () => {
    const source = testStream<number>();
    const { '~graph': graph } = record(source);
    source.advanceWatermarkTo(10);
    expect([holdsOf(graph, source, 10), sentBy(graph, source)]).toEqual([[], 10]);
    expect(holdsOf(graph, source, 11).length).toBe(1);
  });

  it('is each source that is behind, the furthest first, five by name', () => {
    const values = new Subject<Item>();
    const stream = timed(values, { name: 's', source: item => item.v });
    const { '~graph': graph } = record(stream);
    expect(holdsOf(graph, stream, 5).map(String)).toEqual([
      'No element that moves time has come from s. An element of 5 or later moves it there.',
    ]);
    for (let v = 0; v < 9; v++) values.next(at(12 + v, v));
    const holds = holdsOf(graph, stream, 20);
    expect(holds.map(hold => hold.code === 'watermark-behind' && hold.input)).toEqual([0, 1, 2, 3, 4]);
    expect(holds.map(hold => hold.code === 'watermark-behind' && hold.others)).toEqual([0, 0, 0, 0, 3]);
    expect(holds.at(-1)?.text).toContain('3 more of its sources are behind, too.');
    expect(holds.every(({ hint }) => hint.startsWith('Set idleAfter'))).toBe(true);
  });

  it('is no input that is idle or has completed', () => {
    const [a, b, c] = [testStream<number>(), testStream<number>(), testStream<number>()];
    const all = union(a, b, c);
    const { '~graph': graph } = record(all);
    a.advanceWatermarkTo(5);
    b.idle();
    c.complete();
    expect(holdsOf(graph, all, 6).map(({ watermark }) => watermark)).toEqual([5]);
    a.idle();
    expect(holdsOf(graph, all, 6).map(String)).toEqual([
      "All 2 inputs of union are idle: time stands still at 5. It goes on with the next element. Windows that cannot wait for one need an early trigger by the clock: afterWatermark({ early: afterProcessingTime('1m') }).",
    ]);
  });

  it('may be windows, operators on panes and interval joins that have something to say yet', () => {
    const source = testStream<Item>();
    const windows = source.pipe(
      windowBy(tumbling(10), {
        aggregate: collect<Item>(),
        trigger: never(),
        allowedLateness: 20,
        timestampCombiner: 'earliest',
        name: 'w',
      }),
    );
    const recording = record(windows.pipe(finals()));
    source.add(at(1), 1).advanceWatermarkTo(15);
    const graph = recording['~graph'];
    const [final] = graph.outputs;
    expect(holdsOf(graph, windows, 2).map(String)).toEqual([
      'w has heard of 15, but holds the watermark back at 1: something of that time is still to come out of it.',
      'testStream is at 15.',
    ]);
    // The finals stay behind by the lateness.
    expect(holdsOf(graph, final!, 5).map(({ code, until }) => [code, until])).toEqual([['watermark-behind', 25]]);
    expect(holdsOf(graph, source, END_OF_TIME).map(String)).toEqual(['testStream is at 15. It has to complete.']);
  });

  it('is a left element that may find its partner', () => {
    const [left, right] = [testStream<Item>(), testStream<Item>()];
    const joined = left.pipe(
      intervalJoin(right, { within: [0, 20], leftKey: () => 0, rightKey: () => 0, select: () => 1, type: 'left', name: 'j' }),
    );
    const { '~graph': graph } = record(joined);
    left.add(at(3), 3).advanceWatermarkTo(10);
    right.advanceWatermarkTo(10);
    expect(holdsOf(graph, joined, 5).map(({ code, operator }) => `${code}: ${operator}`)).toEqual([
      'held-back: j',
      'watermark-behind: testStream',
      'watermark-behind: testStream',
    ]);
  });

  it('is not known of what is not at work', () => {
    const source = timed([at(1)], { name: 's' });
    const panes = source.pipe(windowBy(tumbling(10), { aggregate: collect<Item>(), trigger: afterWatermark() }), updates({ every: '1s' }));
    const { '~graph': graph } = record(panes);
    graph.clear();
    expect(sentBy(graph, panes)).toBe(START_OF_TIME);
    expect(holdsOf(graph, panes, 5).map(String)).toEqual(['s has not said how far time is.']);
    expect(holders(eventTime(new Subject<Item>(), { timestamp: (item: Item) => item.t }), 5)).toEqual(['watermark-behind: eventTime']);
  });
});
