import { describe, expect, it } from 'vitest';
import { count } from '../../src/aggregates/count.js';
import { generalMachine } from '../../src/engine/generalMachine.js';
import { slicedMachine } from '../../src/engine/slicedMachine.js';
import { windowBy } from '../../src/operators/windowBy.js';
import { record } from '../../src/testing/record.js';
import { testStream } from '../../src/testing/testStream.js';
import { defineAssigner } from '../../src/windows/defineAssigner.js';
import { tumbling } from '../../src/windows/tumbling.js';

describe('defineAssigner', () => {
  const evenAndOdd = defineAssigner<number>({
    name: 'evenAndOdd',
    merging: false,
    assign: (timestamp, value, add) => add(Math.floor(timestamp / 10) * 10, Math.floor(timestamp / 10) * 10 + (value % 2 === 0 ? 10 : 20)),
  });

  it('makes windows that depend on the element', () => {
    const source = testStream<number>();
    const panes = record(source.pipe(windowBy(evenAndOdd, { aggregate: count() })));
    source.add(2, 1).add(4, 9).add(5, 3).advanceWatermarkTo(10);
    expect(panes.take().map(({ window, value }) => [window.end, value])).toEqual([[10, 2]]);
    source.complete();
    expect(panes.take().map(({ window, value }) => [window.end, value])).toEqual([[20, 1]]);
  });

  it('makes windows that merge: here each element names the end of its own', () => {
    const trips = defineAssigner<{ until: number }>({ name: 'trips', merging: true, assign: (at, { until }, add) => add(at, until) });
    const source = testStream<{ until: number }>();
    const panes = record(source.pipe(windowBy(trips, { aggregate: count() })));
    source.add({ until: 5 }, 1).add({ until: 30 }, 20).add({ until: 22 }, 4).complete();
    expect(panes.take().map(({ window, value }) => [window.start, window.end, value])).toEqual([[1, 30, 3]]);
  });

  it('brings the machine that the windows need, and is frozen', () => {
    expect(evenAndOdd.machine).toBe(generalMachine);
    const { slicing, assign } = tumbling(10);
    expect(defineAssigner({ name: 'own', merging: false, assign, ...(slicing ? { slicing } : {}) }).machine).toBe(slicedMachine);
    expect(Object.isFrozen(evenAndOdd)).toBe(true);
  });
});
