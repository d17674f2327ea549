/** Small stories that once went wrong, each through the public API. */
import { mergeMap, of, Subject, subscribeOn, tap, VirtualTimeScheduler } from 'rxjs';
import { describe, expect, it } from 'vitest';
import {
  afterCount,
  afterFirst,
  afterQuiet,
  afterWatermark,
  ascending,
  collect,
  count,
  countWindow,
  defineAssigner,
  END_OF_TIME,
  eventTime,
  every,
  finals,
  never,
  sliding,
  tumbling,
  union,
  updates,
  windowBy,
} from '../../src/index.js';
import { manualClock, record, testStream } from '../../src/testing/index.js';

interface Event {
  readonly id: string;
  readonly at: number;
}

const timestamp = (event: Event): number => event.at;

describe('two sources of a union', () => {
  it('keep their own times when a subscriber of one feeds the other', () => {
    const a = new Subject<Event>();
    const b = new Subject<Event>();
    const said: unknown[] = [];
    union(eventTime(a, { timestamp }), eventTime(b, { timestamp }))
      .pipe(
        mergeMap(({ id }) => of(`${id}1`, `${id}2`)),
        tap(id => {
          if (id === 'a1') b.next({ id: 'b', at: 25 });
        }),
        windowBy(tumbling(10), { aggregate: collect() }),
      )
      .subscribe(({ window, value }) => said.push([window.start, value]));
    a.next({ id: 'a', at: 5 });
    a.complete();
    b.complete();
    expect(said).toEqual([
      [0, ['a1', 'a2']],
      [20, ['b1', 'b2']],
    ]);
  });

  it('hold the minimum after a restart although one of them had completed', () => {
    const run = (restart: boolean): unknown[] => {
      const [a, b, c] = [testStream<string>(), testStream<string>(), testStream<string>()];
      const stream = union(a, b, c).pipe(windowBy(tumbling(10), { aggregate: collect() }));
      let panes = record(stream);
      a.complete();
      b.add('b1', 1).advanceWatermarkTo(1);
      c.add('c1', 2).advanceWatermarkTo(50);
      if (restart) {
        const from = panes.snapshot();
        panes.stop();
        panes = record(stream, { from });
        a.complete();
      }
      b.add('b2', 3);
      b.complete();
      c.complete();
      return panes.take().map(pane => pane.value);
    };
    expect(run(true)).toEqual(run(false));
    expect(run(true)).toEqual([['b1', 'c1', 'b2']]);
  });
});

describe('windows that share an end', () => {
  const hourAndDay = (sliced: boolean) =>
    defineAssigner({
      name: 'tens and thirties',
      merging: false,
      assign(at, _value, add) {
        add(Math.floor(at / 10) * 10, Math.floor(at / 10) * 10 + 10);
        add(Math.floor(at / 30) * 30, Math.floor(at / 30) * 30 + 30);
      },
      ...(sliced && {
        slicing: {
          slice(at: number, into: { start: number; end: number }) {
            into.start = Math.floor(at / 10) * 10;
            into.end = into.start + 10;
          },
          windows(start: number, end: number, add: (start: number, end: number) => void) {
            add(start, end);
            add(Math.floor(start / 30) * 30, Math.floor(start / 30) * 30 + 30);
          },
        },
      }),
    });

  it.each([true, false])('are both said (sliced: %s)', sliced => {
    const source = testStream<string>();
    const panes = record(source.pipe(windowBy(hourAndDay(sliced), { aggregate: count() })));
    source.add('a', 5).add('b', 25).complete();
    expect(panes.take().map(({ window, value }) => [window.start, window.end, value])).toEqual([
      [0, 10, 1],
      [0, 30, 2],
      [20, 30, 1],
    ]);
  });

  it.each([undefined, afterWatermark({ early: never() })])('are both said at the end of time', trigger => {
    const source = testStream<string>();
    const panes = record(source.pipe(windowBy(sliding(10, 5), { aggregate: count(), ...(trigger && { trigger }) })));
    source.add('last', END_OF_TIME - 1).complete();
    expect(panes.take()).toHaveLength(2);
  });
});

describe('the end of time', () => {
  it('is said by completion alone: two elements there are equal', () => {
    const late: unknown[] = [];
    const panes = record(
      eventTime([END_OF_TIME, END_OF_TIME], { timestamp: at => at, watermark: ascending(), maxFuture: false }).pipe(
        windowBy(tumbling(10), { aggregate: count(), late: { next: one => late.push(one) } }),
      ),
    );
    expect([panes.take().map(pane => pane.value), late]).toEqual([[2], []]);
  });

  it.each([Infinity, 10.5, '99', new Date(5)])('is not said by a strategy that gives %s', mark => {
    const watermark = { name: 'mine', create: () => ({ onEvent: () => mark as number, memory: () => null }) };
    const panes = record(eventTime([{ id: 'a', at: 1 }], { timestamp, watermark }).pipe(windowBy(tumbling(10), { aggregate: count() })));
    expect(panes.error).toMatchObject({
      code: 'BAD_TIMESTAMP',
      message: expect.stringContaining('eventTime: the watermark of mine must be'),
    });
  });
});

describe('windows that cannot be', () => {
  it.each([
    [Number.NaN, Number.NaN],
    [0, Infinity],
    [15, 5],
    [5, 5],
    ['0', '5'],
  ])('are refused: [%s, %s)', (start, end) => {
    const broken = defineAssigner({ name: 'broken', merging: false, assign: (_at, _value, add) => add(start as number, end as number) });
    const source = testStream<string>();
    const panes = record(source.pipe(windowBy(broken, { aggregate: count() })));
    source.add('a', 1);
    expect(panes.error).toMatchObject({ code: 'BAD_WINDOW' });
  });
});

describe('what is held back', () => {
  it('is let go of after a restart, together with its watermark', () => {
    const run = (restart: boolean): unknown => {
      const source = testStream<number>();
      const early = windowBy<number, number>(tumbling(10), {
        aggregate: count(),
        trigger: afterWatermark({ early: afterCount(1) }),
        timestampCombiner: 'earliest',
      });
      const stream = source.pipe(early, updates({ every: '1s' }));
      let out = record(stream);
      source.add(1, 1).add(2, 5).advanceWatermarkTo(7);
      const said = out.take().length;
      if (restart) {
        const from = out.snapshot();
        out.stop();
        out = record(stream, { from });
      } else out.takeWatermarks();
      source.advanceProcessingTime('1s');
      return [said, out.take().length, out.takeWatermarks()];
    };
    expect(run(true)).toEqual(run(false));
  });

  it('does not keep the panes of other keys', () => {
    const source = testStream<string>();
    const panes = record(source.pipe(windowBy(countWindow(2), { key: key => key, aggregate: count() })));
    source.add('rare', 0);
    for (let i = 0; i < 1_000; i++) source.add('hot', i);
    source.complete();
    expect(panes.take()).toHaveLength(501);
  });
});

describe('count windows', () => {
  it('end without an empty pane', () => {
    const panes = record(eventTime([1, 2, 3, 4], { timestamp: n => n }).pipe(windowBy(countWindow(2), { aggregate: collect() })));
    expect(panes.take().map(pane => pane.value)).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });
});

describe('a clock that fails a stream', () => {
  it('lets no element in after that', () => {
    const clock = manualClock();
    const source = new Subject<number>();
    const broken = {
      ...count(),
      rows: undefined as never,
      result: (): number => {
        throw new Error('boom');
      },
    };
    const said: unknown[] = [];
    eventTime(source, { timestamp: n => n, clock, maxFuture: false })
      .pipe(windowBy(tumbling(10), { aggregate: broken, trigger: afterWatermark({ early: every(10) }) }), finals())
      .subscribe({ next: pane => said.push(pane), error: (error: Error) => said.push(error.message) });
    source.next(1);
    clock.advanceTo(10);
    source.next(2);
    expect(said).toEqual(['boom']);
    expect(source.observed).toBe(false);
  });
});

describe('timers', () => {
  const clockEntries = (out: { snapshot(): readonly { readonly state: unknown }[] }): number => {
    const { state } = out.snapshot()[0] as { state: { parts: { data: { wakes?: { processing: unknown[] } } }[] } };
    return state.parts.reduce((sum, { data }) => sum + (data.wakes?.processing.length ?? 0), 0);
  };

  it.each([
    ['afterQuiet', afterQuiet('1h'), 1],
    ['two clocks', afterFirst(every('1h'), every('2h')), 2],
  ])('do not pile up with the elements: %s', (_name, early, most) => {
    const source = testStream<number>();
    const out = record(source.pipe(windowBy(tumbling('1d'), { aggregate: count(), trigger: afterWatermark({ early }) })));
    for (let i = 0; i < 500; i++) source.add(i, i).advanceProcessingTime(1);
    expect(clockEntries(out)).toBeLessThanOrEqual(most);
    source.advanceProcessingTime('3h');
    expect(out.take().map(pane => pane.value)).toEqual([500]);
  });

  it('of live windows survive the sweep of those of expired ones', () => {
    const source = testStream<number>();
    const out = record(source.pipe(windowBy(tumbling(1), { aggregate: count(), trigger: afterWatermark({ early: every('1h') }) })));
    source.add(-1, 9_000);
    for (let i = 0; i < 5_000; i++) source.add(i, i).advanceWatermarkTo(i + 1);
    expect(out.take()).toHaveLength(5_000);
    expect(clockEntries(out)).toBe(1);
    source.advanceProcessingTime('1h');
    expect(out.take().map(pane => [pane.timing, pane.window.start])).toEqual([['early', 9_000]]);
  });
});

describe('a run of stock operators that subscribes later', () => {
  it('hears the watermarks all the same', () => {
    const later = new VirtualTimeScheduler();
    const source = testStream<number>();
    const panes = record(source.pipe(subscribeOn(later), windowBy(tumbling(10), { aggregate: count() })));
    later.flush();
    source.add(1, 1).advanceWatermarkTo(10);
    expect(panes.take().map(pane => pane.value)).toEqual([1]);
  });
});

describe('a retraction that comes too late', () => {
  it.each([undefined, afterWatermark({ early: never() })])('is told from an element', trigger => {
    const source = testStream<number>();
    const late: unknown[] = [];
    const observer = { next: ({ value, retraction }: { value: number; retraction: boolean }) => late.push([value, retraction]) };
    record(source.pipe(windowBy(tumbling(10), { aggregate: count(), late: observer, ...(trigger && { trigger }) })));
    source.advanceWatermarkTo(20).add(3, 3).retract(3, 3);
    expect(late).toEqual([
      [3, false],
      [3, true],
    ]);
  });
});
