import { NEVER, Subject, share, startWith, take } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { count } from '../../src/aggregates/count.js';
import { dropCounts } from '../../src/engine/drops.js';
import type { JoinLateRecord } from '../../src/engine/joinSpec.js';
import { type IntervalJoinOptions, intervalJoin } from '../../src/operators/intervalJoin.js';
import { windowBy } from '../../src/operators/windowBy.js';
import { record } from '../../src/testing/record.js';
import { testStream } from '../../src/testing/testStream.js';
import { tumbling } from '../../src/windows/tumbling.js';
import { at, brief, type Item, listen, timed } from '../streams.js';
import { refusal } from '../support.js';

interface Keyed {
  readonly k: unknown;
  readonly v: string;
}

const of = (v: string, k: unknown = 1): Keyed => ({ k, v });

function joining(options: object = {}) {
  const left = testStream<Keyed>();
  const right = testStream<Keyed>({ clock: left.clock });
  const joined = left.pipe(
    intervalJoin(right, {
      within: [-5, 10],
      leftKey: (l: Keyed) => l.k,
      rightKey: (r: Keyed) => r.k,
      select: (l: Keyed | undefined, r: Keyed | undefined) => `${l?.v ?? '_'}${r?.v ?? '_'}`,
      ...options,
    }),
  );
  const rows = record(joined);
  const both = (time: number): void => {
    left.advanceWatermarkTo(time);
    right.advanceWatermarkTo(time);
  };
  return { left, right, joined, rows, both };
}

describe('intervalJoin', () => {
  it('pairs what lies within the bounds, both of which count, as soon as the second has come', () => {
    const { left, right, rows } = joining();
    for (const time of [94, 95, 110, 111]) right.add(of(`r${time} `), time);
    left.add(of('a'), 100);
    expect(rows.take()).toEqual(['ar95 ', 'ar110 ']);
    left.add(of('b'), 101);
    right.add(of('late'), 100);
    expect(rows.take()).toEqual(['br110 ', 'br111 ', 'alate', 'blate']);
    left.add(of('c', 2), 100);
    expect(rows.take()).toEqual([]);
  });

  it.each([
    ['lower', ['am', 'ay']],
    ['upper', ['ax', 'am']],
    ['both', ['am']],
  ])('leaves out bounds: %s', (exclude, said) => {
    const { left, right, rows } = joining({ exclude });
    right.add(of('x'), 95).add(of('m'), 100).add(of('y'), 110);
    left.add(of('a'), 100);
    expect(rows.take()).toEqual(said);
  });

  it('reads bounds as durations, and may look into one direction alone', () => {
    const { left, right, rows } = joining({ within: ['-2s', '-1s'] });
    right.add(of('x'), 500).add(of('y'), 1_000).add(of('z'), 2_500);
    left.add(of('a'), 2_500);
    expect(rows.take()).toEqual(['ax', 'ay']);
  });

  it('says the unpaired with their own time when no partner can come, and holds the watermark back until then', () => {
    const { left, right, joined, rows, both } = joining({ type: 'outer' });
    const counts = record(joined.pipe(windowBy(tumbling(10), { aggregate: count() }), brief));
    left.add(of('a'), 100);
    right.add(of('x', 2), 103);
    both(108);
    expect([rows.take(), rows.takeWatermarks()]).toEqual([[], [100]]);
    both(109);
    expect([rows.take(), rows.takeWatermarks()]).toEqual([['_x'], []]);
    both(111);
    expect([rows.take(), rows.takeWatermarks()]).toEqual([['a_'], [111]]);
    expect(counts.take()).toEqual(['100:2']);
  });

  it('lets the watermark go when the partner comes', () => {
    const { left, right, rows, both } = joining({ type: 'left' });
    left.add(of('a'), 100);
    both(104);
    right.add(of('x'), 104);
    expect([rows.take(), rows.takeWatermarks()]).toEqual([['ax'], [100, 104]]);
  });

  it('hands out what is late, or joins it as long as it is allowed to', () => {
    const late: JoinLateRecord<Keyed, Keyed>[] = [];
    const drops = dropCounts();
    const { left, right, rows, both } = joining({ allowedLateness: 5, drops, late: { next: (one: never) => void late.push(one) } });
    left.add(of('a'), 100);
    both(110);
    right.add(of('x'), 104).add(of('y'), 105);
    left.add(of('b'), 104);
    expect(rows.take()).toEqual(['ay']);
    expect(late.map(({ side, value, by, window, retraction }) => [side, value.v, by, window, retraction])).toEqual([
      ['right', 'x', 6, undefined, false],
      ['left', 'b', 6, undefined, false],
    ]);
    expect(drops.expired).toBe(2);
  });

  it('compares keys by value, undefined, NaN, Dates and objects too', () => {
    const { left, right, rows } = joining();
    const keys = [undefined, null, Number.NaN, new Date(5), { a: [1, { b: 2 }] }, '1', 1];
    keys.forEach((key, i) => left.add({ k: key, v: String(i) }, 1));
    keys.forEach((key, i) => right.add({ k: structuredClone(key), v: String(i) }, 1));
    expect(rows.take()).toEqual(keys.map((_key, i) => `${i}${i}`));
  });

  it('is not held back by a side that is idle, or has completed', () => {
    const { left, right, rows } = joining({ type: 'left' });
    left.add(of('a'), 1).advanceWatermarkTo(20);
    right.idle();
    expect([rows.take(), rows.takeWatermarks()]).toEqual([['a_'], [20]]);
    right.add(of('x'), 25).complete();
    left.add(of('b'), 25);
    expect([rows.take(), rows.completed]).toEqual([['bx'], false]);
    left.complete();
    expect(rows.completed).toBe(true);
  });

  it('withdraws the rows of what is withdrawn, panes too', () => {
    const orders = testStream<{ k: number }>();
    const names = testStream<Keyed>({ clock: orders.clock });
    const counted = orders.pipe(
      windowBy(tumbling(10), { key: o => o.k, aggregate: count(), accumulation: 'retracting', allowedLateness: 20 }),
    );
    const joined = counted.pipe(
      intervalJoin(names, {
        within: [-20, 20],
        allowedLateness: 20,
        leftKey: pane => pane.key,
        rightKey: name => name.k as number,
        select: (pane, name) => `${name.v} ${pane.value}`,
      }),
    );
    const rows = record(joined);
    const live = record(joined.pipe(windowBy(tumbling(100), { aggregate: count() }), brief));
    names.add(of('ann', 1), 2);
    orders.add({ k: 1 }, 1).advanceWatermarkTo(10);
    names.advanceWatermarkTo(10);
    orders.add({ k: 1 }, 3);
    expect([joined.retracts, rows.take()]).toEqual([true, ['ann 1', 'ann 1', 'ann 2']]);
    orders.complete();
    names.complete();
    expect(live.take()).toEqual(['0:1']);
  });

  it('refuses the withdrawal of what is not there', () => {
    const { left, rows } = joining();
    left.add(of('a'), 1).retract(of('a'), 1).retract(of('a'), 1);
    expect(String(rows.error)).toContain('interval join, left side: a retraction takes back an element that was added before, but came as');
  });
});

describe('intervalJoin as an operator of RxJS', () => {
  const options = { within: [-1, 1] as const, leftKey: (l: Item) => l.v, rightKey: (r: Item) => r.v };
  const join = (right: Parameters<typeof intervalJoin<Item, Item, number, string>>[0]) =>
    intervalJoin(right, { ...options, select: (l: Item, r: Item) => `${l.t}-${r.t}` });

  it('joins a stream with itself, cold or shared', () => {
    const cold = timed([at(1), at(2), at(4)]);
    expect(listen(cold.pipe(join(cold))).said).toEqual(['1-1', '2-1', '1-2', '2-2', '4-4', 'done']);
    const source = new Subject<Item>();
    const shared = timed(source).pipe(share());
    const heard = listen(shared.pipe(join(shared)));
    for (const t of [1, 2]) source.next(at(t));
    expect(heard.said).toEqual(['1-1', '2-1', '1-2', '2-2']);
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

  it('lets go of both sides when unsubscribed, when enough was said, and when a function throws', () => {
    const [left, right] = [new Subject<Item>(), new Subject<Item>()];
    listen(timed(left).pipe(join(timed(right)))).subscription.unsubscribe();
    expect([left.observed, right.observed]).toEqual([false, false]);
    const heard = listen(timed(left).pipe(join(timed(right)), take(1)));
    left.next(at(1));
    left.next(at(2));
    right.next(at(1));
    expect([heard.said, left.observed, right.observed]).toEqual([['1-1', 'done'], false, false]);
    const boom = (): never => {
      throw new Error('boom');
    };
    for (const bad of [{ select: boom }, { leftKey: boom, select: () => '' }]) {
      const failed = listen(timed(left).pipe(intervalJoin(timed(right), { ...options, ...bad })));
      right.next(at(1));
      left.next(at(1));
      expect([failed.said, left.observed, right.observed]).toEqual([['Error: boom'], false, false]);
    }
    const alone = listen(timed([at(1)]).pipe(intervalJoin(timed([]), { ...options, type: 'left', select: boom })));
    expect(alone.said).toEqual(['Error: boom']);
  });

  it('queues what a subscriber feeds into a side', () => {
    const [left, right] = [new Subject<Item>(), new Subject<Item>()];
    const said: string[] = [];
    timed(left)
      .pipe(join(timed(right)))
      .subscribe(row => {
        said.push(row);
        if (said.length === 1) right.next(at(2));
      });
    right.next(at(0));
    right.next(at(1));
    left.next(at(1));
    expect(said).toEqual(['1-0', '1-1', '1-2']);
  });

  it('refuses values that have lost their time', () => {
    const left = timed([at(1)]).pipe(startWith(at(0)));
    expect(listen(left.pipe(join(timed(NEVER)))).said[0]).toContain('EVENT_TIME_LOST: intervalJoin(-1 to 1)');
  });
});

describe('the options of intervalJoin', () => {
  const stream = testStream<Keyed>();
  const good = { within: [0, '5s'], leftKey: (l: Keyed) => l.k, rightKey: (r: Keyed) => r.k, select: () => 'row' };
  const refused = (options: object, right: unknown = stream): string =>
    refusal(() =>
      stream.pipe(intervalJoin(right as typeof stream, options as IntervalJoinOptions<Keyed, Keyed, unknown, string, 'inner'>)),
    );

  it.each<[object, string]>([
    [{ ...good, within: '5m' }, `BAD_OPTION: intervalJoin: within must be two durations, such as ['-5m', '10m'], but came as "5m".`],
    [{ ...good, within: [1] }, 'intervalJoin: within must be two durations'],
    [{ ...good, within: ['5 min', 0] }, 'BAD_DURATION: intervalJoin: within must be a whole number of milliseconds'],
    [
      { ...good, within: [5, 4] },
      'intervalJoin: within must be two finite durations with some time between, the lower one first, but came as [5,4].',
    ],
    [{ ...good, within: [0, Number.POSITIVE_INFINITY] }, 'must be two finite durations'],
    [{ ...good, within: [5, 5], exclude: 'lower' }, 'must be two finite durations with some time between'],
    [{ ...good, exclude: 'none' }, 'intervalJoin: exclude must be one of lower, upper, both, but came as "none".'],
    [{ ...good, type: 'full' }, 'intervalJoin: type must be one of inner, left, right, outer, but came as "full".'],
    [{ ...good, leftKey: 'k' }, 'intervalJoin: leftKey must be a function'],
    [{ ...good, select: undefined }, 'intervalJoin: select must be a function'],
    [{ ...good, late: 5 }, 'intervalJoin: late must be an observer'],
    [{ ...good, drops: {} }, 'intervalJoin: drops must be made by dropCounts()'],
    [{ ...good, allowedLateness: '-1s' }, 'intervalJoin: allowedLateness must be zero or longer'],
    [{ ...good, window: tumbling(5) }, 'intervalJoin: there is no option "window".'],
  ])('refuse, number %#', (options, sentence) => {
    expect(refused(options)).toContain(sentence);
  });

  it('refuse a right side without event time', () => {
    expect(refused(good, NEVER)).toContain('intervalJoin: its first argument must be a stream with event time');
  });

  it('are held against a snapshot', () => {
    const right = testStream<Keyed>({ clock: stream.clock });
    const make = (upper: number) =>
      stream.pipe(intervalJoin(right, { within: [0, upper], leftKey: l => l.k, rightKey: r => r.k, select: () => 1, name: 'clicks' }));
    const snapshot = record(make(5)).snapshot();
    expect(refusal(() => record(make(6), { from: snapshot }))).toBe(
      'BAD_SNAPSHOT: intervalJoin(0 to 6) "clicks": the snapshot is of "inner, 0 to 5, lateness 0", not of "inner, 0 to 6, lateness 0". Use the same options, or start anew.',
    );
  });
});
