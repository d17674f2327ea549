import { NEVER, Subject, share, take } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { count } from '../../src/aggregates/count.js';
import { union } from '../../src/operators/union.js';
import { windowBy } from '../../src/operators/windowBy.js';
import { record } from '../../src/testing/record.js';
import { testStream } from '../../src/testing/testStream.js';
import { tumbling } from '../../src/windows/tumbling.js';
import { at, brief, type Item, listen, timed } from '../streams.js';
import { refusal } from '../support.js';

const counts = windowBy<string, number>(tumbling(10), { aggregate: count() });

function pair() {
  const a = testStream<string>();
  const b = testStream<string>({ clock: a.clock });
  return { a, b, joined: record(union(a, b)), panes: record(union(a, b).pipe(counts, brief)) };
}

describe('union', () => {
  it('is all elements with the lowest watermark', () => {
    const { a, b, joined, panes } = pair();
    a.add('a', 1).advanceWatermarkTo(30);
    expect([joined.take(), joined.takeWatermarks(), panes.take()]).toEqual([['a'], [], []]);
    b.add('b', 2).advanceWatermarkTo(12);
    expect([joined.take(), joined.takeWatermarks(), panes.take()]).toEqual([['b'], [12], ['0:2']]);
    b.advanceWatermarkTo(40);
    expect(joined.takeWatermarks()).toEqual([30]);
  });

  it('is not held back by an idle input, which rejoins with its next element or watermark', () => {
    const { a, b, joined, panes } = pair();
    a.add('a', 1).advanceWatermarkTo(20);
    b.idle();
    expect([joined.takeWatermarks(), panes.take()]).toEqual([[20], ['0:1']]);
    b.add('late', 5).add('b', 25);
    a.advanceWatermarkTo(50);
    expect([joined.takeWatermarks(), panes.take()]).toEqual([[], []]);
    b.advanceWatermarkTo(30);
    expect([joined.takeWatermarks(), panes.take()]).toEqual([[30], ['20:1']]);
  });

  it('says the maximum once when all are idle', () => {
    const { a, b, joined } = pair();
    a.advanceWatermarkTo(10);
    b.advanceWatermarkTo(30);
    expect(joined.takeWatermarks()).toEqual([10]);
    b.idle();
    expect(joined.takeWatermarks()).toEqual([]);
    a.idle().idle();
    b.idle();
    expect(joined.takeWatermarks()).toEqual([30]);
  });

  it('passes idleness on when all are idle', () => {
    const { a, b } = pair();
    const c = testStream<string>({ clock: a.clock });
    const outer = record(union(union(a, b), c));
    c.advanceWatermarkTo(50);
    a.idle();
    expect(outer.takeWatermarks()).toEqual([]);
    b.idle();
    expect(outer.takeWatermarks()).toEqual([50]);
  });

  it('does not wait for an input that has completed, and does not end with it', () => {
    const { a, b, joined, panes } = pair();
    a.add('a', 1).complete();
    expect([joined.takeWatermarks(), panes.take(), joined.completed]).toEqual([[], [], false]);
    b.idle();
    expect([joined.takeWatermarks(), joined.completed]).toEqual([[], false]);
    b.add('b', 2).advanceWatermarkTo(15);
    expect([joined.takeWatermarks(), panes.take(), joined.completed]).toEqual([[15], ['0:2'], false]);
    b.complete();
    expect([joined.completed, panes.completed]).toEqual([true, true]);
  });

  it('goes on by the others when the one that held it completes', () => {
    const { a, b, joined } = pair();
    a.advanceWatermarkTo(5);
    b.advanceWatermarkTo(40);
    a.complete();
    expect(joined.takeWatermarks()).toEqual([5, 40]);
  });

  it('is not led astray by an input that completes while its source goes on', () => {
    const [a, b] = [new Subject<Item>(), new Subject<Item>()];
    const taken = timed([at(100), at(200)]).pipe(take(1));
    const heard = listen(union(taken, timed(a), timed(b)).pipe(windowBy(tumbling(10), { aggregate: count() }), brief));
    a.next(at(1));
    b.next(at(2));
    a.next(at(50));
    b.next(at(40));
    expect(heard.said).toEqual(['0:2']);
    a.next(at(150));
    b.next(at(160));
    expect(heard.said).toEqual(['0:2', '40:1', '50:1', '100:1']);
  });

  it('fails with any of them, and lets go of the others', () => {
    const [a, b] = [new Subject<Item>(), new Subject<Item>()];
    const heard = listen(union(timed(a), timed(b)));
    a.next(at(1));
    b.error(new Error('boom'));
    expect([heard.said, a.observed]).toEqual([[at(1), 'Error: boom'], false]);
  });

  it('lets go of all when unsubscribed, and starts none that is not wanted', () => {
    const [a, b] = [new Subject<Item>(), new Subject<Item>()];
    const heard = listen(union(timed(a), timed(b)));
    heard.subscription.unsubscribe();
    expect([a.observed, b.observed]).toEqual([false, false]);
    let started = false;
    const never = timed(
      new Proxy([], {
        get(target, name) {
          started = true;
          return Reflect.get(target, name);
        },
      }),
    );
    expect(listen(union(timed([at(1)]), never).pipe(take(1))).said).toEqual([at(1), 'done']);
    expect(started).toBe(false);
  });

  it('takes one stream, and the same twice', () => {
    expect(listen(union(timed([at(1)]))).said).toEqual([at(1), 'done']);
    const cold = timed([at(1)]);
    expect(listen(union(cold, cold)).said).toEqual([at(1), at(1), 'done']);
    const source = new Subject<Item>();
    const shared = timed(source).pipe(share());
    const heard = listen(union(shared, shared));
    source.next(at(1));
    expect(heard.said).toEqual([at(1), at(1)]);
  });

  it('refuses no streams, and those without event time', () => {
    expect(refusal(() => union())).toBe('BAD_OPTION: union: its arguments must be one stream or more, but came as [].');
    expect(refusal(() => union(timed([]), NEVER as never))).toBe(
      'BAD_OPTION: union: argument 2 must be a stream with event time, but came as an Observable. Use eventTime().',
    );
  });
});
