import fc from 'fast-check';
import { map, of } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { count } from '../../src/aggregates/count.js';
import { type Change, changes } from '../../src/operators/changes.js';
import { dedupe } from '../../src/operators/dedupe.js';
import { finals } from '../../src/operators/finals.js';
import { intervalJoin } from '../../src/operators/intervalJoin.js';
import { joinWith } from '../../src/operators/joinWith.js';
import { split } from '../../src/operators/split.js';
import { union } from '../../src/operators/union.js';
import { windowBy } from '../../src/operators/windowBy.js';
import { record } from '../../src/testing/record.js';
import { testStream } from '../../src/testing/testStream.js';
import { session } from '../../src/windows/session.js';
import { tumbling } from '../../src/windows/tumbling.js';
import { at, type Item, listen, timed } from '../streams.js';

const retracting = windowBy<Item, number>(session(5), { aggregate: count(), accumulation: 'retracting', allowedLateness: 1_000 });
const sides = { leftKey: (l: Item) => l.v, rightKey: (r: Item) => r.v, select: (l: Item, r?: Item) => `${l.t}-${r?.t ?? ''}` };
const rows = joinWith<Item, Item, number, string, 'left'>(timed([at(12)]), {
  ...sides,
  window: tumbling(10),
  type: 'left',
  allowedLateness: 1_000,
  accumulation: 'retracting',
});
const marked = 'RETRACTION_UNSUPPORTED: ';

/** What holds after all changes: how many of each value. */
function held<T>(said: readonly Change<T>[]): Map<T, number> {
  const bag = new Map<T, number>();
  for (const { value, diff } of said) {
    const many = (bag.get(value) ?? 0) + diff;
    // Nothing is withdrawn that was not said.
    expect(many).toBeGreaterThanOrEqual(0);
    if (many === 0) bag.delete(value);
    else bag.set(value, many);
  }
  return bag;
}

function bag<T>(values: readonly T[]): Map<T, number> {
  return held(values.map(value => ({ value, timestamp: 0, diff: 1 })));
}

describe('changes', () => {
  const items = fc.array(fc.record({ t: fc.integer({ min: 0, max: 60 }), v: fc.integer({ min: 0, max: 2 }) }), { maxLength: 20 });

  it('add up to what the batch gives, for any order of arrival, where a map has taken the marks of panes', () => {
    fc.assert(
      fc.property(items, order => {
        const { values } = listen(
          timed(order).pipe(
            retracting,
            map(pane => pane.value),
            changes(),
          ),
        );
        const times = order.map(item => item.t).sort((a, b) => a - b);
        const lengths: number[] = [];
        times.forEach((time, i) => {
          if (i > 0 && time < times[i - 1]! + 5) lengths[lengths.length - 1]!++;
          else lengths.push(1);
        });
        expect(held(values)).toEqual(bag(lengths));
      }),
    );
  });

  it('add up to the rows of the batch behind a left join, though its source is restarted between any two elements', () => {
    fc.assert(
      fc.property(items, items, fc.nat(20), (left, right, restart) => {
        const [lefts, rights] = [testStream<Item>(), testStream<Item>()];
        const join = { ...sides, window: tumbling(10), type: 'left', allowedLateness: 1_000, accumulation: 'retracting' } as const;
        const stream = lefts.pipe(joinWith(rights, join), changes());
        let run = record(stream);
        const said: Change<string>[] = [];
        for (let i = 0; i < Math.max(left.length, right.length); i++) {
          const [l, r] = [left[i], right[i]];
          if (l) lefts.add(l, l.t);
          lefts.advanceWatermarkTo(5 * i);
          rights.advanceWatermarkTo(5 * i);
          if (r) rights.add(r, r.t);
          if (i !== restart) continue;
          said.push(...run.take());
          const from = run.snapshot();
          run.stop();
          run = record(stream, { from });
        }
        lefts.complete();
        rights.complete();
        said.push(...run.take());
        const oracle = left.flatMap(l => {
          const partners = right.filter(r => r.v === l.v && Math.floor(r.t / 10) === Math.floor(l.t / 10));
          return partners.length > 0 ? partners.map(r => sides.select(l, r)) : [sides.select(l)];
        });
        expect(held(said)).toEqual(bag(oracle));
      }),
    );
  });

  it('carry the event time of their values, and are values of their own for windows behind them', () => {
    const stream = timed([at(1), at(2), at(30), at(3)]).pipe(retracting, changes());
    const { values } = listen(stream);
    expect(values.map(({ value, timestamp, diff }) => [value.value, value.retraction, timestamp, diff])).toEqual([
      [2, false, 6, 1],
      [2, true, 6, -1],
      [3, false, 7, 1],
      [1, false, 34, 1],
    ]);
    expect(stream.retracts).toBe(false);
    const counted = stream.pipe(
      windowBy(tumbling(100), { aggregate: count(), allowedLateness: 100 }),
      map(pane => pane.value),
    );
    expect(listen(counted).values).toEqual([4]);
  });

  it('pass on watermarks and idleness', () => {
    const source = testStream<Item>();
    const out = record(source.pipe(changes()));
    source.add(at(3), 3).advanceWatermarkTo(5);
    expect([out.take(), out.takeWatermarks()]).toEqual([[{ value: at(3), timestamp: 3, diff: 1 }], [5]]);
    const other = testStream<Item>();
    const both = record(union(other.pipe(changes()), source.pipe(changes())));
    other.idle();
    source.advanceWatermarkTo(9);
    expect(both.takeWatermarks()).toEqual([9]);
  });

  it('end with a value that has lost its time, and are refused a plain Observable', () => {
    const lost = timed([at(1)]).pipe(() => of(at(2)), changes());
    expect(listen(lost).said).toEqual([expect.stringMatching(/^EVENT_TIME_LOST: changes: a value came without event time/)]);
    const plain = changes<Item>() as unknown as (source: unknown) => unknown;
    expect(() => plain(of(at(1)))).toThrow('changes: its source must be a stream with event time, but came as an Observable.');
  });
});

describe('a plain subscriber', () => {
  it('is refused rows that may be withdrawn, since it could not tell', () => {
    const joined = timed([at(1)]).pipe(rows);
    const sentence = `${marked}joinWith(tumbling(10)): rows may be withdrawn, and a subscriber could not tell. Put changes() before it, which gives { value, timestamp, diff }.`;
    expect(listen(joined).said).toEqual([sentence]);
    const behind = [joined.pipe(map(row => row.length)), union(joined, joined), split(joined, Boolean)[0]];
    for (const stream of behind) expect(listen<unknown>(stream).said).toEqual([sentence]);
    const within = joinOf(timed([at(1)]).pipe(retracting), timed([]));
    expect(listen(within).said[0]).toMatch(/^RETRACTION_UNSUPPORTED: intervalJoin\(0 to 5\): rows may be withdrawn/);
  });

  it('is welcome behind changes(), windows and views, panes that say it themselves, and joins that withdraw nothing', () => {
    const joined = timed([at(1)]).pipe(rows);
    const good = [
      joined.pipe(changes()),
      joined.pipe(windowBy(tumbling(10), { aggregate: count() })),
      joined.pipe(windowBy(tumbling(10), { aggregate: count() }), finals()),
      timed([at(1)]).pipe(retracting),
      timed([at(1)]).pipe(retracting, finals(), dedupe({ id: pane => pane.window.start, within: 5 })),
      joinOf(timed([at(1)]).pipe(retracting, finals()), timed([])),
    ];
    for (const stream of good) expect(listen<unknown>(stream).said.at(-1)).toBe('done');
  });
});

function joinOf(left: ReturnType<typeof timedPanes>, right: ReturnType<typeof timed>) {
  return left.pipe(
    intervalJoin(right, { within: [0, 5], type: 'left', leftKey: pane => pane.value, rightKey: r => r.v, select: pane => pane.value }),
  );
}

function timedPanes() {
  return timed([]).pipe(retracting);
}
