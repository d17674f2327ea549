import { NEVER, Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { dropCounts } from '../../src/engine/drops.js';
import type { LateRecord } from '../../src/engine/pane.js';
import { type EventTimeOptions, eventTime } from '../../src/operators/eventTime.js';
import { manualClock } from '../../src/testing/manualClock.js';
import { arrivalTime } from '../../src/time/arrivalTime.js';
import type { Duration } from '../../src/time/duration.js';
import { at, type Item, listen, timed } from '../streams.js';
import { refusal } from '../support.js';

const HOUR = 3_600_000;
const NAMES = 'timestamp, watermark, source, sources, idleAfter, maxFuture, late, drops, name, clock, batches';
const duration = "must be a whole number of milliseconds or a text such as '250ms', '5s', '1.5m', '2h' or '7d', but came as";

describe('the options of eventTime', () => {
  const refused = (options: unknown): string => refusal(() => eventTime([at(1)], options as EventTimeOptions<Item>));
  const timestamp = (item: Item): number => item.t;

  it.each<[string, unknown, string]>([
    ['none', undefined, `eventTime: options must be an object with ${NAMES}, but came as undefined.`],
    ['a field name', 't', `eventTime: options must be an object with ${NAMES}, but came as "t".`],
    ['no timestamp', {}, 'eventTime: timestamp must be a function, but came as undefined.'],
    ['a field name as timestamp', { timestamp: 't' }, 'eventTime: timestamp must be a function, but came as "t".'],
    ['a misspelt name', { timestamp, idleafter: '1s' }, `eventTime: there is no option "idleafter". There are: ${NAMES}.`],
    ['its name', { timestamp: 't', name: 'clicks' }, 'eventTime "clicks": timestamp must be a function, but came as "t".'],
    [
      'a strategy that was not called',
      { timestamp, watermark: arrivalTime },
      `eventTime: watermark must be a strategy, such as boundedOutOfOrderness('5s'), but came as function arrivalTime.`,
    ],
    [
      'arrivalTime with a timestamp',
      { timestamp, watermark: arrivalTime() },
      'eventTime: timestamp must be left out with arrivalTime(), but came as function timestamp.',
    ],
    ['a source that is no function', { timestamp, source: 'id' }, 'eventTime: source must be a function, but came as "id".'],
    [
      'sources without source',
      { timestamp, sources: ['a'] },
      'eventTime: source must be a function if there are sources, but came as undefined.',
    ],
    [
      'sources that are no array',
      { timestamp, source: timestamp, sources: 'ab' },
      'eventTime: sources must be an array, but came as "ab".',
    ],
    ['no idleness', { timestamp, idleAfter: 0 }, 'eventTime: idleAfter must be longer than zero and finite, but came as 0.'],
    ['a negative future', { timestamp, maxFuture: -1 }, 'eventTime: maxFuture must be zero or longer, but came as -1.'],
    [
      'late that is a function',
      { timestamp, late: timestamp },
      'eventTime: late must be an observer, such as { next: record => ... }, but came as function timestamp.',
    ],
  ])('refuse %s', (_name, options, sentence) => {
    expect(refused(options)).toBe(`BAD_OPTION: ${sentence}`);
  });

  it.each<[Duration, string]>([
    ['5 min' as Duration, '"5 min"'],
    ['' as Duration, '""'],
    ['5' as Duration, '"5"'],
    [1.5, '1.5'],
    [Number.NaN, 'NaN'],
  ])('refuse the duration %j', (idleAfter, shown) => {
    expect(refused({ timestamp, idleAfter })).toBe(`BAD_DURATION: eventTime: idleAfter ${duration} ${shown}.`);
    expect(refused({ timestamp, maxFuture: idleAfter })).toBe(`BAD_DURATION: eventTime: maxFuture ${duration} ${shown}.`);
  });
});

describe('bad timestamps', () => {
  it.each<[string, unknown, string, string]>([
    ['NaN', Number.NaN, 'NaN', 'Filter such elements out before eventTime().'],
    ['a fraction', 1.5, '1.5', 'Round it: Math.floor(timestamp).'],
    ['a bigint', 5n, '5n', 'Return Number(timestamp), in milliseconds.'],
    ['a text', '2024-03-31', '"2024-03-31"', 'Return Date.parse(text), or Number(text) for epoch milliseconds.'],
    ['a Date', new Date(0), 'Date 1970-01-01T00:00:00.000Z', 'Return date.getTime().'],
    ['an invalid Date', new Date(Number.NaN), 'Invalid Date', 'Filter such elements out before eventTime().'],
    [
      'nanoseconds',
      1.7e18,
      '1700000000000000000',
      'So far from the clock: is it in seconds or microseconds? Or set maxFuture, late or drops.',
    ],
    ['nothing', undefined, 'undefined', 'Has the element that field?'],
  ])('%s fails the stream and names the element', (_name, t, shown, cure) => {
    const stream = (name?: string) => timed([at(1), { t, v: 7 } as never, at(3)], name === undefined ? {} : { name });
    const element = JSON.stringify({ t: typeof t === 'bigint' ? '5n' : t, v: 7 });
    const sentence = `timestamp must be a safe integer: milliseconds since the epoch, but came as ${shown}. Element: ${element}. ${cure}`;
    expect(listen(stream()).said).toEqual([at(1), `BAD_TIMESTAMP: eventTime: ${sentence}`]);
    expect(listen(stream('clicks')).said.at(-1)).toBe(`BAD_TIMESTAMP: eventTime "clicks": ${sentence}`);
  });

  it('lets go of the source', () => {
    const source = new Subject<Item>();
    const { said } = listen(timed(source));
    source.next({ t: Number.NaN, v: 0 });
    expect([said.length, source.observed]).toEqual([1, false]);
  });
});

describe('the future guard', () => {
  const guarded = (options: object = {}) => {
    const clock = manualClock(1_000);
    const source = new Subject<Item>();
    const late: LateRecord<Item>[] = [];
    const drops = dropCounts();
    const stream = timed(source, { clock, drops, late: { next: record => late.push(record) }, ...options });
    return { clock, source, late, drops, heard: listen(stream) };
  };

  it('turns away what is more than an hour ahead of the clock, says so and counts it', () => {
    const { source, late, drops, heard } = guarded();
    const wrong = at(1_001 + HOUR);
    for (const item of [at(1_000 + HOUR), wrong, at(5)]) source.next(item);
    expect(heard.values).toEqual([at(1_000 + HOUR), at(5)]);
    expect(late).toEqual([
      { value: wrong, timestamp: wrong.t, reason: 'future', watermark: 1_000 + HOUR, window: undefined, by: HOUR + 1, retraction: false },
    ]);
    expect(drops).toEqual({ expired: 0, closed: 0, future: 1, unassigned: 0, overflow: 0, duplicate: 0 });
  });

  it('lets in later ones when the clock has moved on', () => {
    const { clock, source, drops, heard } = guarded({ maxFuture: 10 });
    source.next(at(1_011));
    clock.advanceTo(1_001);
    source.next(at(1_011));
    expect([heard.values.length, drops.future]).toEqual([1, 1]);
  });

  it('does not move the watermark', () => {
    const { source, late } = guarded({ maxFuture: 10 });
    for (const item of [at(900), at(5_000), at(5_001)]) source.next(item);
    expect(late.map(record => record.watermark)).toEqual([900, 900]);
  });

  it('can be switched off', () => {
    for (const maxFuture of [false, Number.POSITIVE_INFINITY]) {
      const { source, drops, heard } = guarded({ maxFuture });
      source.next(at(Number.MAX_SAFE_INTEGER));
      expect([heard.values.length, drops.future]).toEqual([1, 0]);
    }
  });

  describe('on a stream in other units', () => {
    const now = Date.UTC(2026, 4, 1);
    const unheard = (times: readonly number[], options: object = {}) => {
      const { values, said } = listen(
        timed(
          times.map(time => at(time)),
          { clock: manualClock(now), ...options },
        ),
      );
      return [values.length, said.at(-1)];
    };
    const far = (time: number): string =>
      `BAD_TIMESTAMP: eventTime: timestamp must be a safe integer: milliseconds since the epoch, but came as ${time}. Element: {"t":${time},"v":1}. So far from the clock: is it in seconds or microseconds? Or set maxFuture, late or drops.`;

    it('fails at the first element, if that is in seconds', () => {
      expect(unheard([now / 1000, now])).toEqual([0, far(now / 1000)]);
      expect(unheard([now / 1000], { drops: dropCounts(), late: { next() {} } })).toEqual([0, far(now / 1000)]);
      // Not in the middle of a stream, nor by the clock of a test, nor where the guard is off.
      expect(unheard([now - HOUR, now / 1000])).toEqual([2, 'done']);
      expect(unheard([now / 1000], { maxFuture: false })).toEqual([1, 'done']);
      for (const start of [0, 1_000, 100_000, 3e11]) expect(unheard([start / 1000], { clock: manualClock(start) })).toEqual([1, 'done']);
      // A simulation from 0 on, and history from 1970 on.
      expect(unheard([0, 86_400_000, 30 * 86_400_000])).toEqual([3, 'done']);
    });

    it('fails at its end, or behind 100 elements, if none counts and nobody hears of it', () => {
      const micros = (n: number): number => now * 1000 + n;
      expect(unheard([micros(0), micros(1)])).toEqual([0, far(micros(1))]);
      const source = new Subject<Item>();
      const heard = listen(timed(source, { clock: manualClock(now) }));
      for (let n = 0; n < 99; n++) source.next(at(micros(n)));
      expect(heard.said).toEqual([]);
      source.next(at(micros(99)));
      expect([heard.said.at(-1), source.observed]).toEqual([far(micros(99)), false]);
    });

    it('goes on where one counts, or somebody hears of the others', () => {
      const ahead = Array.from({ length: 150 }, (_, n) => now + 2 * HOUR + n);
      expect(unheard([...ahead.slice(50), ...ahead], { drops: dropCounts() })).toEqual([0, 'done']);
      expect(unheard(ahead, { late: { next() {} } })).toEqual([0, 'done']);
      expect(unheard([now, ...ahead])).toEqual([1, 'done']);
      expect(unheard([...ahead.slice(60), now, ...ahead])).toEqual([1, 'done']);
      expect(unheard([])).toEqual([0, 'done']);
    });
  });

  it('leaves a late observer open when the stream ends: it may be shared', () => {
    const said: string[] = [];
    const late = { next: () => {}, complete: () => said.push('late done') };
    timed([], { late }).subscribe({ complete: () => said.push('done') });
    expect(said).toEqual(['done']);
  });

  it('fails the stream when the late observer throws', () => {
    const boom = (): never => {
      throw new Error('boom');
    };
    const { source, heard } = guarded({ maxFuture: 10, late: { next: boom } });
    source.next(at(5_000));
    expect([heard.said, source.observed]).toEqual([['Error: boom'], false]);
  });
});

describe('an eventTime stream', () => {
  it('knows its name and its clock', () => {
    const clock = manualClock();
    expect([timed(NEVER).kind, timed(NEVER, { name: 'x' }).kind, timed(NEVER, { clock }).clock, timed(NEVER).clock]).toEqual([
      'eventTime',
      'eventTime "x"',
      clock,
      undefined,
    ]);
  });
});
