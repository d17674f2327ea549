import { Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { countsOf } from '../../src/explain/dropped.js';
import { count, dedupe, eventTime, explain, mapAsync, reorder, tumbling, windowBy } from '../../src/index.js';
import { streamsOf } from '../../src/stream/streamsOf.js';
import { manualClock } from '../../src/testing/manualClock.js';
import { record } from '../../src/testing/record.js';
import { at, type Item } from '../streams.js';

describe('what was dropped', () => {
  it('is told of each operator above a window, if it may be missed there', () => {
    const source = new Subject<Item>();
    const stream = eventTime(source, { name: 's', timestamp: (item: Item) => item.t, maxFuture: 100, clock: manualClock(0) }).pipe(
      dedupe({ id: item => item.v, within: 50, name: 'd' }),
      reorder({ name: 'r' }),
      windowBy(tumbling(10), { name: 'w', key: item => item.v % 2, aggregate: count() }),
    );
    const recording = record(stream);
    const dropped = (key: number, t: number) =>
      explain(recording, 'w', key, t).reasons.flatMap(reason => (reason.code === 'dropped' ? String(reason) : []));
    for (const item of [at(1, 1), at(2, 1), at(25, 2), at(3, 3), at(200, 4)]) source.next(item);
    expect(dropped(1, 5)).toEqual([
      'r has dropped 1 element as expired. The last that may belong here is {"t":3,"v":3} of 3, 22ms behind the watermark, which was at 25. To count them, set a longer allowedLateness, or a longer bound of the watermark; to see them, the option late.',
    ]);
    expect(dropped(0, 205)).toEqual([
      's has dropped 1 element as future. The last that may belong here is {"t":200,"v":4} of 200, 200ms ahead of the clock. Their clocks are wrong, or maxFuture of eventTime is too short.',
    ]);
    expect(dropped(1, 15)).toEqual([]);
    const graph = recording['~graph'];
    expect(streamsOf([stream]).map(one => countsOf(graph, one))).toEqual([{ future: 1 }, { duplicate: 1 }, { expired: 1 }, {}]);
  });

  it('may be what overflowed', () => {
    const source = new Subject<Item>();
    const calls = mapAsync((item: Item) => new Promise<Item>(() => void item), {
      concurrency: 1,
      capacity: 2,
      overflow: 'drop-oldest',
      name: 'calls',
    });
    const stream = eventTime(source, { name: 's', timestamp: (item: Item) => item.t }).pipe(
      calls,
      windowBy(tumbling(10), { name: 'w', aggregate: count() }),
    );
    const recording = record(stream);
    for (let t = 0; t < 3; t++) source.next(at(t));
    const [, reason] = explain(recording, 'w', undefined, 5).reasons;
    expect(String(reason)).toBe(
      'calls has dropped 1 element as overflow. The last that may belong here is {"t":1,"v":1} of 1. Raise capacity or concurrency.',
    );
  });
});
