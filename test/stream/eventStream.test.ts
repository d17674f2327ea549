import {
  bufferCount,
  combineLatest,
  concat,
  debounceTime,
  defer,
  delay,
  filter,
  firstValueFrom,
  from,
  lastValueFrom,
  map,
  merge,
  mergeMap,
  type Observable,
  type OperatorFunction,
  of,
  pairwise,
  retry,
  Subject,
  Subscription,
  share,
  startWith,
  take,
  tap,
  throwError,
  toArray,
} from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { describe, expect, it } from 'vitest';
import { count } from '../../src/aggregates/count.js';
import { sum } from '../../src/aggregates/sum.js';
import { union } from '../../src/operators/union.js';
import { windowBy } from '../../src/operators/windowBy.js';
import { EventStream, eventOperator } from '../../src/stream/eventStream.js';
import type { EventSink, JobContext } from '../../src/stream/sink.js';
import { plainContext } from '../../src/stream/systemClock.js';
import { manualClock } from '../../src/testing/manualClock.js';
import { arrivalTime } from '../../src/time/arrivalTime.js';
import { afterWatermark } from '../../src/triggers/afterWatermark.js';
import { every } from '../../src/triggers/every.js';
import { tumbling } from '../../src/windows/tumbling.js';
import { at, brief, type Item, listen, timed } from '../streams.js';
import { refusal } from '../support.js';

const counts = windowBy<Item, number>(tumbling(10), { aggregate: count() });
const anyCounts = windowBy<unknown, number>(tumbling(10), { aggregate: count() });

describe('a pipe of stock operators and ours', () => {
  it('shares what share() shares within a job, and not with another one that runs over the same graph', () => {
    const sources: EventSink<number>[] = [];
    class Source extends EventStream<number> {
      override connect(sink: EventSink<number>): Subscription {
        sources.push(sink);
        return new Subscription();
      }
    }
    const shared = new Source('source', []).pipe(share()) as EventStream<number>;
    const heard: string[] = [];
    const listenIn = (job: JobContext | undefined, name: string) => {
      const sink = {
        closed: false,
        next: (value: number) => void heard.push(`${name}${value}`),
        watermark() {},
        idle() {},
        error() {},
        complete() {},
      };
      shared.connect(sink, { ...plainContext, job });
    };
    const [one, two] = [{}, {}] as JobContext[];
    listenIn(one, 'a');
    listenIn(one, 'b');
    listenIn(two, 'c');
    listenIn(undefined, 'd');
    listenIn(undefined, 'e');
    expect(sources.length).toBe(3);
    for (const [i, source] of sources.entries()) source.next(i, 0, 1);
    expect(heard).toEqual(['a0', 'b0', 'c1', 'd2', 'e2']);
  });

  it('shows stock operators plain values, and flushes on complete', () => {
    const stream = timed([at(1), at(5), at(12), at(31)]).pipe(
      filter(item => item.v > 0),
      map(item => item.v * 10),
      windowBy(tumbling(10), { aggregate: sum(v => v) }),
      map(pane => ({ n: pane.value })),
      windowBy(tumbling(20), { aggregate: sum(item => item.n) }),
      brief,
    );
    expect(listen(stream).said).toEqual(['0:30', '20:10', 'done']);
  });

  it('passes an error on at once, and fires nothing', () => {
    const stream = timed(
      concat(
        of(at(1)),
        throwError(() => new Error('boom')),
      ),
    ).pipe(
      map(item => item),
      counts,
    );
    expect(listen(stream).said).toEqual(['Error: boom']);
  });

  it('fires nothing when unsubscribed, and tears down', () => {
    const source = new Subject<Item>();
    const heard = listen(
      timed(source).pipe(
        map(item => item),
        counts,
      ),
    );
    source.next(at(1));
    expect(source.observed).toBe(true);
    heard.subscription.unsubscribe();
    expect(source.observed).toBe(false);
    expect(heard.said).toEqual([]);
  });

  it('flushes what take(n) has let through, since that completes', () => {
    const source = new Subject<Item>();
    const heard = listen(timed(source).pipe(take(2), counts, brief));
    source.next(at(1));
    expect(heard.said).toEqual([]);
    source.next(at(2));
    expect(heard.said).toEqual(['0:2', 'done']);
    expect(source.observed).toBe(false);
  });

  it('stamps what a stock operator releases by the element that released it, on complete by the latest', () => {
    const pairs = timed([at(1), at(2), at(11), at(12), at(3), at(4), at(21)]).pipe(
      bufferCount(2),
      windowBy(tumbling(10), { aggregate: count() }),
      brief,
    );
    expect(listen(pairs).said).toEqual(['0:1', '10:1', '20:1', 'done']);
    const differences = timed([at(1), at(9), at(15)]).pipe(pairwise(), anyCounts, brief);
    expect(listen(differences).said).toEqual(['0:1', '10:1', 'done']);
  });

  it('multicasts values and time by share(): one execution, two windowings', () => {
    let runs = 0;
    const source = new Subject<Item>();
    const shared = timed(source).pipe(
      tap(() => runs++),
      share(),
    );
    const narrow = listen(shared.pipe(counts, brief));
    const wide = listen(shared.pipe(windowBy(tumbling(20), { aggregate: count() }), brief));
    for (const item of [at(1), at(2), at(21)]) source.next(item);
    expect([runs, narrow.said, wide.said]).toEqual([3, ['0:2'], ['0:2']]);
    wide.subscription.unsubscribe();
    source.next(at(45));
    expect([narrow.said, wide.said]).toEqual([['0:2', '20:1'], ['0:2']]);
    narrow.subscription.unsubscribe();
    expect(source.observed).toBe(false);
  });

  it('joins the branches of a shared stream by union', () => {
    const source = new Subject<Item>();
    const shared = timed(source).pipe(share());
    const joined = union(shared.pipe(filter(item => item.v === 1)), shared.pipe(filter(item => item.v > 1)));
    const heard = listen(joined.pipe(windowBy(tumbling(10), { aggregate: sum(item => item.v) }), brief));
    for (const item of [at(1), at(2, 5), at(11, 7), at(12)]) source.next(item);
    expect(heard.said).toEqual(['0:6']);
    source.complete();
    expect(heard.said).toEqual(['0:6', '10:8', 'done']);
  });

  it('resubscribes by retry(), at once', () => {
    let tries = 0;
    const flaky = defer(() =>
      ++tries < 3
        ? concat(
            of(at(1)),
            throwError(() => new Error('flaky')),
          )
        : of(at(1), at(12)),
    );
    expect(listen(timed(flaky).pipe(retry(5), counts, brief)).said).toEqual(['0:3', '10:1', 'done']);
    expect(tries).toBe(3);
  });

  it('resubscribes by retry() with a delay, also with another subscriber between', () => {
    const again = new Subject<void>();
    const subjects: Subject<Item>[] = [];
    const source = defer(() => {
      const subject = new Subject<Item>();
      subjects.push(subject);
      return subject;
    });
    const stream = timed(source).pipe(retry({ delay: () => again }), counts, brief);
    const first = listen(stream);
    subjects[0]?.next(at(1));
    subjects[0]?.error(new Error('flaky'));
    const second = listen(stream);
    again.next();
    for (const item of [at(2), at(11)]) subjects[2]?.next(item);
    expect([first.said, second.said]).toEqual([['0:2'], []]);
    for (const item of [at(2), at(11)]) subjects[1]?.next(item);
    expect([first.said, second.said]).toEqual([['0:2'], ['0:1']]);
  });

  it('is cold: two subscriptions, two executions', () => {
    let runs = 0;
    const cold = timed([at(1), at(12)]).pipe(
      tap(() => runs++),
      counts,
      brief,
    );
    expect([listen(cold).said, listen(cold).said]).toEqual([
      ['0:1', '10:1', 'done'],
      ['0:1', '10:1', 'done'],
    ]);
    expect(runs).toBe(4);
  });

  it('takes twelve steps and more, and none', () => {
    const one = map((n: number) => n + 1);
    const numbers = timed([at(0)]).pipe(map(item => item.t));
    expect(listen(numbers.pipe(one, one, one, one, one, one, one, one, one, one, one, one)).said).toEqual([12, 'done']);
    expect(numbers.pipe()).toBe(numbers);
  });

  it('lifts a run of stock operators at once', () => {
    const stream = timed([at(0)]).pipe(
      map(item => item.t),
      filter(() => true),
      counts as never,
      map(x => x),
    );
    expect([stream.kind, stream.inputs[0]?.kind, stream.inputs[0]?.inputs[0]?.kind]).toEqual([
      'rxjs(1)',
      'windowBy(tumbling(10))',
      'rxjs(2)',
    ]);
  });
});

describe('asynchronous stock operators', () => {
  const lost =
    'EVENT_TIME_LOST: windowBy(tumbling(10)): a value came without event time: an RxJS operator before it emits by itself (delay, mergeMap, ...). Move that before eventTime(), or behind the last of ours; for requests use mapAsync(). Value:';

  it.each<[string, OperatorFunction<Item, Item>]>([
    ['delay', delay<Item>(2)],
    ['debounceTime', debounceTime<Item>(2)],
    ['mergeMap over a timer', mergeMap((item: Item) => of(item).pipe(delay(1)))],
    ['startWith', startWith(at(0))],
  ])('%s before a window is reported by the window', (_name, operator) => {
    new TestScheduler((actual, expected) => expect(actual).toEqual(expected)).run(({ cold, flush }) => {
      const source = cold<Item>('a---|', { a: at(1) });
      const heard = listen(timed(source).pipe(operator, counts));
      flush();
      expect(heard.said).toEqual([expect.stringContaining(lost)]);
      expect(String(heard.said[0])).toMatch(/Value: \{"t":[01],"v":1\}\.$/);
    });
  });

  it('are fine behind the last event-time operator', () => {
    new TestScheduler((actual, expected) => expect(actual).toEqual(expected)).run(({ cold, expectObservable }) => {
      const source = cold('ab|', { a: at(1), b: at(12) });
      expectObservable(timed(source).pipe(counts, delay(3), brief, startWith('first'))).toBe('f---p(q|)', {
        f: 'first',
        p: '0:1',
        q: '10:1',
      });
    });
  });
});

describe('an EventStream where an Observable goes', () => {
  const stream = timed([at(1), at(2)]);

  it('is one of its values', async () => {
    expect(stream).toBeInstanceOf(EventStream);
    expect(await firstValueFrom(stream)).toEqual(at(1));
    expect(await lastValueFrom(stream)).toEqual(at(2));
    expect(await firstValueFrom(from(stream).pipe(toArray()))).toEqual([at(1), at(2)]);
    expect(
      await firstValueFrom(
        of(1).pipe(
          mergeMap(() => stream),
          toArray(),
        ),
      ),
    ).toEqual([at(1), at(2)]);
    expect(await firstValueFrom(combineLatest([stream, of('x')]))).toEqual([at(2), 'x']);
    expect(await firstValueFrom(merge(stream, stream).pipe(toArray()))).toHaveLength(4);
    expect(await firstValueFrom(map((item: Item) => item.t)(stream))).toBe(1);
  });

  it('is the source of another, which stamps anew', () => {
    const inner = timed([at(1), at(12)]).pipe(
      counts,
      map(pane => at(pane.window.start + 100, pane.value)),
    );
    expect(listen(timed(inner).pipe(counts, brief)).said).toEqual(['100:1', '110:1', 'done']);
  });
});

describe('virtual time of TestScheduler.run', () => {
  const scheduled = (act: Parameters<TestScheduler['run']>[0]): void => {
    new TestScheduler((actual, expected) => expect(actual).toEqual(expected)).run(act);
  };

  it('drives idleAfter', () => {
    scheduled(({ hot, expectObservable }) => {
      const a = hot('a--b--------c-|', { a: at(1), b: at(25), c: at(26) });
      const b = hot('-x------------|', { x: at(2) });
      // b is at 2, so [0,10) waits although a is at 25; b falls idle 5 ms after x, at frame 6.
      expectObservable(union(timed(a), timed(b, { idleAfter: 5 })).pipe(counts, brief)).toBe('------p-------(q|)', { p: '0:2', q: '20:2' });
    });
  });

  it('comes to an end although a stream never does', () => {
    scheduled(({ hot, expectObservable }) => {
      expectObservable(timed(hot('a', { a: at(1) }), { idleAfter: 5 }).pipe(counts)).toBe('');
    });
  });

  it('drives every()', () => {
    scheduled(({ hot, expectObservable }) => {
      const source = hot('-a--------------b-|', { a: at(1), b: at(2) });
      const early = windowBy<Item, number>(tumbling(100), { aggregate: count(), trigger: afterWatermark({ early: every(5) }) });
      expectObservable(timed(source).pipe(early, brief)).toBe('-----p------------(q|)', { p: '0:1', q: '0:2' });
    });
  });

  it('drives arrivalTime()', () => {
    scheduled(({ hot, expectObservable }) => {
      const source: Observable<string> = hot('-a--b------c--------');
      const stream = timed(source as never, { watermark: arrivalTime({ every: 5 }), timestamp: undefined } as never).pipe(anyCounts, brief);
      expectObservable(stream, '^-------------------------!').toBe('----------p---------q', { p: '0:2', q: '10:1' });
    });
  });
});

describe('streams and their clocks', () => {
  it('run on the clock that a source brings along', () => {
    const clock = manualClock(0);
    const source = new Subject<Item>();
    const early = windowBy<Item, number>(tumbling(100), { aggregate: count(), trigger: afterWatermark({ early: every(5) }) });
    const stream = union(timed([]), timed(source, { clock }).pipe(map(item => item))).pipe(early, brief);
    expect(stream.clock).toBe(clock);
    const heard = listen(stream);
    source.next(at(1));
    clock.advanceTo(5);
    expect(heard.said).toEqual(['0:1']);
  });

  it('know whether they may withdraw values', () => {
    const retracting = windowBy<Item, number>(tumbling(10), { aggregate: count(), accumulation: 'retracting' });
    expect(timed([]).pipe(map(x => x)).retracts).toBe(false);
    expect(
      timed([]).pipe(
        retracting,
        map(x => x),
      ).retracts,
    ).toBe(true);
    expect(union(timed([]).pipe(counts), timed([]).pipe(retracting)).retracts).toBe(true);
    expect(timed([]).pipe(retracting, anyCounts).retracts).toBe(false);
  });
});

describe('eventOperator', () => {
  it('is not lifted, but given the stream itself', () => {
    let given: unknown;
    const stream = timed([]);
    const operator = eventOperator<Item, Item>('own', source => {
      given = source;
      return source;
    });
    expect(stream.pipe(operator)).toBe(stream);
    expect(given).toBe(stream);
  });

  it('refuses a plain Observable', () => {
    const sentence =
      'EVENT_TIME_LOST: windowBy(tumbling(10)): its source must be a stream with event time, but came as an Observable. Start with eventTime(); join streams by union(); instead of groupBy() give windowBy a key.';
    expect(refusal(() => of(at(1)).pipe(counts as never))).toBe(sentence);
    expect(refusal(() => timed([]).pipe(source => merge(source, source.pipe(counts as never))))).toBe(sentence);
  });
});
