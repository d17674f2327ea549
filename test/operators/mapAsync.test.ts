import fc from 'fast-check';
import { asyncScheduler, delay, from, map, NEVER, Observable, of, retry, Subject, share, take, timer } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { describe, expect, it } from 'vitest';
import { collect } from '../../src/aggregates/collect.js';
import { count } from '../../src/aggregates/count.js';
import { dropCounts } from '../../src/engine/drops.js';
import type { Pane } from '../../src/engine/pane.js';
import { type MapAsyncOptions, mapAsync } from '../../src/operators/mapAsync.js';
import { windowBy } from '../../src/operators/windowBy.js';
import type { EventStream } from '../../src/stream/eventStream.js';
import { record } from '../../src/testing/record.js';
import { settled } from '../../src/testing/settled.js';
import { type TestStream, testStream } from '../../src/testing/testStream.js';
import type { Clock } from '../../src/time/clock.js';
import { session } from '../../src/windows/session.js';
import { sliding } from '../../src/windows/sliding.js';
import { tumbling } from '../../src/windows/tumbling.js';
import { at, brief, type Item, listen, timed } from '../streams.js';
import { refusal } from '../support.js';
import { Desk } from './desk.js';

const one = { concurrency: 1 };
const slow = (item: Item) => of(item.v * 10).pipe(delay(1));

describe('mapAsync', () => {
  it('gives results the time of their elements, so that windows of them are those of the elements', async () => {
    const heard = listen(
      timed([at(1), at(12), at(5), at(25)], { watermark: { name: 'behind', bound: 10, create: () => null as never } }).pipe(
        mapAsync(async item => item.v, { concurrency: 2 }),
        windowBy(tumbling(10), { aggregate: count() }),
        brief,
      ),
    );
    expect(heard.said).toEqual([]);
    await settled();
    expect(heard.said).toEqual(['0:2', '10:1', '20:1', 'done']);
  });

  it('is in order unless told otherwise', async () => {
    const order = async (options: Partial<MapAsyncOptions<string>>) => {
      const desk = new Desk(true);
      const source = testStream<string>();
      const out = record(
        source.pipe(mapAsync((value: string) => desk.call(value, new AbortController().signal), { concurrency: 2, ...options })),
      );
      source.add('a', 1).advanceWatermarkTo(2).add('b', 3).advanceWatermarkTo(4).complete();
      desk.answer('b', 'B');
      await settled();
      desk.answer('a', 'A');
      await settled();
      return [out.take(), out.takeWatermarks(), out.completed];
    };
    expect(await order({})).toEqual([['A', 'B'], [2, 4], true]);
    expect(await order({ ordered: false })).toEqual([['B', 'A'], [4], true]);
  });

  it('takes no time for a function that answers by a plain value', () => {
    expect(listen(timed([at(1, 5), at(2, 6)]).pipe(mapAsync(item => item.v * 2, one))).said).toEqual([10, 12, 'done']);
  });

  it('runs on the clock of its stream', () => {
    const source = testStream<string>();
    const out = record(source.pipe(mapAsync(() => NEVER, { ...one, timeout: '5s', onTimeout: (value, time) => `${value}@${time}` })));
    source.add('a', 7).advanceProcessingTime('4s');
    expect(out.take()).toEqual([]);
    source.advanceProcessingTime('1s');
    expect(out.take()).toEqual(['a@7']);
  });

  it('runs in marble tests', () => {
    new TestScheduler((actual, expected) => expect(actual).toEqual(expected)).run(({ cold, expectObservable }) => {
      const source = cold('ab---c|', { a: at(1, 3), b: at(2, 1), c: at(3, 9) });
      const fn = (item: Item) => timer(item.v).pipe(map(() => item.v));
      expectObservable(timed(source).pipe(mapAsync(fn, { concurrency: 2, timeout: 5, onTimeout: () => 0 }))).toBe('---(ab)---(c|)', {
        a: 3,
        b: 1,
        c: 0,
      });
    });
  });

  it('pauses between attempts as long as it is told', () => {
    const calls = (delayed: Partial<MapAsyncOptions<string>['retry'] & object>): number[] => {
      const source = testStream<string>();
      const times: number[] = [];
      const fn = () => {
        times.push(source.clock.now());
        throw new Error('no');
      };
      record(source.pipe(mapAsync(fn, { ...one, onError: () => 'gave up', retry: { count: 3, ...delayed } })));
      source.add('a', 1);
      for (let now = 0; now < 1000; now++) source.advanceProcessingTimeTo(now);
      return times;
    };
    expect(calls({})).toEqual([0, 0, 0, 0]);
    expect(calls({ delay: 10 })).toEqual([0, 10, 20, 30]);
    expect(calls({ delay: 10, factor: 2 })).toEqual([0, 10, 30, 70]);
    expect(calls({ delay: 10, factor: 2, maxDelay: 15 })).toEqual([0, 10, 25, 40]);
    expect(calls({ delay: nth => (nth === 1 ? '0.1s' : 1) })).toEqual([0, 100, 101, 102]);
    expect(calls({ delay: (_nth, error) => String(error).length, maxDelay: 8 })).toEqual([0, 8, 16, 24]);
    expect(calls({ delay: 10, count: 1 })).toEqual([0, 10]);
    expect(calls({ when: error => !(error instanceof Error) })).toEqual([0]);
  });

  it('fails when a pause is no duration', () => {
    const failing = mapAsync(() => Promise.reject('no'), { ...one, retry: { count: 1, delay: () => -1 } });
    const out = record(timed([at(1)]).pipe(failing));
    return settled().then(() => expect(String(out.error)).toMatch(/mapAsync: retry.delay must be zero or longer/));
  });
});

describe('around mapAsync', () => {
  it('take ends it and aborts what is in flight', () => {
    const desk = new Desk();
    const source = new Subject<Item>();
    const heard = listen(timed(source).pipe(mapAsync(desk.call, { concurrency: 2 }), take(1)));
    const [a, b] = [at(1), at(2)];
    source.next(a);
    source.next(b);
    desk.answer(a, 'A');
    expect([heard.said, desk.aborted, source.observed]).toEqual([['A', 'done'], [b], false]);
  });

  it('share lets two listen to the same calls; without it each has its own', () => {
    const desk = new Desk();
    const source = new Subject<Item>();
    const stream = timed(source).pipe(mapAsync(desk.call, one));
    const shared = stream.pipe(share());
    const heard = [listen(shared), listen(shared)];
    const a = at(1);
    source.next(a);
    expect(desk.called).toHaveLength(1);
    desk.answer(a, 'A');
    expect(heard.map(({ said }) => said)).toEqual([['A'], ['A']]);
    listen(stream);
    listen(stream);
    source.next(at(2));
    expect(desk.called).toHaveLength(4);
  });

  it('retry begins anew', () => {
    let fails = 1;
    const fn = (item: Item) => {
      if (item.v === 2 && fails-- > 0) throw new Error('no');
      return item.v;
    };
    expect(listen(timed([at(1, 1), at(2, 2)]).pipe(mapAsync(fn, one), retry(1))).said).toEqual([1, 1, 2, 'done']);
  });

  it('two in a row keep time as one does', () => {
    const source = testStream<string>();
    const [first, second] = [new Desk(), new Desk()];
    const out = record(source.pipe(mapAsync(first.call, one), mapAsync(second.call, { ...one, ordered: false })));
    source.add('a', 1).advanceWatermarkTo(5);
    first.answer('a', 'A');
    expect(out.takeWatermarks()).toEqual([]);
    second.answer('A', 'AA');
    expect([out.take(), out.takeWatermarks()]).toEqual([['AA'], [5]]);
  });

  it('endless sources are let go of when it fails', () => {
    const source = new Subject<Item>();
    const heard = listen(timed(source).pipe(mapAsync(() => Promise.reject('boom'), one)));
    source.next(at(1));
    return settled().then(() => expect([heard.said, source.observed]).toEqual([['boom'], false]));
  });

  it('leaves no timer behind', () => {
    const timers: { closed: boolean }[] = [];
    const clock: Clock = {
      now: () => 0,
      at(_time, task) {
        const action = asyncScheduler.schedule(task, 1e6);
        timers.push(action);
        return action;
      },
    };
    const stream = timed(from([at(1, 1), at(2, 2)]), { clock }).pipe(mapAsync(item => (item.v === 1 ? 1 : NEVER), { ...one, timeout: 5 }));
    listen(stream).subscription.unsubscribe();
    expect(timers.map(({ closed }) => closed)).toEqual([true, true]);
  });
});

describe('mapAsync refuses', () => {
  const of = (options: unknown, fn: unknown = slow): string => refusal(() => mapAsync(fn as typeof slow, options as never));

  it('what is no function, no options, or an option that does not exist', () => {
    expect(of(one, 5)).toBe('BAD_OPTION: mapAsync: its first argument must be a function, but came as 5.');
    expect(of(undefined)).toMatch(/^BAD_OPTION: mapAsync: options must be an object with concurrency, ordered, /);
    expect(of({ ...one, parallel: 2 })).toMatch(/^BAD_OPTION: mapAsync: there is no option "parallel"\. There are: concurrency, /);
    expect(of({ ...one, retry: { count: 1, times: 2 } })).toMatch(/^BAD_OPTION: mapAsync: retry: there is no option "times"/);
    expect(of({ ...one, retry: 3 })).toMatch(/^BAD_OPTION: mapAsync: retry: options must be an object with count, /);
  });

  it('options out of range, by name', () => {
    const bad: [object, string][] = [
      [{ concurrency: 0 }, 'concurrency must be a whole number of at least 1, or Infinity, but came as 0.'],
      [{}, 'concurrency must be a whole number of at least 1, or Infinity, but came as undefined.'],
      [{ ...one, ordered: 'no' }, 'ordered must be true or false, but came as "no".'],
      [{ concurrency: 8, capacity: 5 }, 'capacity must be a whole number of at least the concurrency, 8, but came as 5.'],
      [{ ...one, capacity: 5, overflow: 'drop' }, "overflow must be 'error' or 'drop-oldest', but came as \"drop\"."],
      [{ ...one, overflow: 'error' }, 'capacity must be given with overflow, but came as undefined.'],
      [{ ...one, onTimeout: () => 1 }, 'timeout must be given with onTimeout, but came as undefined.'],
      [{ ...one, timeout: 5, onTimeout: 1 }, 'onTimeout must be a function, but came as 1.'],
      [{ ...one, capacity: 5, drops: dropCounts() }, "overflow: 'drop-oldest' must be given with drops, but came as undefined."],
      [{ ...one, capacity: 5, overflow: 'drop-oldest', drops: {} }, 'drops must be made by dropCounts(), but came as {}.'],
      [{ ...one, late: { next: () => {} } }, "overflow: 'drop-oldest' must be given with late, but came as undefined."],
      [{ ...one, retry: { count: 1, factor: 2 } }, 'retry: delay must be given with factor, but came as undefined.'],
      [{ ...one, retry: { count: 1, maxDelay: 2 } }, 'retry: delay must be given with maxDelay, but came as undefined.'],
      [{ ...one, timeout: 0 }, 'timeout must be longer than zero and finite, but came as 0.'],
      [{ ...one, onError: 1 }, 'onError must be a function, but came as 1.'],
      [
        { ...one, capacity: 5, overflow: 'drop-oldest', late: 1 },
        'late must be an observer, such as { next: record => ... }, but came as 1.',
      ],
      [{ ...one, retry: { count: -1 } }, 'retry.count must be a whole number, zero or more, but came as -1.'],
      [{ ...one, retry: { count: 1, factor: 0.5 } }, 'retry.factor must be a finite number of at least 1, but came as 0.5.'],
      [
        { ...one, retry: { count: 1, factor: 2, delay: () => 1 } },
        'retry.factor must be left out when delay is a function, but came as 2.',
      ],
      [{ ...one, retry: { count: 1, delay: -1 } }, 'retry.delay must be zero or longer, but came as -1.'],
      [{ ...one, retry: { count: 1, delay: 1, maxDelay: 0 } }, 'retry.maxDelay must be longer than zero and finite, but came as 0.'],
      [{ ...one, retry: { count: 1, when: true } }, 'retry.when must be a function, but came as true.'],
    ];
    expect(bad.map(([options]) => of(options))).toEqual(bad.map(([, sentence]) => `BAD_OPTION: mapAsync: ${sentence}`));
    expect(of({ ...one, timeout: '5 sec' })).toMatch(/^BAD_DURATION: mapAsync: timeout must be /);
    expect(of({ concurrency: 0, name: 'users' })).toMatch(/^BAD_OPTION: mapAsync "users": concurrency/);
  });

  it('windows upstream that retract', () => {
    const panes = windowBy<Item, number>(tumbling(10), { aggregate: count(), accumulation: 'retracting' });
    expect(
      refusal(() =>
        timed([]).pipe(
          panes,
          mapAsync(async pane => pane.value, one),
        ),
      ),
    ).toBe(
      'RETRACTION_UNSUPPORTED: mapAsync: a value is withdrawn, but a second call for it may give another result than the first. Put mapAsync before the windows that retract, or let them accumulate.',
    );
  });
});

interface Job {
  readonly id: number;
  readonly key: string;
  /** Clock time that an attempt takes; 0: none at all. */
  readonly takes: number;
  /** Attempts that fail. */
  readonly fails: number;
  readonly promise: boolean;
}

/** Does a job on a clock. */
function worker(clock: Clock): (job: Job) => string | Promise<string> | Observable<string> {
  const failed = new Map<number, number>();
  const result = (job: Job): string => {
    const failures = failed.get(job.id) ?? 0;
    failed.set(job.id, failures + 1);
    if (failures % (job.fails + 1) < job.fails) throw new Error('again');
    return `${job.key}${job.id}`;
  };
  return job => {
    if (job.takes === 0) return result(job);
    const answer = new Observable<string>(subscriber =>
      clock.at(clock.now() + job.takes, () => {
        try {
          subscriber.next(result(job));
        } catch (error) {
          subscriber.error(error);
        }
      }),
    );
    return job.promise ? new Promise((next, error) => answer.subscribe({ next, error })) : answer;
  };
}

type Step = { job: Omit<Job, 'id'>; at: number } | { to: number } | { wait: number } | 'idle' | 'restart';
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      job: fc.record({ key: fc.constantFrom('a', 'b'), takes: fc.nat(30), fails: fc.constantFrom(0, 0, 0, 1, 3), promise: fc.boolean() }),
      at: fc.integer({ min: 0, max: 60 }),
    }),
  },
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 80 }).map(to => ({ to })) },
  { weight: 5, arbitrary: fc.integer({ min: 1, max: 20 }).map(wait => ({ wait })) },
  { weight: 1, arbitrary: fc.constantFrom('idle' as const, 'restart' as const) },
);

interface Play {
  readonly concurrency: number;
  readonly ordered: boolean;
  readonly timeout: number | undefined;
  readonly steps: readonly Step[];
}
const play = (ordered: boolean): fc.Arbitrary<Play> =>
  fc.record({
    concurrency: fc.constantFrom(1, 2, 5, Infinity),
    ordered: fc.constant(ordered),
    timeout: fc.constantFrom(undefined, 15),
    steps: fc.array(step, { maxLength: 40 }),
  });

/** Plays the steps through the pipelines that `make` puts behind the results: behind mapAsync, with restarts, and behind the same map without waiting. */
async function both<R>({ concurrency, ordered, timeout, steps }: Play, make: (results: EventStream<string>) => EventStream<R>) {
  const asynchronous = testStream<Job>();
  const synchronous = testStream<Job>();
  const timeLimit = timeout === undefined ? {} : { timeout, onTimeout: (job: Job) => `${job.key}${job.id} too slow` };
  const results = asynchronous.pipe(
    mapAsync(worker(asynchronous.clock), { concurrency, ordered, retry: { count: 3, delay: 2 }, ...timeLimit }),
  );
  const expected = record(make(sync(synchronous, timeout)));
  let out = record(make(results));
  const said: R[] = [];
  let id = 0;
  for (const next of steps) {
    if (next === 'restart') {
      said.push(...out.take());
      const saved = out.snapshot();
      out.stop();
      out = record(make(results), { from: saved });
    } else {
      // With a timeout, nothing fails or is promised: what takes how long is then known beforehand.
      const exact = timeout === undefined ? {} : { fails: 0, promise: false };
      if (next !== 'idle' && 'job' in next) id++;
      for (const source of [asynchronous, synchronous]) {
        if (next === 'idle') source.idle();
        else if ('job' in next) source.add({ ...next.job, id, ...exact }, next.at);
        else if ('to' in next) source.advanceWatermarkTo(Math.max(next.to, source.watermark));
        else source.advanceProcessingTime(next.wait);
      }
    }
    await settled();
  }
  asynchronous.complete();
  synchronous.complete();
  for (let i = 0; i < 1000 && !out.completed; i++) {
    asynchronous.advanceProcessingTime(20);
    await settled();
  }
  expect([out.completed, expected.completed]).toEqual([true, true]);
  return { said: [...said, ...out.take()], expected: expected.take() };
}

function sync(source: TestStream<Job>, timeout = Infinity): EventStream<string> {
  return source.pipe(map(job => `${job.key}${job.id}${job.takes >= timeout ? ' too slow' : ''}`));
}

const shown = (pane: Pane<string, string[]>): string => `${pane.timing} ${pane.key}@${pane.window.start}-${pane.window.end}=${pane.value}`;

describe('whatever the delays, with timeouts, retries and restarts', () => {
  const runs = { numRuns: 120 };

  it('in order, the results are those of a map that takes no time, in its sequence', async () => {
    await fc.assert(
      fc.asyncProperty(play(true), async one => {
        const { said, expected } = await both<string>(one, results => results);
        expect(said).toEqual(expected);
      }),
      runs,
    );
  }, 60_000);

  it('without order, they are the same results', async () => {
    await fc.assert(
      fc.asyncProperty(play(false), async one => {
        const { said, expected } = await both<string>(one, results => results);
        expect(said.sort()).toEqual(expected.sort());
      }),
      runs,
    );
  }, 60_000);

  it.each([tumbling(10), sliding(20, 5), session(6)])(
    'in order, windows say the same panes: %o',
    async assigner => {
      await fc.assert(
        fc.asyncProperty(play(true), async one => {
          const { said, expected } = await both<Pane<string, string[]>>(one, results =>
            results.pipe(windowBy(assigner, { key: text => text.charAt(0), aggregate: collect(), allowedLateness: 8 })),
          );
          expect(said.map(shown)).toEqual(expected.map(shown));
        }),
        runs,
      );
    },
    60_000,
  );

  it.each([tumbling(10), sliding(20, 5)])(
    'without order, windows say the same panes, and the same is late: %o',
    async assigner => {
      await fc.assert(
        fc.asyncProperty(play(false), async one => {
          const drops: ReturnType<typeof dropCounts>[] = [];
          const { said, expected } = await both<Pane<string, number>>(one, results => {
            drops.push(dropCounts());
            return results.pipe(
              windowBy(assigner, { key: text => text.charAt(0), aggregate: count(), allowedLateness: 8, drops: drops[drops.length - 1]! }),
            );
          });
          const brief = (panes: readonly Pane<string, number>[]) =>
            panes.map(pane => `${pane.timing} ${pane.key}@${pane.window.start}=${pane.value}`).sort();
          expect(brief(said)).toEqual(brief(expected));
          expect(drops.at(-1)).toEqual(drops[0]);
        }),
        runs,
      );
    },
    60_000,
  );
});
