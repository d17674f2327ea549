import { Subject, take } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { Aggregate } from '../../src/aggregates/aggregate.js';
import { count } from '../../src/aggregates/count.js';
import { max } from '../../src/aggregates/max.js';
import { sum } from '../../src/aggregates/sum.js';
import { dropCounts } from '../../src/engine/drops.js';
import type { LateRecord, Pane } from '../../src/engine/pane.js';
import type { Trigger } from '../../src/engine/trigger.js';
import { type WindowOptions, windowBy } from '../../src/operators/windowBy.js';
import { manualClock } from '../../src/testing/manualClock.js';
import { record } from '../../src/testing/record.js';
import { testStream } from '../../src/testing/testStream.js';
import { boundedOutOfOrderness } from '../../src/time/boundedOutOfOrderness.js';
import { afterCount } from '../../src/triggers/afterCount.js';
import { afterWatermark } from '../../src/triggers/afterWatermark.js';
import { defineTrigger } from '../../src/triggers/defineTrigger.js';
import { every } from '../../src/triggers/every.js';
import { repeatedly } from '../../src/triggers/repeatedly.js';
import { defineAssigner } from '../../src/windows/defineAssigner.js';
import { session } from '../../src/windows/session.js';
import { sliding } from '../../src/windows/sliding.js';
import { tumbling } from '../../src/windows/tumbling.js';
import { at, brief, type Item, listen, timed } from '../streams.js';

const aggregate = count();

describe('late elements', () => {
  it('go to the late observer, which is told nothing else, and are counted', () => {
    const late: (LateRecord<Item> | string)[] = [];
    const drops = dropCounts();
    const windows = windowBy<Item, number>(tumbling(10), {
      aggregate,
      drops,
      late: { next: record => late.push(record), complete: () => late.push('done') },
    });
    expect(listen(timed([at(1), at(25), at(3)]).pipe(windows, brief)).said).toEqual(['0:1', '20:1', 'done']);
    const expected = {
      value: at(3),
      timestamp: 3,
      reason: 'expired',
      watermark: 25,
      window: { start: 0, end: 10 },
      by: 22,
      retraction: false,
    };
    expect([late, drops]).toEqual([[expected], { expired: 1, closed: 0, future: 0, unassigned: 0, overflow: 0, duplicate: 0 }]);
  });

  it('say when a trigger had finished, and are not the ones that fall into no window', () => {
    const late: LateRecord<Item>[] = [];
    const drops = dropCounts();
    const options = { aggregate, drops, late: { next: (record: LateRecord<Item>) => late.push(record) } };
    listen(timed([at(1), at(2)]).pipe(windowBy(tumbling(10), { ...options, trigger: afterCount(1), finishing: 'allow' })));
    expect(late).toMatchObject([{ timestamp: 2, reason: 'closed', by: 0 }]);
    listen(timed([at(7)]).pipe(windowBy(sliding(5, 10), options)));
    expect([late.length, drops]).toEqual([1, { expired: 0, closed: 1, future: 0, unassigned: 1, overflow: 0, duplicate: 0 }]);
  });

  it('may have a Subject as observer, also one for many runs', () => {
    const late$ = new Subject<LateRecord<Item>>();
    const { said } = listen(late$);
    const windows = timed([at(25), at(3)]).pipe(windowBy(tumbling(10), { aggregate, late: late$ }));
    listen(windows);
    listen(windows);
    expect(said).toMatchObject([{ timestamp: 3 }, { timestamp: 3 }]);
  });

  it('fail the stream when their observer throws', () => {
    const boom = (): never => {
      throw new Error('boom');
    };
    expect(listen(timed([at(25), at(3), at(50)]).pipe(windowBy(tumbling(10), { aggregate, late: { next: boom } }))).said).toEqual([
      'Error: boom',
    ]);
  });
});

describe('keys', () => {
  const keyed = (keys: readonly unknown[]) => {
    const windows = windowBy<Item, number, unknown>(tumbling(10), { aggregate, key: item => keys[item.v] });
    return listen(timed(keys.map((_key, i) => at(1, i))).pipe(windows)).said as (Pane<unknown, number> | string)[];
  };
  const groups = (keys: readonly unknown[]) =>
    keyed(keys)
      .slice(0, -1)
      .map(pane => [(pane as Pane<unknown, number>).key, (pane as Pane<unknown, number>).value]);

  it('are compared by value', () => {
    expect(groups([null, undefined, undefined])).toEqual([
      [null, 1],
      [undefined, 2],
    ]);
    expect(groups([Number.NaN, 0, -0, Number.NaN])).toEqual([
      [Number.NaN, 2],
      [0, 2],
    ]);
    expect(groups([1, '1', 1n, true, 1n])).toEqual([
      [1, 1],
      ['1', 1],
      [1n, 2],
      [true, 1],
    ]);
    expect(groups([new Date(5), new Date(5), new Date(6)])).toEqual([
      [new Date(5), 2],
      [new Date(6), 1],
    ]);
    expect(
      groups([
        ['a', 1],
        ['a', 1],
        ['a', '1'],
      ]),
    ).toEqual([
      [['a', 1], 2],
      [['a', '1'], 1],
    ]);
    expect(groups([{ a: 1, b: [2] }, { b: [2], a: 1 }, { a: 1 }])).toEqual([
      [{ a: 1, b: [2] }, 2],
      [{ a: 1 }, 1],
    ]);
  });

  class Airport {
    readonly code = 'AMS';
  }
  const cycle: Record<string, unknown> = {};
  cycle.self = cycle;
  it.each([
    ['a class instance', new Airport(), 'Airport {"code":"AMS"}'],
    ['a function', groups, 'function groups'],
    ['a symbol', Symbol('AMS'), 'Symbol(AMS)'],
    ['a cycle', cycle, '[object Object]'],
  ])('cannot be %s', (_name, key, shown) => {
    const sentence = (where: string, element: Item): string =>
      `BAD_KEY: ${where}: key must be a primitive other than a symbol, a Date, or an array or plain object of these, but came as ${shown}. Return an id of it instead. Element: ${JSON.stringify(element)}.`;
    expect(keyed(['fine', key, 'fine'])).toEqual([sentence('windowBy(tumbling(10))', at(1, 1))]);
    const sessions = windowBy<Item, number, unknown>(session(5), { aggregate, key: () => key });
    expect(listen(timed([at(1)]).pipe(sessions)).said).toEqual([sentence('windowBy(session(5))', at(1))]);
  });
});

describe('a key that is refused', () => {
  it('is named with its element, also among very many keys', () => {
    const items = Array.from({ length: 70_000 }, (_, i) => at(1, i));
    const windows = windowBy<Item, number, unknown>(tumbling(10), { aggregate, key: item => (item.v === 69_990 ? listen : item.v) });
    expect(listen(timed(items).pipe(windows)).said).toEqual([expect.stringMatching(/^BAD_KEY: .* Element: \{"t":1,"v":69990\}\.$/)]);
  });
});

describe('a function that throws', () => {
  const boom = (): never => {
    throw new Error('boom');
  };
  const acc: Aggregate<Item, number, number> = { create: () => 0, add: n => n + 1, merge: (a, b) => a + b, result: n => n };
  const twice: Trigger<Item> = repeatedly(afterCount(2));
  const trigger = (methods: Partial<Trigger<Item>>): Partial<WindowOptions<Item, unknown, number>> => ({
    trigger: defineTrigger({ ...twice, ...methods }),
  });

  it.each<[string, Partial<WindowOptions<Item, unknown, number>>]>([
    ['key', { key: boom }],
    ['create', { aggregate: { ...acc, create: boom } }],
    ['add', { aggregate: { ...acc, add: boom } }],
    ['result', { aggregate: { ...acc, result: boom } }],
    ['merge', { aggregate: { ...acc, merge: boom } }],
    ['sum', { aggregate: sum<Item>(boom) }],
    ['init of a trigger', trigger({ init: boom })],
    ['onElement of a trigger', trigger({ onElement: boom })],
    ['shouldFire of a trigger', trigger({ shouldFire: boom })],
    ['onFire of a trigger', trigger({ onFire: boom })],
    ['isFinished of a trigger', trigger({ isFinished: boom })],
    ['merge of a trigger', trigger({ merge: boom })],
  ])('(%s) ends the stream with its error: no pane follows, and the source is let go of', (_name, options) => {
    const source = new Subject<Item>();
    const stream = timed(source, { watermark: boundedOutOfOrderness(20) });
    const heard = listen(stream.pipe(windowBy<Item, number, unknown>(session(10), { aggregate: acc, ...options })));
    // The third element joins the sessions of the first two.
    for (const item of [at(1), at(15), at(8), at(60), at(90)]) source.next(item);
    expect(heard.said.at(-1)).toBe('Error: boom');
    expect(heard.said.filter(said => typeof said !== 'string')).toEqual([]);
    expect(source.observed).toBe(false);
  });

  it('may be an assigner or a gap', () => {
    const broken = defineAssigner<Item>({ name: 'broken', merging: false, assign: boom });
    for (const assigner of [broken, session<Item>(boom)]) {
      expect(listen(timed([at(1), at(2)]).pipe(windowBy(assigner, { aggregate: acc }))).said).toEqual(['Error: boom']);
    }
    const impossible = session<Item>(() => -5);
    expect(listen(timed([at(1)]).pipe(windowBy(impossible, { aggregate: acc }))).said).toEqual([
      'BAD_WINDOW: session(): the gap of the element {"t":1,"v":1} must be zero or longer and finite, but came as -5. Check the gap function.',
    ]);
  });

  it('ends all streams behind it', () => {
    const source = new Subject<Item>();
    const behind = windowBy<Pane<undefined, number>, number>(tumbling(100), { aggregate });
    const heard = listen(timed(source).pipe(windowBy(tumbling(10), { aggregate: { ...acc, result: boom } }), behind));
    for (const item of [at(1), at(30)]) source.next(item);
    expect([heard.said, source.observed]).toEqual([['Error: boom'], false]);
  });

  it('does so on the clock, too', () => {
    const clock = manualClock(0);
    const source = new Subject<Item>();
    const windows = windowBy<Item, number>(tumbling(10), {
      aggregate: { ...acc, result: boom },
      trigger: afterWatermark({ early: every(5) }),
    });
    const heard = listen(timed(source, { clock }).pipe(windows));
    source.next(at(1));
    clock.advanceTo(5);
    expect([heard.said, source.observed]).toEqual([['Error: boom'], false]);
  });
});

describe('reentrancy', () => {
  it('queues what a subscriber feeds back while panes are said', () => {
    const source = new Subject<Item>();
    const order: string[] = [];
    timed(source)
      .pipe(windowBy(tumbling(10), { aggregate, key: (item: Item) => item.v }), take(4))
      .subscribe(pane => {
        order.push(`${pane.window.start}/${pane.key}`);
        if (pane.window.start === 0 && pane.key === 1) {
          source.next(at(25, 3));
          source.next(at(31, 4));
        }
      });
    for (const item of [at(1, 1), at(2, 2), at(12, 2), at(40, 5)]) source.next(item);
    // The pane of key 2 comes before what the pane of key 1 has fed back.
    expect(order).toEqual(['0/1', '0/2', '10/2', '20/3']);
  });

  it('queues what reaches the operator itself meanwhile', () => {
    const stream = testStream<Item>();
    const values: string[] = [];
    stream.pipe(windowBy(tumbling(10), { aggregate }), brief).subscribe({
      next(text) {
        values.push(text);
        if (text === '0:1') stream.add(at(11), 11).advanceWatermarkTo(20).complete();
      },
      complete: () => values.push('done'),
    });
    stream.add(at(1), 1).advanceWatermarkTo(10);
    expect(values).toEqual(['0:1', '10:1', 'done']);
  });
});

describe('a deep queue', () => {
  it('is worked off without a deep stack', () => {
    const stream = testStream<Item>();
    let heard = 0;
    stream.pipe(windowBy(tumbling(1), { aggregate })).subscribe(({ window }) => {
      heard++;
      if (heard < 10_000) stream.add(at(window.end), window.end).advanceWatermarkTo(window.end + 1);
    });
    stream.add(at(0), 0).advanceWatermarkTo(1);
    expect(heard).toBe(10_000);
  });
});

describe('the clock', () => {
  it('moves before an element is looked at', () => {
    const clock = manualClock(0);
    const source = new Subject<Item>();
    const windows = windowBy<Item, number>(tumbling(100), { aggregate, trigger: afterWatermark({ early: every(10) }) });
    const heard = listen(timed(source, { clock }).pipe(windows, brief));
    source.next(at(1));
    clock.advanceTo(10);
    source.next(at(2));
    expect(heard.said).toEqual(['0:1']);
    clock.advanceTo(25);
    clock.advanceTo(35);
    expect(heard.said).toEqual(['0:1', '0:2']);
  });

  it('may be moved by a subscriber', () => {
    const clock = manualClock(0);
    const source = new Subject<Item>();
    const early = windowBy<Item, number, number>(tumbling(100), {
      aggregate,
      key: item => item.v,
      trigger: afterWatermark({ early: every(10) }),
    });
    const order: string[] = [];
    timed(source, { clock })
      .pipe(early)
      .subscribe(pane => {
        order.push(`${pane.key}:${pane.value} at ${clock.now()}`);
        if (order.length > 1) return;
        clock.advanceTo(25);
        source.next(at(3, 1));
        clock.advanceTo(30);
      });
    source.next(at(1, 1));
    source.next(at(2, 2));
    clock.advanceTo(10);
    clock.advanceTo(39);
    expect(order).toEqual(['1:1 at 10', '2:1 at 30']);
    clock.advanceTo(40);
    expect(order).toEqual(['1:1 at 10', '2:1 at 30', '1:2 at 40']);
  });

  it('asks for nothing more when the stream has ended', () => {
    const clock = manualClock(0);
    const source = new Subject<Item>();
    const heard = listen(
      timed(source, { clock }).pipe(windowBy(tumbling(100), { aggregate, trigger: afterWatermark({ early: every(10) }) })),
    );
    source.next(at(1));
    heard.subscription.unsubscribe();
    clock.advanceTo(100);
    expect(heard.said).toEqual([]);
  });
});

describe('retractions', () => {
  it('are refused by an aggregate without remove, also when nothing could be known before', () => {
    const stream = testStream<Item>();
    const panes = record(stream.pipe(windowBy(tumbling(10), { aggregate: max((item: Item) => item.v) })));
    stream.add(at(1), 1).retract(at(1), 1);
    expect(String(panes.error)).toBe(
      'TidemarkError: windowBy(tumbling(10)): a value is withdrawn, but the aggregate has no remove. Use one that has, such as count.',
    );
  });

  it('take elements out again', () => {
    const stream = testStream<Item>();
    const panes = record(stream.pipe(windowBy(tumbling(10), { aggregate: sum((item: Item) => item.v) })));
    stream.add(at(1, 5), 1).add(at(2, 3), 2).retract(at(1, 5), 1).advanceWatermarkTo(10);
    expect(panes.take()).toMatchObject([{ value: 3 }]);
  });
});
