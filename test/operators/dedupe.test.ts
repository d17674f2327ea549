import fc from 'fast-check';
import { map, Subject, share, take } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { count } from '../../src/aggregates/count.js';
import { dropCounts } from '../../src/engine/drops.js';
import type { LateRecord } from '../../src/engine/pane.js';
import { type DedupeOptions, dedupe } from '../../src/operators/dedupe.js';
import { finals } from '../../src/operators/finals.js';
import { windowBy } from '../../src/operators/windowBy.js';
import { record } from '../../src/testing/record.js';
import { testStream } from '../../src/testing/testStream.js';
import { boundedOutOfOrderness } from '../../src/time/boundedOutOfOrderness.js';
import { tumbling } from '../../src/windows/tumbling.js';
import { at, brief, type Item, listen, timed } from '../streams.js';
import { refusal } from '../support.js';

const once = (options: Partial<DedupeOptions<Item>> = {}) => dedupe<Item>({ id: item => item.v, within: 10, ...options });
const retracted = windowBy<Item, number>(tumbling(10), { aggregate: count(), accumulation: 'retracting' });

describe('dedupe', () => {
  it('counts each event once, however often and in whatever order it is repeated', () => {
    const events = fc.uniqueArray(fc.record({ v: fc.integer({ min: 0, max: 99 }), t: fc.integer({ min: 0, max: 40 }) }), {
      maxLength: 15,
      selector: ({ v }) => v,
    });
    const repeats = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 9 })), { maxLength: 20 });
    fc.assert(
      fc.property(events, repeats, (all, again) => {
        const sent = [...all.map(item => ({ item, by: item.t })), ...again.flatMap(([n, delay]) => repeat(all, n, delay))];
        const arrived = sent.sort((a, b) => a.by - b.by).map(({ item }) => item);
        const said = (items: Item[], dedupes: boolean): unknown[] => {
          const stream = timed(items, { watermark: boundedOutOfOrderness(9) });
          const shaped = dedupes ? stream.pipe(once()) : stream;
          return listen(shaped.pipe(windowBy(tumbling(10), { aggregate: count() }), brief)).said;
        };
        expect(said(arrived, true)).toEqual(
          said(
            [...all].sort((a, b) => a.t - b.t),
            false,
          ),
        );
      }),
    );
  });

  it('hands out and counts duplicates, and what came too late to tell', () => {
    const [late, duplicates]: [LateRecord<Item>[], Item[]] = [[], []];
    const drops = dropCounts();
    const operator = once({
      late: { next: one => late.push(one) },
      duplicates: { next: one => duplicates.push(one) },
      drops,
      name: 'once',
    });
    const items = [at(50, 1), at(41, 1), at(50, 2), at(70, 3), at(59, 2), at(60, 2)];
    expect(listen(timed(items).pipe(operator)).said).toEqual([at(50, 1), at(50, 2), at(70, 3), at(60, 2), 'done']);
    expect(duplicates).toEqual([at(41, 1)]);
    expect(late).toEqual([
      { value: at(59, 2), timestamp: 59, reason: 'expired', watermark: 70, window: undefined, by: 11, retraction: false },
    ]);
    expect(drops).toEqual({ ...dropCounts(), expired: 1, duplicate: 1 });
  });

  it('takes ids by value, also composite ones', () => {
    const source = testStream<{ shop: string; no: number }>();
    const out = record(source.pipe(dedupe({ id: ({ shop, no }) => [shop, { no }], within: '1h' })));
    for (const no of [1, 2, 1]) source.add({ shop: 'Oslo', no }, no);
    source.add({ shop: 'Rome', no: 1 }, 1);
    expect(out.take().map(({ shop, no }) => `${shop} ${no}`)).toEqual(['Oslo 1', 'Oslo 2', 'Rome 1']);
  });

  it('passes on the watermark as it is, and completes windows by it', () => {
    const source = testStream<Item>();
    const out = record(source.pipe(once(), windowBy(tumbling(10), { aggregate: count() }), brief));
    source.add(at(1, 1), 1).add(at(2, 1), 2).advanceWatermarkTo(10);
    expect([out.take(), out.takeWatermarks()]).toEqual([['0:1'], [10]]);
  });

  it('shares and takes', () => {
    const source = new Subject<Item>();
    const shared = timed(source).pipe(once(), share());
    const [one, two] = [listen(shared.pipe(take(1))), listen(shared)];
    for (const v of [3, 3, 4]) source.next(at(v, v));
    expect([one.said, two.said]).toEqual([
      [at(3, 3), 'done'],
      [at(3, 3), at(4, 4)],
    ]);
  });

  it('ends the stream when the id throws, or has no identity', () => {
    const heard = (id: (item: Item) => unknown): unknown[] => listen(timed([at(1), at(2, 2)]).pipe(once({ id }))).said;
    const thrown = (item: Item): unknown => {
      if (item.v === 2) throw new Error('boom');
      return item.v;
    };
    expect(heard(thrown)).toEqual([at(1), 'Error: boom']);
    expect(heard(() => heard)[0]).toMatch(/^BAD_KEY: dedupe: key must be .* Element: \{"t":1,"v":1\}\.$/);
  });

  it('refuses what is withdrawn, when it is built and when it comes', () => {
    expect(refusal(() => timed([]).pipe(retracted, dedupe({ id: pane => pane.key, within: 10 })))).toBe(
      'RETRACTION_UNSUPPORTED: dedupe: a retracting window stands before, but what is withdrawn may be a duplicate. Put it in front of the windows, or behind finals().',
    );
    const behind = timed([at(1)]).pipe(
      retracted,
      finals(),
      dedupe({ id: pane => pane.window.start, within: 10 }),
      map(pane => pane.value),
    );
    expect(listen(behind).said).toEqual([1, 'done']);
    const source = testStream<Item>();
    const out = record(source.pipe(once()));
    source.add(at(1), 1).retract(at(1), 1);
    expect(out.error).toMatchObject({ code: 'RETRACTION_UNSUPPORTED' });
  });

  it('refuses what it cannot use', () => {
    expect(refusal(() => dedupe({ within: 1 } as never))).toBe('BAD_OPTION: dedupe: id must be a function, but came as undefined.');
    expect(refusal(() => dedupe({ id: () => 1 } as never))).toMatch(/^BAD_DURATION: dedupe: within must be .* but came as undefined/);
    expect(refusal(() => once({ within: -1, name: 'x' }))).toBe('BAD_OPTION: dedupe "x": within must be zero or longer, but came as -1.');
    expect(refusal(() => once({ duplicates: 1 as never }))).toMatch(/^BAD_OPTION: dedupe: duplicates must be an observer/);
    expect(refusal(() => once({ late: 1 as never }))).toMatch(/^BAD_OPTION: dedupe: late must be an observer/);
    expect(refusal(() => once({ drops: {} as never }))).toMatch(/^BAD_OPTION: dedupe: drops must be made by dropCounts/);
    expect(refusal(() => once({ by: 1 } as never))).toMatch(/^BAD_OPTION: dedupe: there is no option "by"/);
  });
});

/** The n-th of some events once more, by a delay later. */
function repeat(all: readonly Item[], n: number, delay: number): { item: Item; by: number }[] {
  const item = all[n % all.length];
  return item ? [{ item, by: item.t + delay }] : [];
}
