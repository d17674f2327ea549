import { ReadableStream } from 'node:stream/web';
import fc from 'fast-check';
import { concat, defer, EMPTY, from, NEVER, type ObservableInput, of, range, Subject, take, throwError } from 'rxjs';
import { describe, expect, it, vi } from 'vitest';
import { count } from '../../src/aggregates/count.js';
import { dropCounts } from '../../src/engine/drops.js';
import type { LateRecord } from '../../src/engine/pane.js';
import { eventTime } from '../../src/operators/eventTime.js';
import { windowBy } from '../../src/operators/windowBy.js';
import { manualClock } from '../../src/testing/manualClock.js';
import { boundedOutOfOrderness } from '../../src/time/boundedOutOfOrderness.js';
import { session } from '../../src/windows/session.js';
import { tumbling } from '../../src/windows/tumbling.js';
import { at, type Item, listen, timed } from '../streams.js';

const items = [at(1), at(2), at(12)];

function* generated(): Generator<Item> {
  yield* items;
}

async function* awaited(): AsyncGenerator<Item> {
  yield* items;
}

describe('sources', () => {
  it.each<[string, () => ObservableInput<Item>]>([
    ['an array', () => items],
    ['an Observable', () => from(items)],
    ['an iterable', () => new Set(items)],
    ['a generator', generated],
    ['an array-like', () => ({ length: 3, 0: items[0], 1: items[1], 2: items[2] }) as ArrayLike<Item>],
    ['another stream', () => timed(items)],
  ])('%s enters at once', (_name, source) => {
    expect(listen(timed(source())).said).toEqual([...items, 'done']);
  });

  it.each<[string, () => ObservableInput<Item>]>([
    ['a Promise of one', () => Promise.resolve(items[0] as Item)],
    ['an AsyncIterable', awaited],
    ['a ReadableStream', () => ReadableStream.from(items) as never],
  ])('%s enters when it comes', async (_name, source) => {
    const { said } = listen(timed(source()));
    await vi.waitUntil(() => said.at(-1) === 'done');
    expect(said).toEqual(_name.startsWith('a Promise') ? [items[0], 'done'] : [...items, 'done']);
  });

  it.each<[string, () => ObservableInput<Item>]>([
    ['a Promise', () => Promise.reject(new Error('boom'))],
    [
      'an AsyncIterable',
      async function* () {
        yield at(1);
        throw new Error('boom');
      },
    ],
    [
      'a generator',
      function* () {
        yield at(1);
        throw new Error('boom');
      },
    ],
    [
      'an Observable',
      () =>
        concat(
          of(at(1)),
          throwError(() => new Error('boom')),
        ),
    ],
  ])('%s that fails fails the stream', async (_name, source) => {
    const { said } = listen(timed(defer(source)));
    await vi.waitUntil(() => said.at(-1) === 'Error: boom');
    expect(said.slice(0, -1)).toEqual(_name === 'a Promise' ? [] : [at(1)]);
  });

  it('may be empty', () => {
    for (const source of [[], EMPTY, new Set<Item>()]) {
      expect(listen(timed(source).pipe(windowBy(tumbling(10), { aggregate: count() }))).said).toEqual(['done']);
    }
  });

  it('may never say anything', () => {
    const heard = listen(timed(NEVER).pipe(windowBy(tumbling(10), { aggregate: count() })));
    expect(heard.said).toEqual([]);
    heard.subscription.unsubscribe();
  });

  it('may have no end, when nothing more is wanted of it', () => {
    let pulled = 0;
    const endless = {
      *[Symbol.iterator]() {
        for (;;) {
          if (++pulled > 1_000) throw new Error('ran away');
          yield at(pulled);
        }
      },
    };
    const windows = windowBy<Item, number>(tumbling(10), { aggregate: count() });
    expect(listen(timed(endless).pipe(take(2))).said).toEqual([at(1), at(2), 'done']);
    expect(pulled).toBe(2);
    expect(listen(timed(endless).pipe(windows, take(1))).values).toMatchObject([{ value: 7 }]);
    expect(pulled).toBe(10);
    const numbers = eventTime(range(0, Number.POSITIVE_INFINITY), { timestamp: n => n });
    expect(listen(numbers.pipe(take(3))).said).toEqual([0, 1, 2, 'done']);
    const failing = eventTime(range(0, Number.POSITIVE_INFINITY), { timestamp: n => n / 2 });
    expect(listen(failing).said).toEqual([0, expect.stringMatching(/^BAD_TIMESTAMP/)]);
    const batches = eventTime(endless as unknown as Iterable<Item[]>, { timestamp: item => item.t, batches: true });
    expect(listen(batches).said).toEqual([expect.stringMatching(/^BAD_OPTION/)]);
  });

  it.each([
    [5, '5'],
    [undefined, 'undefined'],
    [null, 'null'],
    [{ t: 1 }, '{"t":1}'],
  ])('%s is none', (source, shown) => {
    const sentence = `must be an Observable, array, AsyncIterable or the like, but came as ${shown}.`;
    expect(listen(timed(source as never)).said).toEqual([`BAD_OPTION: eventTime: the source ${sentence}`]);
    expect(listen(timed(source as never, { name: 'clicks' })).said).toEqual([`BAD_OPTION: eventTime "clicks": the source ${sentence}`]);
  });
});

describe('batches', () => {
  const batched = (source: ObservableInput<readonly Item[]>) => eventTime(source, { timestamp: item => item.t, batches: true });

  it('are arrays, from whatever is a source', async () => {
    const batches = [[at(1), at(2)], [], [at(12)]];
    expect(listen(batched(batches)).said).toEqual([...items, 'done']);
    expect(listen(batched(from(batches))).said).toEqual([...items, 'done']);
    const { said } = listen(batched(ReadableStream.from(batches) as never));
    await vi.waitUntil(() => said.at(-1) === 'done');
    expect(said).toEqual([...items, 'done']);
  });

  it('are refused when they are no arrays', () => {
    const sentence = 'BAD_OPTION: eventTime: with batches, each value must be an array, but came as {"t":2,"v":1}.';
    expect(listen(batched([[at(1)], at(2) as never, [at(3)]])).said).toEqual([at(1), sentence]);
    const source = new Subject<Item[]>();
    const { said } = listen(batched(source));
    source.next(at(2) as never);
    expect([said, source.observed]).toEqual([[sentence], false]);
  });

  it('change nothing in the results', () => {
    const item = fc.record({ t: fc.integer({ min: 0, max: 100 }), v: fc.nat(3) });
    const cuts = fc.array(fc.nat(12), { minLength: 1, maxLength: 8 });
    const assigners = fc.constantFrom(tumbling(10), session(5));
    fc.assert(
      fc.property(
        fc.array(item, { maxLength: 40 }),
        cuts,
        assigners,
        fc.nat(20),
        fc.nat(20),
        (items, sizes, assigner, bound, allowedLateness) => {
          const run = (source: ObservableInput<Item> | ObservableInput<Item[]>, batches: boolean): unknown => {
            const late: LateRecord<Item>[] = [];
            const drops = dropCounts();
            const stream = eventTime(source as ObservableInput<Item[]>, {
              timestamp: item => item.t,
              watermark: boundedOutOfOrderness(bound),
              maxFuture: 90,
              clock: manualClock(0),
              late: { next: record => late.push(record) },
              drops,
              batches: batches as true,
            });
            const windows = windowBy<Item, number, number>(assigner, {
              key: item => item.v,
              aggregate: count(),
              allowedLateness,
              late: { next: record => late.push(record) },
              drops,
            });
            const both = [listen(stream).said.length, listen(stream.pipe(windows)).said];
            return [both, late.map(({ value, reason, watermark, by }) => [value, reason, watermark, by]), drops];
          };
          const batches: Item[][] = [];
          for (let from = 0, i = 0; from < items.length; i++) {
            const size = sizes[i % sizes.length] as number;
            batches.push(items.slice(from, from + size));
            from += size || (sizes.every(size => size === 0) ? items.length : 0);
          }
          const expected = run(from(items), false);
          if (batches.flat().length === items.length) expect(run(batches, true)).toEqual(expected);
          expect(run(items, false)).toEqual(expected);
          expect(run([items], true)).toEqual(expected);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('are one call: what a subscriber feeds back comes behind them', () => {
    const source = new Subject<Item[]>();
    const order: number[] = [];
    batched(source).subscribe(item => {
      order.push(item.t);
      if (item.t < 10) source.next([at(item.t + 10), at(item.t + 20)]);
    });
    source.next([at(1), at(2)]);
    expect(order).toEqual([1, 2, 11, 21, 12, 22]);
  });
});
