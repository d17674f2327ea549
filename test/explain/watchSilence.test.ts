import { Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { type Silence, watchSilence } from '../../src/explain/watchSilence.js';
import { arrivalTime, boundedOutOfOrderness, count, eventTime, explain, tumbling, union, windowBy } from '../../src/index.js';
import type { EventTimeCommon } from '../../src/operators/eventTime.js';
import { manualClock } from '../../src/testing/manualClock.js';
import { record } from '../../src/testing/record.js';
import { at, type Item } from '../streams.js';

/** Two sources, `a` and `b`, whose windows are watched: a silence is one of 100 ms. */
function watched(options: EventTimeCommon<Item> = {}) {
  const clock = manualClock(0);
  const [a, b] = [new Subject<Item>(), new Subject<Item>()];
  const timed = (source: Subject<Item>, name: string) =>
    eventTime(source, {
      timestamp: (item: Item) => item.t,
      clock,
      maxFuture: false,
      name,
      watermark: boundedOutOfOrderness(2),
      ...options,
    });
  const recording = record(union(timed(a, 'a'), timed(b, 'b')).pipe(windowBy(tumbling(10), { name: 'w', aggregate: count() })));
  const said: Silence[] = [];
  const watch = watchSilence(recording['~graph'], 100, silence => void said.push(silence));
  const wait = (milliseconds: number): void => {
    for (const end = clock.now() + milliseconds; clock.now() < end; ) clock.advanceTo(clock.now() + 5);
  };
  return { clock, a, b, recording, said, watch, wait };
}

describe('the watch over silent sources', () => {
  it('names the one that windows wait for, once for each silence', () => {
    const { a, b, said, wait } = watched();
    a.next(at(5));
    for (let t = 5; t < 40; t++) {
      b.next(at(t));
      wait(5);
    }
    expect(said.map(({ windows, reason }) => `${windows}: ${String(reason)}`)).toEqual([
      'w: a is at 3, 2ms behind its latest event, of 5; nothing has come from it for 100ms. Set idleAfter on eventTime "a", so that a source that is silent does not hold the others back.',
    ]);
    expect(said[0]?.reason).toMatchObject({
      code: 'watermark-behind',
      operator: 'a',
      watermark: 3,
      lastEvent: 5,
      elements: 1,
      silentFor: 100,
    });
    wait(500);
    expect(said.length).toBe(1);
    a.next(at(6));
    wait(60);
    expect(said.length).toBe(1);
    wait(80);
    expect(said.map(({ reason }) => reason.watermark)).toEqual([3, 4]);
  });

  it('says nothing while no window waits, of idle sources, and of those that the clock moves', () => {
    const none = watched();
    none.wait(300);
    expect(none.said).toEqual([]);
    const idle = watched({ idleAfter: 50 });
    idle.a.next(at(5));
    idle.b.next(at(5));
    idle.wait(300);
    expect(idle.said).toEqual([]);
    const clock = manualClock(0);
    const values = new Subject<string>();
    const recording = record(
      eventTime(values, { watermark: arrivalTime(), clock }).pipe(windowBy(tumbling('1d'), { name: 'w', aggregate: count() })),
    );
    const said: Silence[] = [];
    watchSilence(recording['~graph'], 100, silence => void said.push(silence));
    values.next('a');
    for (let now = 0; now < 1_000; now += 20) clock.advanceTo(now);
    expect(said).toEqual([]);
  });

  it('names the only source, too, and is over when it is unsubscribed', () => {
    const { a, said, wait, watch, b } = watched();
    b.complete();
    a.next(at(5));
    wait(140);
    expect(said.map(({ reason }) => reason.hint)).toEqual([
      'Set idleAfter on eventTime "a", so that a source that is silent does not hold the others back.',
    ]);
    watch.unsubscribe();
    a.next(at(6));
    wait(500);
    expect(said.length).toBe(1);
  });

  it('tells explanations since when a source is silent', () => {
    const { a, recording, wait } = watched();
    a.next(at(5));
    wait(60);
    expect(explain(recording, 'w', undefined, 5).reasons.map(reason => reason.code === 'watermark-behind' && reason.silentFor)).toEqual([
      35, 60,
    ]);
  });
});
