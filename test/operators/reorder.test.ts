import fc from 'fast-check';
import { map, NEVER, pairwise, Subject, share, take } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { sum } from '../../src/aggregates/sum.js';
import { dropCounts } from '../../src/engine/drops.js';
import type { LateRecord } from '../../src/engine/pane.js';
import { reorder } from '../../src/operators/reorder.js';
import { windowBy } from '../../src/operators/windowBy.js';
import { record } from '../../src/testing/record.js';
import { testStream } from '../../src/testing/testStream.js';
import { boundedOutOfOrderness } from '../../src/time/boundedOutOfOrderness.js';
import { tumbling } from '../../src/windows/tumbling.js';
import { at, brief, type Item, listen, timed } from '../streams.js';
import { refusal } from '../support.js';

const within = (bound: number) => ({ watermark: boundedOutOfOrderness(bound) });

describe('reorder', () => {
  it('is the sorted input for any disorder within the bound', () => {
    const drawn = fc.array(fc.record({ t: fc.integer({ min: 0, max: 50 }), delay: fc.integer({ min: 0, max: 9 }) }), {
      maxLength: 50,
      size: 'max',
    });
    fc.assert(
      fc.property(drawn, all => {
        const arrived = all.map(({ t, delay }, v) => ({ t, v, by: t + delay })).sort((a, b) => a.by - b.by);
        const items = arrived.map(({ t }, v): Item => ({ t, v }));
        const sorted = [...items].sort((a, b) => a.t - b.t);
        for (const options of [{}, { within: 9 }]) {
          expect(listen(timed(items, within(9)).pipe(reorder(options))).said).toEqual([...sorted, 'done']);
        }
      }),
    );
  });

  it('lets neighbours be compared', () => {
    const steps = timed([at(1, 1), at(3, 4), at(2, 2)], within(5)).pipe(
      reorder(),
      pairwise(),
      map(([a, b]) => b.v - a.v),
    );
    expect(listen(steps).said).toEqual([1, 2, 'done']);
  });

  it('bounds the wait by the latest element when the watermark stands still, also downstream', () => {
    const source = testStream<Item>();
    const shaped = source.pipe(reorder({ within: '10ms' }));
    const out = record(shaped);
    const panes = record(shaped.pipe(windowBy<Item, number>(tumbling(10), { aggregate: sum(item => item.v) }), brief));
    source.add(at(3, 1), 3).add(at(1, 2), 1).add(at(13, 4), 13);
    expect([out.take().map(({ t }) => t), out.takeWatermarks(), panes.take()]).toEqual([[1, 3], [3], []]);
    source.add(at(25, 8), 25);
    expect([out.take().map(({ t }) => t), out.takeWatermarks(), panes.take()]).toEqual([[13], [13], ['0:3']]);
    source.complete();
    expect([out.take().map(({ t }) => t), panes.take()]).toEqual([[25], ['10:4', '20:8']]);
  });

  it('never lets the watermark downstream pass what is still to come in time', () => {
    const source = testStream<Item>();
    const panes = record(
      source.pipe(reorder({ within: 5 }), windowBy<Item, number>(tumbling(10), { aggregate: sum(item => item.v) }), brief),
    );
    source.add(at(9, 1), 9).add(at(12, 1), 12).add(at(8, 1), 8).advanceWatermarkTo(10);
    source.complete();
    expect(panes.take()).toEqual(['0:2', '10:1']);
  });

  it('hands out and counts what is late', () => {
    const late: LateRecord<Item>[] = [];
    const drops = dropCounts();
    const operator = reorder<Item>({ late: { next: one => late.push(one) }, drops, name: 'in order' });
    expect(listen(timed([at(10), at(5), at(10, 2)]).pipe(operator)).said).toEqual([at(10), at(10, 2), 'done']);
    expect(late).toEqual([{ value: at(5), timestamp: 5, reason: 'expired', watermark: 10, window: undefined, by: 5, retraction: false }]);
    expect(drops).toEqual({ ...dropCounts(), expired: 1 });
    // Nobody need listen.
    expect(listen(timed([at(10), at(5)]).pipe(reorder({ drops }))).said).toEqual([at(10), 'done']);
    expect(drops.expired).toBe(2);
  });

  it('orders panes that are withdrawn together with those in their place', () => {
    const source = testStream<Item>();
    const panes = record(
      source.pipe(
        windowBy<Item, number>(tumbling(10), { aggregate: sum(item => item.v), accumulation: 'retracting', allowedLateness: 100 }),
        reorder(),
        windowBy(tumbling(100), { aggregate: sum(pane => pane.value), allowedLateness: 100 }),
        brief,
      ),
    );
    source.add(at(5, 1), 5).advanceWatermarkTo(10).add(at(6, 2), 6).advanceWatermarkTo(100);
    expect(panes.take()).toEqual(['0:3']);
  });

  it('shares and takes', () => {
    const source = new Subject<Item>();
    const shared = timed(source, within(5)).pipe(reorder(), share());
    const [one, two] = [listen(shared.pipe(take(1))), listen(shared)];
    for (const t of [3, 1, 8]) source.next(at(t));
    source.complete();
    expect([one.said, two.said]).toEqual([
      [at(1), 'done'],
      [at(1), at(3), at(8), 'done'],
    ]);
  });

  it('refuses what it cannot use', () => {
    expect(refusal(() => reorder({ within: -1 }))).toBe('BAD_OPTION: reorder: within must be zero or longer, but came as -1.');
    expect(refusal(() => reorder({ within: '1 s' as never, name: 'x' }))).toMatch(/^BAD_DURATION: reorder "x": within must be /);
    expect(refusal(() => reorder({ size: 1 } as never))).toBe(
      'BAD_OPTION: reorder: there is no option "size". There are: within, late, drops, name.',
    );
    expect(refusal(() => reorder(null as never))).toMatch(/^BAD_OPTION: reorder: options must be an object/);
    expect(refusal(() => reorder({ late: (() => {}) as never }))).toMatch(/^BAD_OPTION: reorder: late must be an observer/);
    expect(refusal(() => reorder({ drops: {} as never }))).toBe('BAD_OPTION: reorder: drops must be made by dropCounts(), but came as {}.');
    expect(refusal(() => (reorder() as (source: unknown) => unknown)(NEVER))).toMatch(/^EVENT_TIME_LOST/);
  });
});
