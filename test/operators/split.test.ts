import fc from 'fast-check';
import { from, map, merge, NEVER, Observable, retry, Subject, share, take, tap } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { count } from '../../src/aggregates/count.js';
import { sum } from '../../src/aggregates/sum.js';
import { dedupe } from '../../src/operators/dedupe.js';
import { eventTime } from '../../src/operators/eventTime.js';
import { reorder } from '../../src/operators/reorder.js';
import { split } from '../../src/operators/split.js';
import { union } from '../../src/operators/union.js';
import { windowBy } from '../../src/operators/windowBy.js';
import type { EventStream } from '../../src/stream/eventStream.js';
import { record } from '../../src/testing/record.js';
import { testStream } from '../../src/testing/testStream.js';
import { afterCount } from '../../src/triggers/afterCount.js';
import { afterWatermark } from '../../src/triggers/afterWatermark.js';
import { tumbling } from '../../src/windows/tumbling.js';
import { at, brief, type Item, listen, timed } from '../streams.js';
import { refusal } from '../support.js';

const even = (item: Item): boolean => item.v % 2 === 0;
const threes = (item: Item): boolean => item.v % 3 === 0;
const counts = windowBy<Item, number>(tumbling(10), {
  aggregate: sum(item => item.v),
  trigger: afterWatermark({ early: afterCount(2) }),
  allowedLateness: 5,
});

describe('split', () => {
  it('sends each element to the first branch that takes it, or to the rest', () => {
    const items = [1, 2, 3, 4, 6].map(v => at(v, v));
    const source = new Subject<Item>();
    const { two, three, rest } = split(timed(source), { two: even, three: threes });
    const heard = [two, three, rest].map(branch => listen(branch));
    for (const item of items) source.next(item);
    source.complete();
    expect(heard.map(({ said }) => said.map(said => (typeof said === 'string' ? said : said.v)))).toEqual([
      [2, 4, 6, 'done'],
      [3, 'done'],
      [1, 'done'],
    ]);
    const [yes, no] = split(timed(items), even);
    expect([listen(yes).values.length, listen(no).values.length]).toEqual([3, 2]);
  });

  it('joined again is the stream as it was: elements, panes, watermarks, across restarts', () => {
    const step = fc.oneof(
      { weight: 5, arbitrary: fc.record({ t: fc.integer({ min: 0, max: 30 }), v: fc.integer({ min: 0, max: 9 }) }) },
      { weight: 2, arbitrary: fc.record({ w: fc.integer({ min: 0, max: 35 }) }) },
      { weight: 1, arbitrary: fc.constant('idle' as const) },
    );
    const shapes: ((stream: EventStream<Item>) => EventStream<Item>)[] = [
      stream => union(...split(stream, even)),
      stream => {
        const { two, three, rest } = split(stream, { two: even, three: threes });
        return union(two, union(rest, three));
      },
      stream => {
        const [two, odd] = split(stream, even);
        const [three, rest] = split(odd, threes);
        return union(rest, three.pipe(map(item => item)), two);
      },
    ];
    const run = (all: readonly ({ t: number; v: number } | { w: number } | 'idle')[], shape: (typeof shapes)[number], restart: boolean) => {
      const source = testStream<Item>();
      let seen = 0;
      const stream = shape(source.pipe(tap(() => seen++)));
      const panes = stream.pipe(counts);
      let [out, windowed] = [record(stream), record(panes)];
      const log: unknown[] = [];
      const look = (): void => void log.push(out.take(), out.takeWatermarks(), windowed.take(), windowed.takeWatermarks());
      for (const one of all) {
        if (one === 'idle') source.idle();
        else if ('w' in one) source.advanceWatermarkTo(Math.max(one.w, source.watermark));
        else source.add(one, one.t);
        look();
        if (!restart) continue;
        const snapshots = [out.snapshot(), windowed.snapshot()] as const;
        out.stop();
        windowed.stop();
        [out, windowed] = [record(stream, { from: snapshots[0] }), record(panes, { from: snapshots[1] })];
      }
      source.complete();
      look();
      return { log: [...log, out.completed, windowed.completed], seen };
    };
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25, size: 'max' }), fc.constantFrom(...shapes), (all, shape) => {
        const split = run(all, shape, false);
        // A union says a watermark once; a rest that is over is no news to a plain stream.
        expect(split).toEqual(run(all, stream => union(stream), false));
        expect(run(all, shape, true)).toEqual(split);
      }),
      { numRuns: 600 },
    );
  });

  it('begins together what meets again, so that a source that says all at once is read once', () => {
    const items = [1, 2, 3, 4, 5, 6].map(v => at(v, v));
    let read = 0;
    const timestamp = (item: Item): number => {
      read++;
      return item.t;
    };
    const stream = eventTime(items, { timestamp });
    const { two, three, rest } = split(stream, { two: even, three: threes });
    expect(listen(union(two, three.pipe(reorder()), rest)).values.map(({ v }) => v)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(read).toBe(6);
    // A generator can be read but once.
    const [yes, no] = split(timed(from(items).pipe(share())), even);
    expect(listen(union(no, yes)).values).toHaveLength(6);
    const generated = split(
      timed(
        (function* () {
          yield* items;
        })(),
      ),
      even,
    );
    expect(listen(union(...generated).pipe(windowBy(tumbling(10), { aggregate: count() }), brief)).said).toEqual(['0:6', 'done']);
  });

  it('does what stands before it once, and has its state once', () => {
    const source = testStream<Item>();
    let seen = 0;
    const stream = source.pipe(
      dedupe({ id: item => item.v, within: 10 }),
      tap(() => seen++),
    );
    const [yes, no] = split(stream, even);
    const out = record(union(yes.pipe(counts, brief), no.pipe(counts, brief)));
    for (const v of [1, 2, 2, 3]) source.add(at(v, v), v);
    expect(out.snapshot().map(({ operator }) => operator)).toEqual(['union', 'windowBy', 'windowBy', 'split', 'dedupe', 'testStream']);
    source.advanceWatermarkTo(10);
    expect([out.take().sort(), seen]).toEqual([['0:2', '0:4', '0:4'], 3]);
  });

  it('gives runs with snapshots each a source of their own, so that each snapshot is whole', () => {
    const source = testStream<Item>();
    const [yes, no] = split(source, even);
    const [a, b] = [record(yes), record(no)];
    source.add(at(1, 2), 1).add(at(2, 3), 2);
    expect([a.take(), b.take()]).toEqual([[at(1, 2)], [at(2, 3)]]);
    for (const { snapshot } of [a, b]) expect(snapshot().map(({ operator }) => operator)).toEqual(['split', 'testStream']);
  });

  it('is shared by those who listen: begins with the first and ends with the last', () => {
    const source = new Subject<Item>();
    let subscribed = 0;
    const cold = new Observable<Item>(subscriber => {
      subscribed++;
      return source.subscribe(subscriber);
    });
    const [yes, no] = split(timed(cold), even);
    const first = listen(yes);
    source.next(at(1, 1));
    const second = listen(no);
    const panes = listen(no.pipe(windowBy(tumbling(10), { aggregate: count() }), brief));
    source.next(at(2, 1));
    source.next(at(12, 2));
    expect([first.values, second.values, panes.said, subscribed]).toEqual([[at(12, 2)], [at(2, 1)], ['0:1'], 1]);
    first.subscription.unsubscribe();
    panes.subscription.unsubscribe();
    expect(source.observed).toBe(true);
    second.subscription.unsubscribe();
    expect(source.observed).toBe(false);
    listen(yes);
    expect([source.observed, subscribed]).toEqual([true, 2]);
  });

  it('tells who comes late how far time is', () => {
    const source = new Subject<Item>();
    const [yes, no] = split(timed(source), even);
    listen(yes);
    source.next(at(50, 2));
    const panes = listen(no.pipe(windowBy(tumbling(10), { aggregate: count() }), brief));
    source.next(at(8, 1)); // late
    source.next(at(52, 1));
    source.complete();
    expect(panes.said).toEqual(['50:1', 'done']);
  });

  it('lets go of what goes to a branch without listeners, and begins anew after its end', () => {
    const [yes, no] = split(timed([at(1, 1), at(2, 2)]), even);
    expect([listen(yes).said, listen(no).said, listen(no).said]).toEqual([
      [at(2, 2), 'done'],
      [at(1, 1), 'done'],
      [at(1, 1), 'done'],
    ]);
    // RxJS joins them one after the other, each with a source of its own.
    expect(listen(merge(yes, no)).said).toEqual([at(2, 2), at(1, 1), 'done']);
  });

  it('takes, and starts again, by branch', () => {
    const source = new Subject<Item>();
    const [yes, no] = split(timed(source), even);
    const [one, other] = [listen(yes.pipe(take(1))), listen(no)];
    source.next(at(1, 2));
    source.next(at(2, 2));
    source.next(at(3, 1));
    expect([one.said, other.said, source.observed]).toEqual([[at(1, 2), 'done'], [at(3, 1)], true]);
    let times = 0;
    const failing = timed([at(1, 2)]).pipe(
      map(item => {
        if (times++ === 0) throw new Error('boom');
        return item;
      }),
    );
    expect(listen(split(failing, even)[0].pipe(retry(1))).said).toEqual([at(1, 2), 'done']);
  });

  it('fails all branches when a predicate throws, or the stream fails', () => {
    const source = new Subject<Item>();
    const [yes, no] = split(timed(source), item => {
      if (item.v === 7) throw new Error('seven');
      return even(item);
    });
    const heard = [listen(yes), listen(no)];
    source.next(at(1, 7));
    expect(heard.map(({ said }) => said)).toEqual([['Error: seven'], ['Error: seven']]);
    expect(source.observed).toBe(false);
    const again = [listen(yes), listen(no)];
    source.error(new Error('boom'));
    expect(again.map(({ said }) => said)).toEqual([['Error: boom'], ['Error: boom']]);
  });

  it('withdraws from the branch that it was said to', () => {
    const source = testStream<Item>();
    const panes = source.pipe(
      windowBy<Item, number>(tumbling(10), { aggregate: sum(item => item.v), accumulation: 'retracting', allowedLateness: 9 }),
    );
    const { much, rest } = split(panes, { much: pane => pane.value > 5 });
    expect([much.retracts, rest.retracts]).toEqual([true, true]);
    const both = record(union(much, rest).pipe(windowBy(tumbling(100), { aggregate: sum(pane => pane.value), allowedLateness: 9 }), brief));
    source.add(at(1, 3), 1).advanceWatermarkTo(10).add(at(2, 4), 2).advanceWatermarkTo(100);
    expect(both.take()).toEqual(['0:7']);
  });

  it('refuses what it cannot use', () => {
    expect(refusal(() => split(NEVER as never, even))).toBe(
      'BAD_OPTION: split: its first argument must be a stream with event time, but came as an Observable. Use eventTime().',
    );
    const stream = timed([]);
    expect(refusal(() => split(stream, {}))).toBe(
      'BAD_OPTION: split: its second argument must be a predicate, or several by name, but came as {}.',
    );
    expect(refusal(() => split(stream, undefined as never))).toMatch(/^BAD_OPTION: split: its second argument must be/);
    expect(refusal(() => split(stream, { a: 1 as never }))).toBe('BAD_OPTION: split: a must be a function, but came as 1.');
    expect(refusal(() => split(stream, { rest: even }))).toBe('BAD_OPTION: split: a branch must have a name of its own, not "rest".');
    expect(refusal(() => split(stream, { b: even, 1: even }))).toBe('BAD_OPTION: split: a branch must have a name of its own, not "1".');
  });
});
