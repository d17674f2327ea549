/** What the operator is while it works: its order, its bounds, its turns, and its state. */
import { concat, defer, NEVER, Observable, of, Subject, take, throwError } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { asyncCounts } from '../../src/engine/asyncCounts.js';
import { dropCounts } from '../../src/engine/drops.js';
import type { LateRecord } from '../../src/engine/pane.js';
import { eventTime } from '../../src/operators/eventTime.js';
import { type MapAsyncOptions, mapAsync } from '../../src/operators/mapAsync.js';
import { union } from '../../src/operators/union.js';
import { record, type Snapshot } from '../../src/testing/record.js';
import { settled } from '../../src/testing/settled.js';
import { testStream } from '../../src/testing/testStream.js';
import { told } from '../support.js';
import { Desk } from './desk.js';

function bench(options: Partial<MapAsyncOptions<string, string, string>> = {}, promises = false) {
  const source = testStream<string>();
  const desk = new Desk(promises);
  const counts = asyncCounts();
  const stream = source.pipe(mapAsync((value: string, signal) => desk.call(value, signal), { concurrency: 2, counts, ...options }));
  return { source, desk, counts, stream, start: (from?: Snapshot) => record(stream, from ? { from } : {}) };
}

describe('the calls', () => {
  it('are so many at a time, in the order of arrival', () => {
    const { source, desk, counts, start } = bench();
    const out = start();
    source.add('a', 1).add('b', 2).add('c', 3).add('d', 4);
    expect([desk.called, counts]).toMatchObject([['a', 'b'], { inFlight: 2, waiting: 2, held: 4 }]);
    desk.answer('b', 'B');
    expect([desk.called, out.take(), counts]).toMatchObject([['a', 'b', 'c'], [], { inFlight: 2, waiting: 1, held: 4 }]);
    desk.answer('a', 'A').answer('c', 'C').answer('d', 'D');
    expect([out.take(), counts]).toMatchObject([['A', 'B', 'C', 'D'], { inFlight: 0, waiting: 0, held: 0 }]);
  });

  it('may be all at once', () => {
    const { source, desk, start } = bench({ concurrency: Infinity });
    start();
    for (let i = 0; i < 100; i++) source.add(`${i}`, i);
    expect(desk.called).toHaveLength(100);
  });

  it('count as in flight while they pause before another attempt', () => {
    const { source, desk, counts, start } = bench({ concurrency: 1, retry: { count: 1, delay: 10 } });
    start();
    source.add('a', 1).add('b', 2);
    desk.fail('a');
    expect([desk.called, counts]).toMatchObject([['a'], { inFlight: 1, waiting: 1 }]);
    source.advanceProcessingTime(10);
    desk.answer('a', 'A');
    expect(desk.called).toEqual(['a', 'a', 'b']);
  });

  it('that answer at once take no stack, however many waited for one that does not', () => {
    const source = testStream<number>();
    const first = new Subject<number>();
    const out = record(source.pipe(mapAsync((n: number) => (n === 0 ? first : n), { concurrency: 1 })));
    for (let n = 0; n < 20_000; n++) source.add(n, n);
    first.next(0);
    expect(out.take()).toHaveLength(20_000);
  });
});

describe('event time', () => {
  it('waits: watermarks, idleness and the end follow what came before them', () => {
    const { source, desk, start } = bench();
    const out = start();
    source.add('a', 1).advanceWatermarkTo(5).idle().complete();
    expect([out.take(), out.takeWatermarks(), out.completed]).toEqual([[], [], false]);
    desk.answer('a', 'A');
    expect([out.take(), out.takeWatermarks(), out.completed]).toEqual([['A'], [5], true]);
  });

  it('goes through when nothing is inside', () => {
    const { source, start } = bench();
    const out = start();
    source.advanceWatermarkTo(5).complete();
    expect([out.takeWatermarks(), out.completed]).toEqual([[5], true]);
  });

  it('of an idle stream is known downstream to go on as soon as an element comes', () => {
    const { source, desk, stream } = bench();
    const other = testStream<string>({ clock: source.clock });
    const both = record(union(stream, other));
    source.advanceWatermarkTo(5).idle();
    other.advanceWatermarkTo(20);
    expect(both.takeWatermarks()).toEqual([20]);
    source.advanceWatermarkTo(25).idle().add('a', 30);
    other.advanceWatermarkTo(50);
    expect(both.takeWatermarks()).toEqual([25]);
    desk.answer('a', 'A');
    source.advanceWatermarkTo(40);
    expect([both.take(), both.takeWatermarks()]).toEqual([['A'], [40]]);
  });

  it('of a value that has none is an error', () => {
    const { source, desk } = bench();
    const lost = new Subject<string>();
    const out = record(source.pipe(() => lost as never, mapAsync(desk.call, { concurrency: 1, name: 'users' })));
    lost.next('a');
    expect([told(out.error).slice(0, 70), desk.called]).toEqual([
      'EVENT_TIME_LOST: mapAsync "users": a value came without event time: an',
      [],
    ]);
  });

  it('of a value that is withdrawn is an error', () => {
    const { source, start } = bench();
    const out = start();
    source.retract('a', 1);
    expect(told(out.error)).toMatch(/^RETRACTION_UNSUPPORTED: mapAsync: a value is withdrawn/);
  });
});

describe('the capacity', () => {
  it('is an error beyond it, by default', () => {
    const { source, desk, start } = bench({ capacity: 3 });
    const out = start();
    source.add('a', 1).add('b', 2).add('c', 3);
    expect(out.error).toBeUndefined();
    source.add('d', 4);
    expect([told(out.error), desk.aborted]).toEqual([
      `OVERFLOW: mapAsync: "d" came while 3 elements, as many as may be, were inside. Raise capacity or concurrency, or let go of what waits longest by overflow: 'drop-oldest'.`,
      ['a', 'b'],
    ]);
  });

  it('counts what is ready and held back by the order', () => {
    const { source, desk, start } = bench({ capacity: 2 });
    const out = start();
    source.add('a', 1).add('b', 2);
    desk.answer('b', 'B');
    source.add('c', 3);
    expect(told(out.error)).toMatch(/^OVERFLOW/);
  });

  it('may drop what waits longest, which is counted and handed out', () => {
    const dropped: LateRecord<string>[] = [];
    const drops = dropCounts();
    const late = { next: (one: LateRecord<string>) => void dropped.push(one) };
    const { source, desk, start } = bench({ capacity: 3, overflow: 'drop-oldest', late, drops });
    const out = start();
    source.add('a', 1).add('b', 2).add('c', 3).advanceWatermarkTo(4).add('d', 4).add('e', 5);
    expect([dropped.map(({ value }) => value), drops.overflow]).toEqual([['c', 'd'], 2]);
    expect(dropped[0]).toEqual({ value: 'c', timestamp: 3, reason: 'overflow', watermark: 4, window: undefined, by: 1, retraction: false });
    desk.answer('b', 'B').answer('a', 'A').answer('e', 'E');
    source.add('f', 6);
    expect([desk.called, out.take(), out.takeWatermarks()]).toEqual([['a', 'b', 'e', 'f'], ['A', 'B', 'E'], [4]]);
  });

  it('drops the newcomer when nothing waits', () => {
    const drops = dropCounts();
    const { source, desk, start } = bench({ capacity: 2, overflow: 'drop-oldest', drops });
    const out = start();
    source.add('a', 1).add('b', 2).add('c', 3).advanceWatermarkTo(4).complete();
    desk.answer('b', 'B').answer('a', 'A');
    expect([desk.called, out.take(), out.takeWatermarks(), out.completed, drops.overflow]).toEqual([['a', 'b'], ['A', 'B'], [4], true, 1]);
  });
});

describe('the end', () => {
  it('is an error of a call, at once, and all other calls are aborted', async () => {
    const { source, desk, counts, start } = bench({}, true);
    const out = start();
    source.add('a', 1).add('b', 2).add('c', 3);
    desk.fail('b');
    await settled();
    expect([out.error, desk.aborted, counts]).toEqual([
      new Error('no b'),
      ['a'],
      { inFlight: 0, waiting: 0, held: 0, retries: 0, timeouts: 0 },
    ]);
    source.add('d', 4);
    desk.answer('a', 'A');
    await settled();
    expect(desk.called).toEqual(['a', 'b']);
  });

  it('lets go of the source when a call fails', () => {
    const source = new Subject<string>();
    const out = record(eventTime(source, { timestamp: () => 1 }).pipe(mapAsync(() => throwError(() => 'no'), { concurrency: 1 })));
    expect(source.observed).toBe(true);
    source.next('a');
    expect([out.error, source.observed]).toEqual(['no', false]);
  });

  it('is an error of the source, at once', () => {
    const { source, desk, start } = bench();
    const out = start();
    source.add('a', 1).error('boom');
    expect([out.error, desk.aborted, desk.released]).toEqual(['boom', ['a'], ['a']]);
  });

  it('aborts all when nothing more is wanted, from outside and from within', () => {
    const { source, desk, counts, start, stream } = bench({ timeout: 50 });
    const out = start();
    source.add('a', 1).add('b', 2).add('c', 3);
    out.stop();
    source.advanceProcessingTime(1000);
    expect([desk.aborted, out.error, counts]).toMatchObject([['a', 'b'], undefined, { inFlight: 0, waiting: 0, held: 0, timeouts: 0 }]);

    const few: string[] = [];
    stream.pipe(take(1)).subscribe(value => void few.push(value));
    source.add('d', 4).add('e', 5).add('f', 6);
    desk.answer('e', 'E').answer('d', 'D');
    expect([few, desk.aborted, counts]).toMatchObject([['D'], ['a', 'b', 'f'], { inFlight: 0, waiting: 0, held: 0 }]);
  });

  it('never comes while a call without a timeout does not settle', () => {
    const { source, start } = bench();
    const out = start();
    source.add('a', 1).complete().advanceProcessingTime('7d');
    expect([out.completed, out.take()]).toEqual([false, []]);
  });
});

describe('turns', () => {
  it('are taken by a subscriber or a function that feeds the source', () => {
    const source = testStream<string>();
    const heard: string[] = [];
    const fn = (value: string) => {
      if (value === 'a') source.add('from within a', 2).advanceWatermarkTo(2);
      return value.toUpperCase();
    };
    source.pipe(mapAsync(fn, { concurrency: 1 })).subscribe(value => {
      heard.push(value);
      if (value === 'A') source.add('heard A', 3);
    });
    source.add('a', 1);
    expect(heard).toEqual(['A', 'FROM WITHIN A', 'HEARD A']);
  });

  it('are taken by a listener for aborts that feeds the source', () => {
    const source = testStream<string>();
    const desk = new Desk();
    const fn = (value: string, signal: AbortSignal) => {
      signal.addEventListener('abort', () => source.add(`instead of ${value}`, 2));
      return desk.call(value, signal);
    };
    const out = record(source.pipe(mapAsync(fn, { concurrency: 1, timeout: 50, onTimeout: () => 'too slow' })));
    source.add('a', 1).advanceProcessingTime(50);
    expect([out.take(), desk.called]).toEqual([['too slow'], ['a', 'instead of a']]);
    out.stop();
    expect(desk.called).toEqual(['a', 'instead of a']);
  });
});

describe('a function that ends the stream itself', () => {
  it.each(['subscribed to', 'not subscribed to'])('leaves nothing behind, its Observable %s', when => {
    const source = testStream<string>();
    const counts = asyncCounts();
    let released = 0;
    let subscribed = 0;
    const stop = (): void => subscription.unsubscribe();
    const answer = new Observable<string>(() => {
      subscribed++;
      stop();
      return () => void released++;
    });
    const fn = () => {
      source.add('b', 2);
      if (when !== 'subscribed to') stop();
      return answer;
    };
    const subscription = source.pipe(mapAsync(fn, { concurrency: 1, counts })).subscribe();
    source.add('a', 1);
    expect([subscribed, released]).toEqual(when === 'subscribed to' ? [1, 1] : [0, 0]);
    expect(counts).toMatchObject({ inFlight: 0, waiting: 0, held: 0 });
  });

  it('does not complete it, though it had but that element', () => {
    const source = testStream<string>();
    const desk = new Desk();
    const fn = (value: string, signal: AbortSignal) => {
      if (value === 'b') out.stop();
      return desk.call(value, signal);
    };
    const out = record(source.pipe(mapAsync(fn, { concurrency: 1 })));
    source.add('a', 1).add('b', 2).complete();
    desk.answer('a', 'A');
    expect([out.take(), out.completed]).toEqual([['A'], false]);
  });

  it('has its rejection heard all the same', async () => {
    const source = testStream<string>();
    const fn = () => {
      subscription.unsubscribe();
      return Promise.reject(new Error('unheard'));
    };
    const subscription = source.pipe(mapAsync(fn, { concurrency: 1 })).subscribe();
    source.add('a', 1);
    await settled();
    expect(subscription.closed).toBe(true);
  });
});

describe('a snapshot', () => {
  it('holds what is inside as it came, and what was said; calls are made again, in order', () => {
    const { source, desk, start } = bench();
    const first = start();
    source.add('z', 0).advanceWatermarkTo(1).add('a', 1).add('b', 2).advanceWatermarkTo(3).add('c', 4);
    desk.answer('z', 'Z').answer('b', 'B');
    expect([first.take(), first.takeWatermarks()]).toEqual([['Z'], [1]]);
    const saved = first.snapshot();
    first.stop();
    expect(saved[0]).toEqual({
      operator: 'mapAsync',
      state: {
        row: {
          sent: 1,
          resting: false,
          row: [
            { value: 'a', timestamp: 1 },
            { value: 'b', timestamp: 2 },
            { watermark: 3, idle: false },
            { value: 'c', timestamp: 4 },
          ],
        },
        overflow: 0,
        done: false,
      },
    });
    desk.called.length = 0;
    const second = start(saved);
    source.add('d', 5);
    expect(desk.called).toEqual(['a', 'b']);
    desk.answer('b', 'B').answer('a', 'A').answer('c', 'C').answer('d', 'D');
    expect([second.take(), second.takeWatermarks()]).toEqual([['A', 'B', 'C', 'D'], [3]]);
    expect(first.take()).toEqual([]);
  });

  it('remembers that the stream is idle: the next element ends that', () => {
    const { source, start } = bench();
    const first = start();
    source.advanceWatermarkTo(5).idle();
    const second = start(first.snapshot());
    first.stop();
    source.add('a', 6).add('b', 7);
    expect(second.takeWatermarks()).toEqual([5]);
  });

  it('remembers that the source has completed, and what was dropped', () => {
    const drops = dropCounts();
    const { source, desk, start } = bench({ capacity: 2, overflow: 'drop-oldest', drops });
    const first = start();
    source.add('a', 1).add('b', 2).add('c', 3).complete();
    const saved = first.snapshot();
    first.stop();
    drops.overflow = 0;
    const second = start(saved);
    source.add('ignored', 9).complete();
    desk.answer('a', 'A').answer('b', 'B');
    expect([second.take(), second.completed, drops.overflow]).toEqual([['A', 'B'], true, 1]);
    const third = start(second.snapshot());
    expect([third.take(), third.completed]).toEqual([[], true]);
  });

  it('whose calls answer at once, or fail at once, can be gone on from', () => {
    const source = testStream<string>();
    const answers: (() => string | Subject<string>)[] = [];
    const stream = source.pipe(mapAsync(() => (answers.at(-1) as () => string)(), { concurrency: 1 }));
    answers.push(() => new Subject());
    const first = record(stream);
    source.add('a', 1).add('b', 2).advanceWatermarkTo(3);
    const from = first.snapshot();
    first.stop();
    answers.push(() => 'at once');
    const second = record(stream, { from });
    expect([second.take(), second.takeWatermarks()]).toEqual([['at once', 'at once'], [3]]);
    second.stop();
    answers.push(() => {
      throw new Error('not now');
    });
    const third = record(stream, { from });
    expect(third.error).toEqual(new Error('not now'));
  });

  it('starts nothing that is not wanted: no second call, no source', () => {
    let started = 0;
    const called: string[] = [];
    const make = (fn: (value: string) => string | Observable<string>) => {
      const source = defer(() => {
        started++;
        return started > 1 ? NEVER : concat(of('a', 'b'), NEVER);
      });
      return eventTime(source, { timestamp: () => 1 }).pipe(mapAsync(fn, { concurrency: 1 }));
    };
    const first = record(make(() => NEVER));
    const from = first.snapshot();
    const fn = (value: string): string => {
      called.push(value);
      return value;
    };
    const second = record(make(fn).pipe(take(1)), { from });
    expect([second.take(), second.completed, called, started]).toEqual([['a'], true, ['a'], 1]);
    const third = record(
      make(value => throwError(() => `no ${value}`)),
      { from },
    );
    expect([third.error, started]).toEqual(['no a', 1]);
  });
});
