import { NEVER, Subject, share, take } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { count } from '../../src/aggregates/count.js';
import { sum } from '../../src/aggregates/sum.js';
import { dropCounts } from '../../src/engine/drops.js';
import type { JoinLateRecord } from '../../src/engine/joinSpec.js';
import { type JoinOptions, joinWith } from '../../src/operators/joinWith.js';
import { windowBy } from '../../src/operators/windowBy.js';
import { record } from '../../src/testing/record.js';
import { testStream } from '../../src/testing/testStream.js';
import { afterCount } from '../../src/triggers/afterCount.js';
import { afterWatermark } from '../../src/triggers/afterWatermark.js';
import { countWindow } from '../../src/windows/countWindow.js';
import { globalWindow } from '../../src/windows/globalWindow.js';
import { session } from '../../src/windows/session.js';
import { sliding } from '../../src/windows/sliding.js';
import { tumbling } from '../../src/windows/tumbling.js';
import { at, type Item, listen, timed } from '../streams.js';
import { refusal } from '../support.js';

interface Keyed {
  readonly k: unknown;
  readonly v: string;
}

const of = (v: string, k: unknown = 1): Keyed => ({ k, v });

type Options = Partial<JoinOptions<Keyed, Keyed, unknown, string, 'outer'>> | Record<string, unknown>;

function joining(options: Options = {}) {
  const left = testStream<Keyed>();
  const right = testStream<Keyed>({ clock: left.clock });
  const joined = left.pipe(
    joinWith(right, {
      window: tumbling(10),
      leftKey: (l: Keyed) => l.k,
      rightKey: (r: Keyed) => r.k,
      select: (l: Keyed | undefined, r: Keyed | undefined, window: { start: number }) => `${l?.v ?? '_'}${r?.v ?? '_'}@${window.start}`,
      ...(options as object),
    }),
  );
  const rows = record(joined);
  const both = (time: number): void => {
    left.advanceWatermarkTo(time);
    right.advanceWatermarkTo(time);
  };
  return { left, right, joined, rows, both };
}

describe('joinWith', () => {
  it('pairs the elements of a key and window when it is complete on both sides', () => {
    const { left, right, rows, both } = joining();
    left.add(of('a'), 1).add(of('b'), 2).add(of('c'), 12);
    right.add(of('x'), 9).add(of('y'), 3).add(of('z', 2), 4);
    left.advanceWatermarkTo(10);
    expect([rows.take(), rows.takeWatermarks()]).toEqual([[], []]);
    right.advanceWatermarkTo(10);
    expect([rows.take(), rows.takeWatermarks()]).toEqual([['ax@0', 'ay@0', 'bx@0', 'by@0'], [10]]);
    right.add(of('w'), 13);
    both(20);
    expect(rows.take()).toEqual(['cw@10']);
  });

  it('says the unpaired of the sides that its type names', () => {
    const said = (type: string): string[] => {
      const { left, right, rows, both } = joining({ type });
      left.add(of('a', 1), 1).add(of('b', 2), 1);
      right.add(of('x', 1), 1).add(of('y', 3), 1);
      both(10);
      return rows.take();
    };
    expect(['inner', 'left', 'right', 'outer'].map(said)).toEqual([['ax@0'], ['ax@0', 'b_@0'], ['ax@0', '_y@0'], ['ax@0', 'b_@0', '_y@0']]);
  });

  it('says with a late element the pairs that are new', () => {
    const { left, right, rows, both } = joining({ allowedLateness: 10 });
    left.add(of('a'), 1);
    right.add(of('x'), 1);
    both(10);
    left.add(of('b'), 2);
    right.add(of('y'), 3);
    expect(rows.take()).toEqual(['ax@0', 'bx@0', 'ay@0', 'by@0']);
  });

  it('withdraws what was said without a partner when one comes late', () => {
    const { left, right, joined, rows, both } = joining({ type: 'outer', accumulation: 'retracting', allowedLateness: 10 });
    const counts = record(joined.pipe(windowBy(tumbling(10), { aggregate: count(), allowedLateness: 10 })));
    expect(joined.retracts).toBe(true);
    left.add(of('a'), 1).add(of('b'), 1);
    both(10);
    right.add(of('x'), 2);
    expect(rows.take()).toEqual(['a_@0', 'b_@0', 'a_@0', 'b_@0', 'ax@0', 'bx@0']);
    expect(counts.take().at(-1)?.value).toBe(2);
  });

  it('says early what is known, each row once', () => {
    const { left, right, rows, both } = joining({ trigger: afterWatermark({ early: afterCount(1) }) });
    left.add(of('a'), 1);
    expect(rows.take()).toEqual([]);
    right.add(of('x'), 1);
    right.add(of('y'), 1);
    expect(rows.take()).toEqual(['ax@0', 'ay@0']);
    both(10);
    expect(rows.take()).toEqual([]);
  });

  it('joins sessions that span both sides', () => {
    const { left, right, rows, both } = joining({ window: session(10) });
    left.add(of('a'), 0).add(of('b'), 16);
    right.add(of('x'), 8);
    both(26);
    expect(rows.take()).toEqual(['ax@0', 'bx@0']);
  });

  it('says the pairs across sessions that have become one, or withdraws and says all anew', () => {
    const said = (options: Options): string[] => {
      const { left, right, rows, both } = joining({ window: session(10), allowedLateness: 100, ...options });
      left.add(of('a'), 0).add(of('b'), 18);
      right.add(of('x'), 1).add(of('y'), 19);
      both(30);
      expect(rows.take()).toEqual(['ax@0', 'by@18']);
      left.add(of('c'), 10);
      return rows.take();
    };
    expect(said({})).toEqual(['ay@0', 'bx@0', 'cx@0', 'cy@0']);
    expect(said({ accumulation: 'retracting' }).slice(0, 2)).toEqual(['ax@0', 'by@18']);
    expect(said({ accumulation: 'retracting' }).slice(2)).toEqual(['ax@0', 'ay@0', 'bx@0', 'by@0', 'cx@0', 'cy@0']);
  });

  it('pairs in each of several windows, in all of time by a trigger, and by number', () => {
    const overlapping = joining({ window: sliding(10, 5) });
    overlapping.left.add(of('a'), 6);
    overlapping.right.add(of('x'), 7);
    overlapping.both(20);
    expect(overlapping.rows.take()).toEqual(['ax@0', 'ax@5']);
    const all = joining({ window: globalWindow(), trigger: afterWatermark({ early: afterCount(1) }) });
    all.left.add(of('a'), 6);
    all.right.add(of('x'), 7_000);
    expect(all.rows.take()).toHaveLength(1);
    const numbered = joining({ window: countWindow(2), select: (l: Keyed, r: Keyed) => l.v + r.v });
    numbered.left.add(of('a'), 1);
    numbered.right.add(of('x'), 1).add(of('y'), 1);
    numbered.left.add(of('b'), 1);
    expect(numbered.rows.take()).toEqual(['ax', 'by']);
  });

  it('pairs in discarding mode the elements of one pane alone', () => {
    const { left, right, rows, both } = joining({ accumulation: 'discarding', allowedLateness: 10, type: 'left' });
    left.add(of('a'), 1);
    right.add(of('x'), 1);
    both(10);
    left.add(of('b'), 2);
    expect(rows.take()).toEqual(['ax@0', 'b_@0']);
  });

  it('compares keys by value, undefined, NaN, Dates and objects too', () => {
    const { left, right, rows, both } = joining();
    const keys = [undefined, null, Number.NaN, new Date(5), { a: [1, { b: 2 }] }, '1', 1];
    keys.forEach((key, i) => {
      left.add({ k: key, v: String(i) }, 1);
      right.add({ k: structuredClone(key), v: String(i) }, 1);
    });
    both(10);
    expect(rows.take().sort()).toEqual(keys.map((_key, i) => `${i}${i}@0`));
  });

  it('hands out what is too late, with its side', () => {
    const late: JoinLateRecord<Keyed, Keyed>[] = [];
    const drops = dropCounts();
    const { left, right, rows, both } = joining({ drops, late: { next: (one: JoinLateRecord<Keyed, Keyed>) => void late.push(one) } });
    both(10);
    left.add(of('a'), 1);
    right.add(of('x'), 2);
    expect(late.map(({ side, value, by, reason, window }) => [side, value.v, by, reason, window?.end])).toEqual([
      ['left', 'a', 9, 'expired', 10],
      ['right', 'x', 8, 'expired', 10],
    ]);
    expect([drops.expired, rows.take()]).toEqual([2, []]);
  });

  it('hands plain elements to gaps and triggers', () => {
    const seen: unknown[] = [];
    const gap = (one: Keyed): number => {
      seen.push(one.v);
      return 5;
    };
    const { left, right } = joining({ window: session(gap) });
    left.add(of('a'), 1);
    right.add(of('x'), 1);
    expect(seen).toEqual(['a', 'x']);
  });

  it('is not held back by a side that is idle, or has completed', () => {
    const { left, right, rows } = joining({ type: 'left' });
    left.add(of('a'), 1).advanceWatermarkTo(20);
    right.idle();
    expect([rows.take(), rows.takeWatermarks()]).toEqual([['a_@0'], [20]]);
    right.add(of('x'), 25);
    right.complete();
    left.add(of('b'), 25).advanceWatermarkTo(30);
    expect([rows.take(), rows.completed]).toEqual([['bx@20'], false]);
    left.complete();
    expect(rows.completed).toBe(true);
  });

  it('takes withdrawals of its sides, panes too', () => {
    const orders = testStream<{ k: number; v: number }>();
    const names = testStream<Keyed>({ clock: orders.clock });
    const sums = orders.pipe(
      windowBy(tumbling(10), { key: o => o.k, aggregate: sum(o => o.v), accumulation: 'retracting', allowedLateness: 10 }),
    );
    const rows = record(
      sums.pipe(
        joinWith(names, {
          window: tumbling(10),
          allowedLateness: 10,
          accumulation: 'retracting',
          leftKey: pane => pane.key,
          rightKey: name => name.k as number,
          select: (pane, name) => `${name.v} ${pane.value}`,
        }),
        windowBy(tumbling(10), { aggregate: count(), allowedLateness: 10 }),
      ),
    );
    orders.add({ k: 1, v: 5 }, 1).advanceWatermarkTo(10);
    names.add(of('ann', 1), 2).advanceWatermarkTo(10);
    expect(rows.take().map(({ value }) => value)).toEqual([1]);
    orders.add({ k: 1, v: 2 }, 3);
    expect(rows.take().at(-1)?.value).toBe(1);
    names.retract(of('ann', 1), 2);
    expect(rows.take().at(-1)?.value).toBe(0);
    names.retract(of('bob', 1), 2);
    expect(String(rows.error)).toContain('inner join: a retraction takes back an element that was added before');
  });
});

describe('joinWith as an operator of RxJS', () => {
  const join = (right: Parameters<typeof joinWith<Item, Item, number, string>>[0]) =>
    joinWith(right, { window: tumbling(10), leftKey: (l: Item) => l.v, rightKey: r => r.v, select: (l, r) => `${l.t}-${r.t}` });

  it('joins a stream with itself, cold or shared', () => {
    const cold = timed([at(1), at(2)]);
    expect(listen(cold.pipe(join(cold))).said).toEqual(['1-1', '1-2', '2-1', '2-2', 'done']);
    const source = new Subject<Item>();
    const shared = timed(source).pipe(share());
    const heard = listen(shared.pipe(join(shared)));
    for (const t of [1, 2, 11]) source.next(at(t));
    expect(heard.said).toEqual(['1-1', '1-2', '2-1', '2-2']);
  });

  it('works whichever side comes first, and subscribed twice', () => {
    const [left, right] = [new Subject<Item>(), new Subject<Item>()];
    const joined = timed(left).pipe(join(timed(right)));
    const heard = [listen(joined), listen(joined)];
    right.next(at(1));
    right.complete();
    left.next(at(2));
    left.complete();
    expect(heard.map(({ said }) => said)).toEqual([
      ['2-1', 'done'],
      ['2-1', 'done'],
    ]);
  });

  it.each(['left', 'right'])('fails with the %s side, and lets go of the other', side => {
    const [left, right] = [new Subject<Item>(), new Subject<Item>()];
    const heard = listen(timed(left).pipe(join(timed(right))));
    (side === 'left' ? left : right).error(new Error('boom'));
    expect([heard.said, left.observed, right.observed]).toEqual([['Error: boom'], false, false]);
  });

  it('lets go of both sides when unsubscribed, when enough was said, and when select throws', () => {
    const [left, right] = [new Subject<Item>(), new Subject<Item>()];
    const run = (): boolean[] => {
      for (const t of [1, 2, 11]) {
        left.next(at(t));
        right.next(at(t));
      }
      return [left.observed, right.observed];
    };
    listen(timed(left).pipe(join(timed(right)))).subscription.unsubscribe();
    expect([left.observed, right.observed]).toEqual([false, false]);
    const heard = listen(timed(left).pipe(join(timed(right)), take(1)));
    expect([run(), heard.said]).toEqual([
      [false, false],
      ['1-1', 'done'],
    ]);
    const failing = timed(left).pipe(
      joinWith(timed(right), {
        window: tumbling(10),
        leftKey: (l: Item) => l.v,
        rightKey: r => r.v,
        select: () => {
          throw new Error('boom');
        },
      }),
    );
    const failed = listen(failing);
    expect([run(), failed.said]).toEqual([[false, false], ['Error: boom']]);
  });

  it('queues what a subscriber feeds into a side', () => {
    const [left, right] = [new Subject<Item>(), new Subject<Item>()];
    const said: string[] = [];
    timed(left)
      .pipe(join(timed(right)))
      .subscribe(row => {
        said.push(row);
        if (said.length === 1) for (const t of [12, 21]) right.next(at(t));
      });
    right.next(at(1));
    left.next(at(1));
    right.next(at(11));
    left.next(at(11));
    left.next(at(22));
    expect(said).toEqual(['1-1', '11-11', '11-12']);
  });
});

describe('the options of joinWith', () => {
  const stream = testStream<Keyed>();
  const good = { window: tumbling(10), leftKey: (l: Keyed) => l.k, rightKey: (r: Keyed) => r.k, select: () => 'row' };
  const refused = (options: object, right: unknown = stream): string =>
    refusal(() => stream.pipe(joinWith(right as typeof stream, options as JoinOptions<Keyed, Keyed, unknown, string, 'inner'>)));

  it.each<[object, string]>([
    [{ ...good, window: '1h' }, `joinWith: window must be an assigner, such as tumbling('1h'), but came as "1h".`],
    [{ ...good, leftKey: 'k' }, 'joinWith: leftKey must be a function, but came as "k".'],
    [{ ...good, rightKey: undefined }, 'joinWith: rightKey must be a function, but came as undefined.'],
    [{ ...good, select: 1 }, 'joinWith: select must be a function, but came as 1.'],
    [{ ...good, type: 'full' }, 'joinWith: type must be one of inner, left, right, outer, but came as "full".'],
    [{ ...good, late: () => {} }, 'joinWith: late must be an observer, such as { next: record => ... }, but came as function late.'],
    [{ ...good, trigger: 5 }, 'joinWith: trigger must be'],
    [
      { ...good, accumulation: 'adding' },
      'joinWith: accumulation must be one of accumulating, discarding, retracting, but came as "adding".',
    ],
    [{ ...good, closing: 'always' }, 'joinWith: there is no option "closing".'],
    [{ ...good, allowedLateness: -1 }, 'joinWith(tumbling(10)): allowedLateness must be zero or longer, but came as -1.'],
    [
      { ...good, name: 'weather', type: 'left', allowedLateness: 5 },
      `joinWith(tumbling(10)) "weather": accumulation must be 'retracting', since a row without partner may get one later (type 'left'), but came as "accumulating". Or let windows speak once: allowedLateness 0 and no early trigger.`,
    ],
    [{ ...good, type: 'outer', trigger: afterWatermark({ early: afterCount(1) }) }, "must be 'retracting'"],
  ])('refuse, number %#', (options, sentence) => {
    expect(refused(options)).toContain(sentence);
  });

  it('refuse a right side without event time, and no options at all', () => {
    expect(refused(good, NEVER)).toBe(
      'BAD_OPTION: joinWith: its first argument must be a stream with event time, but came as an Observable. Use eventTime().',
    );
    expect(refused(undefined as unknown as object)).toContain('joinWith: options must be an object with window, leftKey');
  });

  it('refuse a side that retracts where its rows could not be withdrawn', () => {
    const panes = stream.pipe(windowBy(tumbling(10), { aggregate: count(), accumulation: 'retracting' }));
    const options = { window: tumbling(10), leftKey: () => 1, rightKey: () => 1, select: () => 1 };
    for (const accumulation of ['accumulating', 'discarding'] as const) {
      expect(refusal(() => stream.pipe(joinWith(panes, { ...options, accumulation, allowedLateness: 5 })))).toContain(
        'RETRACTION_UNSUPPORTED: joinWith(tumbling(10)): one of its sides retracts',
      );
    }
    expect(stream.pipe(joinWith(panes, options)).retracts).toBe(false);
    expect(stream.pipe(joinWith(panes, { ...options, accumulation: 'retracting', allowedLateness: 5 })).retracts).toBe(true);
  });

  it('are held against a snapshot', () => {
    const right = testStream<Keyed>({ clock: stream.clock });
    const make = (type: 'inner' | 'left') => stream.pipe(joinWith(right, { ...good, type }));
    const snapshot = record(make('inner')).snapshot();
    expect(refusal(() => record(make('left'), { from: snapshot }))).toContain('BAD_SNAPSHOT: joinWith(tumbling(10)): the snapshot is of');
  });
});
