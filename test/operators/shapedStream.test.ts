import fc from 'fast-check';
import { delay, from, map, type Observable, Subject, take } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { collect } from '../../src/aggregates/collect.js';
import { dedupe } from '../../src/operators/dedupe.js';
import { eventTime } from '../../src/operators/eventTime.js';
import { reorder } from '../../src/operators/reorder.js';
import { union } from '../../src/operators/union.js';
import { windowBy } from '../../src/operators/windowBy.js';
import type { EventOperator } from '../../src/stream/eventStream.js';
import { record } from '../../src/testing/record.js';
import { testStream } from '../../src/testing/testStream.js';
import { boundedOutOfOrderness } from '../../src/time/boundedOutOfOrderness.js';
import { tumbling } from '../../src/windows/tumbling.js';
import { at, type Item, listen, timed } from '../streams.js';

type Make = (log?: (said: unknown) => void) => EventOperator<Item, Item>;

const ignore = (): void => {};
const OPERATORS: readonly (readonly [string, Make])[] = [
  ['reorder()', (log = ignore) => reorder({ late: { next: ({ value }) => log(['late', value]) } })],
  ['reorder({ within })', (log = ignore) => reorder({ within: 4, late: { next: ({ value }) => log(['late', value]) } })],
  [
    'dedupe',
    (log = ignore) =>
      dedupe({
        id: item => item.v,
        within: 3,
        late: { next: ({ value }) => log(['late', value]) },
        duplicates: { next: value => log(['duplicate', value]) },
      }),
  ],
];

describe.each(OPERATORS)('%s in a stream', (name, make) => {
  const items = fc.array(fc.record({ t: fc.integer({ min: 0, max: 30 }), v: fc.integer({ min: 1, max: 4 }) }), {
    maxLength: 60,
    size: 'max',
  });

  it('says the same of an array at once as of its elements one by one, in the same order', () => {
    const run = (source: Item[], bound: number, batches: 'array' | 'singly', windowed: boolean): unknown[] => {
      const log: unknown[] = [];
      const values = batches === 'array' ? source : from(source).pipe(map(item => item));
      const shaped = timed(values, { watermark: boundedOutOfOrderness(bound) }).pipe(make(said => log.push(said)));
      const out: Observable<unknown> = windowed
        ? shaped.pipe(
            windowBy<Item, unknown>(tumbling(5), {
              aggregate: collect<Item>(),
              allowedLateness: 3,
              late: { next: r => log.push(['window', r]) },
            }),
          )
        : shaped;
      out.subscribe({ next: value => log.push(['out', value]), complete: () => log.push('done') });
      return log;
    };
    fc.assert(
      fc.property(items, fc.integer({ min: 0, max: 8 }), fc.boolean(), (source, bound, windowed) => {
        expect(run(source, bound, 'array', windowed)).toEqual(run(source, bound, 'singly', windowed));
      }),
      { numRuns: 500 },
    );
  });

  it('of more than a run at once is the same, too', () => {
    const many = Array.from({ length: 3_000 }, (_, i) => at(((i * 7) % 11) + i, i));
    const panes = (values: Item[] | ReturnType<typeof from<Item[]>>): unknown[] =>
      listen(
        timed(values, { watermark: boundedOutOfOrderness(20) }).pipe(
          make(),
          windowBy<Item, unknown>(tumbling(100), { aggregate: collect<Item>() }),
        ),
      ).said;
    expect(panes(many)).toEqual(panes(from(many)));
  });

  it('keeps the laws of the protocol, and restarts anywhere', () => {
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.record({ t: fc.integer({ min: 0, max: 30 }), v: fc.integer({ min: 1, max: 4 }) }) },
      { weight: 2, arbitrary: fc.record({ w: fc.integer({ min: 0, max: 35 }) }) },
      { weight: 1, arbitrary: fc.constant('idle' as const) },
    );
    const run = (steps: readonly ({ t: number; v: number } | { w: number } | 'idle')[], restart: boolean): unknown[] => {
      const source = testStream<Item>();
      const log: unknown[] = [];
      const stream = source.pipe(make(said => log.push(said)));
      let recording = record(stream);
      for (const one of steps) {
        if (one === 'idle') source.idle();
        else if ('w' in one) source.advanceWatermarkTo(Math.max(one.w, source.watermark));
        else source.add(one, one.t);
        log.push(recording.take(), recording.takeWatermarks());
        if (!restart) continue;
        const snapshot = recording.snapshot();
        recording.stop();
        recording = record(stream, { from: snapshot });
      }
      source.complete();
      log.push(recording.take(), recording.completed);
      return log;
    };
    const steps = fc.array(step, { maxLength: 30, size: 'max' });
    fc.assert(
      fc.property(steps, all => {
        expect(run(all, true)).toEqual(run(all, false));
        const watermarks = run(all, false).filter(
          (said, i): said is number[] => Array.isArray(said) && typeof said[0] === 'number' && i > 0,
        );
        expect(watermarks.flat()).toEqual(watermarks.flat().sort((a, b) => a - b));
      }),
      { numRuns: 500 },
    );
  });

  it('refuses values without event time', () => {
    const heard = listen(timed(new Subject<Item>()).pipe(make()));
    expect(heard.said).toEqual([]);
    const lost = new Subject<Item>();
    const later = listen(timed(lost).pipe(delay(0), make()));
    lost.next(at(1));
    return new Promise<void>(resolve => setTimeout(resolve, 5)).then(() => {
      expect(later.said[0]).toMatch(/^EVENT_TIME_LOST: (reorder|dedupe): a value came without event time/);
      expect(lost.observed).toBe(false);
    });
  });

  it('rejoins a union with its first element after a rest, though that is held back or left out', () => {
    const [a, b] = [testStream<Item>(), testStream<Item>()];
    const joined = record(union(a.pipe(make()), b));
    a.add(at(5, 1), 5).advanceWatermarkTo(5).idle();
    b.advanceWatermarkTo(7);
    expect(joined.takeWatermarks()).toEqual([7]);
    a.add(at(5, 1), 5).add(at(8, 1), 8);
    b.advanceWatermarkTo(20);
    expect(joined.takeWatermarks()).toEqual([]);
    a.advanceWatermarkTo(9);
    expect(joined.takeWatermarks()).toEqual([9]);
  });

  it('works off what a subscriber feeds back in after what is at work', () => {
    const source = testStream<Item>();
    const log: string[] = [];
    const feed = (item: Item): void => {
      source.add(item, item.t);
      source.advanceWatermarkTo(Math.max(item.t, source.watermark));
    };
    const stream = source.pipe(make());
    stream.subscribe(item => {
      log.push(`( ${item.t}`);
      if (item.t < 4) feed(at(item.t + 1, 10 * item.t));
      log.push(`${item.t} )`);
    });
    feed(at(1, 5));
    expect(log).toEqual(['( 1', '1 )', '( 2', '2 )', '( 3', '3 )', '( 4', '4 )']);
  });

  it('may be subscribed to twice, each by itself', () => {
    const stream = timed([at(2, 1), at(1, 2), at(2, 1)], { watermark: boundedOutOfOrderness(5) }).pipe(make());
    expect(listen(stream).said).toEqual(listen(stream).said);
  });

  it.each(['array', 'iterable'])('stops in the midst of an %s when nothing more is wanted', kind => {
    let read = 0;
    const items = Array.from({ length: 1_000 }, (_, i) => at(i, i));
    const timestamp = (item: Item): number => {
      read++;
      return item.t;
    };
    const heard = listen(eventTime(kind === 'array' ? items : new Set(items), { timestamp }).pipe(make(), take(3)));
    expect(heard.said).toEqual([at(0, 0), at(1, 1), at(2, 2), 'done']);
    // Arrays are read in runs.
    expect(read).toBeLessThanOrEqual(kind === 'array' ? 257 : 8);
  });

  it('ends the stream when a late observer throws, after what came before', () => {
    const late = {
      next: () => {
        throw new Error('boom');
      },
    };
    const operator = name === 'dedupe' ? dedupe<Item>({ id: () => 1, within: 3, late }) : reorder<Item>({ within: 1, late });
    expect(listen(timed([at(20), at(1), at(30)]).pipe(operator)).said).toEqual([at(20), 'Error: boom']);
  });
});
