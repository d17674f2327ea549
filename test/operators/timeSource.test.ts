import { Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { count } from '../../src/aggregates/count.js';
import { dropCounts } from '../../src/engine/drops.js';
import { type EventTimeOptions, eventTime } from '../../src/operators/eventTime.js';
import { windowBy } from '../../src/operators/windowBy.js';
import { type ManualClock, manualClock } from '../../src/testing/manualClock.js';
import { type Recording, record } from '../../src/testing/record.js';
import { arrivalTime } from '../../src/time/arrivalTime.js';
import { boundedOutOfOrderness } from '../../src/time/boundedOutOfOrderness.js';
import { punctuated } from '../../src/time/punctuated.js';
import { tumbling } from '../../src/windows/tumbling.js';
import { brief, listen } from '../streams.js';

interface Reading {
  readonly id?: unknown;
  readonly t: number;
  readonly upTo?: number;
}

interface Bench {
  readonly source: Subject<Reading>;
  readonly clock: ManualClock;
  readonly recording: Recording<Reading>;
  /** An element comes; gives the watermarks that follow. */
  says(id: unknown, t: number): number[];
  /** The clock moves; gives the watermarks that follow. */
  waits(to: number): number[];
}

function bench(options: Partial<EventTimeOptions<Reading>> = {}): Bench {
  const source = new Subject<Reading>();
  const clock = manualClock(0);
  const common = { timestamp: (reading: Reading) => reading.t, maxFuture: false as const, clock };
  const recording = record(eventTime(source, { ...common, ...options } as EventTimeOptions<Reading>));
  return {
    source,
    clock,
    recording,
    says(id, t) {
      source.next({ id, t });
      return recording.takeWatermarks();
    },
    waits(to) {
      clock.advanceTo(to);
      return recording.takeWatermarks();
    },
  };
}

const bySource = { source: (reading: Reading) => reading.id };

describe('the watermark of one source', () => {
  it('is the highest timestamp by default, and is said only when it moves', () => {
    const { says } = bench();
    expect([says('a', 5), says('a', 3), says('a', 5), says('a', 6)]).toEqual([[5], [], [], [6]]);
  });

  it('follows its strategy', () => {
    const bounded = bench({ watermark: boundedOutOfOrderness(10) });
    expect([bounded.says('a', 5), bounded.says('a', 30), bounded.says('a', 25)]).toEqual([[-5], [20], []]);
    const marked = bench({ watermark: punctuated((reading: Reading) => reading.upTo) });
    marked.source.next({ t: 5 });
    marked.source.next({ t: 5, upTo: 4 });
    marked.source.next({ t: 5, upTo: 2 });
    expect(marked.recording.takeWatermarks()).toEqual([4]);
  });

  it('ignores a strategy of yours that goes back', () => {
    const { says } = bench({ watermark: { name: 'back', create: () => ({ onEvent: time => 100 - time, memory: () => null }) } });
    expect([says('a', 5), says('a', 50), says('a', 1)]).toEqual([[95], [], [99]]);
  });

  it('stands still when the stream falls silent', () => {
    const { says, waits } = bench({ idleAfter: 10, watermark: boundedOutOfOrderness(3) });
    expect([says('a', 50), waits(9), waits(10), waits(90), says('a', 49), says('a', 52)]).toEqual([[47], [], [], [], [], [49]]);
  });
});

describe('the watermark of several sources', () => {
  it('is the lowest of those that are known so far', () => {
    const { says } = bench(bySource);
    expect([says('a', 50), says('b', 20), says('a', 60), says('b', 55)]).toEqual([[50], [], [], [55]]);
  });

  it('waits for declared ones from the start', () => {
    const { says } = bench({ ...bySource, sources: ['a', 'b'] });
    expect([says('a', 50), says('b', 20), says('c', 40), says('b', 45)]).toEqual([[], [20], [], [40]]);
  });

  it('knows sources by value', () => {
    const { says } = bench({ ...bySource, sources: [{ id: 1 }, ['x', 2]] });
    expect([says({ id: 1 }, 50), says(['x', 2], 20)]).toEqual([[], [20]]);
  });

  it('refuses a source that has no identity', () => {
    const { says, recording } = bench(bySource);
    says(() => 1, 5);
    expect(String(recording.error)).toBe(
      'TidemarkError: eventTime: source: key must be a primitive other than a symbol, a Date, or an array or plain object of these, but came as a function. Return an id of it instead. Element: {"t":5}.',
    );
  });

  it('is not held back by a silent one, which rejoins with its next element and never leads back', () => {
    const { says, waits, clock } = bench({ ...bySource, idleAfter: 10 });
    says('a', 50);
    expect(says('b', 20)).toEqual([]);
    clock.advanceTo(6);
    expect(says('a', 60)).toEqual([]);
    expect(waits(9)).toEqual([]);
    expect(waits(10)).toEqual([60]);
    // b is back: it is behind, so the watermark stands until it has caught up.
    expect([says('b', 30), says('a', 70), says('b', 65)]).toEqual([[], [], [65]]);
  });

  it('is the highest, once, when all are silent, in whatever order', () => {
    const { says, waits } = bench({ ...bySource, idleAfter: 10 });
    says('a', 50);
    says('b', 20);
    expect([waits(10), waits(20), waits(500)]).toEqual([[], [], []]);
    const other = bench({ ...bySource, idleAfter: 10, sources: ['a', 'b'] });
    other.says('a', 20);
    other.clock.advanceTo(5);
    other.says('b', 90);
    expect([other.waits(10), other.waits(15), other.waits(100)]).toEqual([[90], [], []]);
  });

  it('is not held back for ever by a declared one that never speaks', () => {
    const { says, waits } = bench({ ...bySource, sources: ['a', 'mute'], idleAfter: 10 });
    expect([says('a', 50), waits(9)]).toEqual([[], []]);
    says('a', 51);
    expect(waits(10)).toEqual([51]);
  });

  it('judges the elements of one that is back by what has been promised', () => {
    const source = new Subject<Reading>();
    const clock = manualClock(0);
    const drops = dropCounts();
    const stream = eventTime(source, { timestamp: r => r.t, ...bySource, idleAfter: 10, maxFuture: false, clock });
    const { said } = listen(stream.pipe(windowBy(tumbling(10), { aggregate: count(), drops }), brief));
    source.next({ id: 'a', t: 25 });
    source.next({ id: 'b', t: 1 });
    expect([said, drops.expired]).toEqual([[], 1]);
    clock.advanceTo(5);
    source.next({ id: 'a', t: 45 });
    clock.advanceTo(10);
    source.next({ id: 'b', t: 31 });
    source.next({ id: 'b', t: 42 });
    source.complete();
    expect([said, drops.expired]).toEqual([['20:1', '40:2', 'done'], 2]);
  });
});

describe('arrival time', () => {
  const arrival = { timestamp: undefined, watermark: arrivalTime({ every: 10 }) };

  it('is the clock: as timestamp, as watermark before each element, and at every tick', () => {
    const clock = manualClock(3);
    const source = new Subject<string>();
    const heard: string[] = [];
    eventTime(source, { watermark: arrivalTime({ every: 10 }), clock }).connect(
      {
        closed: false,
        next: (value, time) => void heard.push(`${value}@${time}`),
        watermark: time => void heard.push(`w${time}`),
        idle() {},
        error() {},
        complete() {},
      },
      { clock, state: undefined },
    );
    source.next('a');
    clock.advanceTo(9);
    source.next('b');
    for (const time of [10, 20, 35]) clock.advanceTo(time);
    expect(heard).toEqual(['w3', 'a@3', 'w9', 'b@9', 'w10', 'w20', 'w35']);
  });

  it('is whole milliseconds', () => {
    const clock = manualClock(3.7);
    const source = new Subject<string>();
    const recording = record(eventTime(source, { watermark: arrivalTime(), clock }));
    source.next('a');
    expect(recording.takeWatermarks()).toEqual([3]);
  });

  it('ticks for each of several sources', () => {
    const { says, waits } = bench({ ...bySource, ...arrival });
    says('a', 0);
    says('b', 0);
    expect([waits(10), waits(20)]).toEqual([[10], [20]]);
  });

  it('stops ticking when the stream ends', () => {
    const { source, waits, recording } = bench(arrival);
    source.complete();
    expect([waits(10), recording.completed]).toEqual([[], true]);
  });
});

describe('reentrancy', () => {
  it('queues what a subscriber feeds back, in order', () => {
    const source = new Subject<Reading>();
    const order: number[] = [];
    eventTime(source, { timestamp: r => r.t }).subscribe(({ t }) => {
      order.push(t);
      if (t < 10) {
        source.next({ t: t + 10 });
        source.next({ t: t + 20 });
        order.push(-t);
      }
    });
    source.next({ t: 1 });
    source.next({ t: 2 });
    expect(order).toEqual([1, -1, 11, 21, 2, -2, 12, 22]);
  });

  it('works off a queue of 10,000 without a deep stack', () => {
    const source = new Subject<Reading>();
    let heard = 0;
    const deep = eventTime(source, { timestamp: r => r.t, maxFuture: false });
    deep.subscribe(({ t }) => {
      heard++;
      if (t < 10_000) source.next({ t: t + 1 });
    });
    source.next({ t: 1 });
    expect(heard).toBe(10_000);
    const { said } = listen(deep.pipe(windowBy(tumbling(10), { aggregate: count() })));
    source.next({ t: 9_999 });
    source.complete();
    expect(said.at(-1)).toBe('done');
  });

  it('lets completion, errors and the clock wait for their turn', () => {
    const heard = (end: (source: Subject<Reading>) => void): string[] => {
      const source = new Subject<Reading>();
      const said: string[] = [];
      eventTime(source, { timestamp: r => r.t }).subscribe({
        next({ t }) {
          if (t === 1) {
            source.next({ t: 2 });
            end(source);
          }
          said.push(String(t));
        },
        error: error => said.push(String(error)),
        complete: () => said.push('done'),
      });
      source.next({ t: 1 });
      return said;
    };
    expect(heard(source => source.complete())).toEqual(['1', '2', 'done']);
    expect(heard(source => source.error('boom'))).toEqual(['1', '2', 'boom']);
    const { source, clock, recording } = bench({ ...bySource, idleAfter: 10, sources: ['a', 'b'] });
    const moving = eventTime(source, { timestamp: r => r.t, clock, idleAfter: 10, maxFuture: false }).subscribe(() => clock.advanceTo(20));
    source.next({ id: 'a', t: 5 });
    expect(recording.takeWatermarks()).toEqual([5]);
    moving.unsubscribe();
  });
});

describe('a snapshot of a source', () => {
  it('goes on with its watermark, sources, idleness and memory', () => {
    const clock = manualClock(0);
    const source = new Subject<Reading>();
    const stream = eventTime(source, {
      timestamp: r => r.t,
      ...bySource,
      idleAfter: 10,
      maxFuture: false,
      clock,
      watermark: boundedOutOfOrderness(5),
    });
    const first = record(stream);
    source.next({ id: 'a', t: 50 });
    source.next({ id: 'b', t: 30 });
    clock.advanceTo(8);
    source.next({ id: 'a', t: 60 });
    clock.advanceTo(10);
    expect(first.takeWatermarks()).toEqual([45, 55]);
    const from = first.snapshot();
    first.stop();
    const second = record(stream, { from });
    source.next({ id: 'a', t: 58 });
    expect(second.takeWatermarks()).toEqual([]);
    source.next({ id: 'a', t: 70 });
    expect(second.takeWatermarks()).toEqual([65]);
    source.next({ id: 'b', t: 40 });
    source.next({ id: 'a', t: 90 });
    expect(second.takeWatermarks()).toEqual([]);
  });
});

describe('a source behind a restart', () => {
  it('is not judged anew by how far it is from the clock', () => {
    const source = new Subject<Reading>();
    const stream = eventTime(source, { timestamp: r => r.t, clock: manualClock(1e13) });
    const first = record(stream);
    source.next({ id: 'a', t: 1e13 });
    const from = first.snapshot();
    first.stop();
    const second = record(stream, { from });
    source.next({ id: 'a', t: 2e13 });
    source.next({ id: 'a', t: 1e10 });
    source.complete();
    expect([second.error, second.completed]).toEqual([undefined, true]);
  });
});

describe('a throwing function', () => {
  const boom = (): never => {
    throw new Error('boom');
  };
  it.each<[string, Partial<EventTimeOptions<Reading>>]>([
    ['timestamp', { timestamp: boom }],
    ['source', { source: boom }],
    ['punctuated', { watermark: punctuated(boom) }],
    ['the strategy', { ...bySource, watermark: { name: 'bad', create: boom } }],
  ])('%s fails the stream, which lets go of the source', (_name, options) => {
    const { source, recording } = bench(options);
    source.next({ id: 'a', t: 5 });
    source.next({ id: 'a', t: 6 });
    expect([recording.error, source.observed]).toEqual([new Error('boom'), false]);
  });
});
