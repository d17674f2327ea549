import { Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { boundedOutOfOrderness, count, eventTime, tumbling, union, watermarks, windowBy } from '../../src/index.js';
import { manualClock } from '../../src/testing/manualClock.js';
import { record } from '../../src/testing/record.js';
import { END_OF_TIME, START_OF_TIME } from '../../src/time/timestamp.js';
import { at, type Item } from '../streams.js';
import { refusal } from '../support.js';

function pipeline() {
  const clock = manualClock(100);
  const [a, b] = [new Subject<Item>(), new Subject<Item>()];
  const options = { timestamp: (item: Item) => item.t, clock, maxFuture: false, watermark: boundedOutOfOrderness(5) } as const;
  const all = union(
    eventTime(a, { ...options, name: 'a', source: item => item.v, idleAfter: 50 }),
    eventTime(b, { ...options, name: 'b' }),
  ).pipe(windowBy(tumbling(10), { name: 'w', aggregate: count() }));
  return { clock, a, b, recording: record(all) };
}

describe('the watermarks of a run', () => {
  it('are those of its operators, with what they have heard, and how far they are behind the clock', () => {
    const { a, b, recording } = pipeline();
    expect(watermarks(recording).map(({ watermark, lag }) => [watermark, lag])).toEqual(Array(4).fill([START_OF_TIME, undefined]));
    a.next(at(20, 1));
    a.next(at(35, 2));
    b.next(at(40));
    const shown = watermarks(recording).map(({ operator, kind, watermark, heard, lag, idle, heldBy }) => [
      operator,
      kind,
      watermark,
      heard,
      lag,
      idle,
      heldBy.map(hold => hold.operator),
    ]);
    expect(shown).toEqual([
      ['a', 'eventTime "a"', 15, undefined, 85, false, ['a']],
      ['b', 'eventTime "b"', 35, undefined, 65, false, ['b']],
      ['a+b', 'union', 15, 15, 85, false, ['a']],
      ['w', 'windowBy(tumbling(10)) "w"', 15, 15, 85, false, ['a']],
    ]);
  });

  it('show each source of a stream', () => {
    const { a, clock, recording } = pipeline();
    a.next(at(20, 1));
    clock.advanceTo(110);
    a.next(at(35, 2));
    clock.advanceTo(155);
    const [shown] = watermarks(recording, 'a');
    expect(shown?.sources.toSorted((one, other) => Number(one.input) - Number(other.input))).toEqual([
      { input: 1, watermark: 15, idle: true, lastEvent: 20, elements: 1, silentFor: 55 },
      { input: 2, watermark: 30, idle: false, lastEvent: 35, elements: 1, silentFor: 45 },
    ]);
  });

  it('are sentences, too', () => {
    const { a, b, recording } = pipeline();
    a.next(at(20, 1));
    b.next(at(140));
    expect(watermarks(recording).map(String)).toEqual([
      'eventTime "a" is at 15, 85ms behind the clock.\n  a[1] is at 15, 5ms behind its latest event, of 20. It goes on with its next element.',
      'eventTime "b" is at 135, 35ms ahead of the clock.\n  b is at 135, 5ms behind its latest event, of 140. It goes on with its next element.',
      'union is at 15, 85ms behind the clock.\n  a[1] is at 15, 5ms behind its latest event, of 20. If it stays silent, it holds nobody back any more in 50ms.',
      'windowBy(tumbling(10)) "w" is at 15, 85ms behind the clock.\n  a[1] is at 15, 5ms behind its latest event, of 20. If it stays silent, it holds nobody back any more in 50ms.',
    ]);
    a.complete();
    b.complete();
    const [end] = watermarks(recording, 'w');
    expect([end?.watermark, end?.lag, end?.heldBy]).toEqual([END_OF_TIME, undefined, []]);
    expect(String(end)).toBe('windowBy(tumbling(10)) "w" is at the end of time.');
  });

  it('are refused of an operator that is not there', () => {
    expect(refusal(() => watermarks(pipeline().recording, 'x'))).toBe('BAD_OPTION: watermarks: no operator is called "x".');
  });
});
