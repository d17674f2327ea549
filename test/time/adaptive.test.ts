import fc from 'fast-check';
import { Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { readFeed } from '../../examples/earthquakes/feed.js';
import { eventTime } from '../../src/operators/eventTime.js';
import { record } from '../../src/testing/record.js';
import { type AdaptiveOptions, adaptive } from '../../src/time/adaptive.js';
import type { Duration } from '../../src/time/duration.js';
import { END_OF_TIME, START_OF_TIME } from '../../src/time/timestamp.js';
import { refusal } from '../support.js';
import { delayed, exponential, lognormal, offline, uniform } from './disorderedStreams.js';

/** The watermark behind each timestamp. */
function watermarks(timestamps: readonly number[], options?: AdaptiveOptions): number[] {
  const generator = adaptive(options).create();
  return timestamps.map(timestamp => generator.onEvent(timestamp, {}));
}

/** The share of the elements that was not behind the watermark. */
function onTime(timestamps: readonly number[], options?: AdaptiveOptions): number {
  const generator = adaptive(options).create();
  let watermark = START_OF_TIME;
  let late = 0;
  for (const timestamp of timestamps) {
    if (timestamp < watermark) late += 1;
    watermark = generator.onEvent(timestamp, {});
  }
  return 1 - late / timestamps.length;
}

const ascendingTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
const timestamps = fc.array(fc.oneof(fc.integer({ min: -500, max: 500 }), fc.constantFrom(START_OF_TIME, END_OF_TIME)), { maxLength: 300 });
const options = fc.record({ completeness: fc.constantFrom(0.5, 0.9), max: fc.constantFrom(20, 300) }, { requiredKeys: ['completeness'] });

describe('the watermark of adaptive', () => {
  it('never goes back, keeps its limits and is a whole number, also at the ends of time', () => {
    fc.assert(
      fc.property(timestamps, options, (times, { completeness, max }) => {
        const said = watermarks(times, { completeness, min: 5, ...(max === undefined ? {} : { max }) });
        let [highest, before] = [START_OF_TIME, START_OF_TIME];
        said.forEach((watermark, index) => {
          highest = Math.max(highest, times[index]!);
          expect(Number.isSafeInteger(watermark)).toBe(true);
          expect(watermark).toBeGreaterThanOrEqual(before);
          if (watermark > START_OF_TIME) expect(watermark).toBeLessThanOrEqual(highest - 5);
          if (max !== undefined) expect(watermark).toBeGreaterThanOrEqual(highest - max);
          before = watermark;
        });
      }),
    );
  });

  it('is the same whether or not it is restarted, at any point', () => {
    fc.assert(
      fc.property(timestamps, options, fc.nat(300), (times, asked, at) => {
        const strategy = adaptive({ ...asked, memory: 20 } as AdaptiveOptions);
        const straight = strategy.create();
        let restarted = strategy.create();
        times.forEach((timestamp, index) => {
          if (index === at || index % 50 === 49) restarted = strategy.create(JSON.parse(JSON.stringify(restarted.memory())));
          expect(restarted.onEvent(timestamp, {})).toBe(straight.onEvent(timestamp, {}));
        });
        expect(restarted.memory()).toEqual(straight.memory());
      }),
    );
  });

  it('is the highest timestamp once an ordered stream is known', () => {
    const said = watermarks(ascendingTo(1_200));
    expect([said[28], said[29], said[998], said.at(-1)]).toEqual([START_OF_TIME, 29, 998, 1_199]);
  });

  it('starts twice the longest lag behind, after 30 elements of silence', () => {
    const times = [100, 60, ...ascendingTo(28).map(index => 101 + index), 200];
    expect(watermarks(times).slice(-3)).toEqual([START_OF_TIME, 128 - 80, 200 - 80]);
    expect(watermarks(times, { min: 90 }).at(-1)).toBe(200 - 90);
  });

  it('starts max behind, if that is given, from the first element on', () => {
    const said = watermarks(ascendingTo(1_200), { completeness: 0.99, max: '1s' });
    expect([said[0], said[97], said[98]]).toEqual([-1_000, -903, 98]);
  });

  it('grows with the first elements that are late, and shrinks slowly', () => {
    const generator = adaptive({ completeness: 0.99, memory: 1_000 }).create();
    let now = 0;
    const bound = (count: number, lag: number): number => {
      let watermark = 0;
      for (let index = 0; index < count; index++) {
        now += 10;
        generator.onEvent(now, {});
        watermark = generator.onEvent(now - lag, {});
      }
      return now - watermark;
    };
    expect(bound(2_000, 20)).toBe(20);
    expect(bound(6, 1_000)).toBeLessThan(100);
    expect(bound(100, 1_000)).toBeGreaterThanOrEqual(1_000);
    expect(bound(1_000, 20)).toBeGreaterThanOrEqual(1_000);
    expect(bound(5_000, 20)).toBe(20);
  });

  it('is learned for each source by itself', () => {
    const source = new Subject<{ id: string; t: number }>();
    const recording = record(
      eventTime(source, { timestamp: e => e.t, source: e => e.id, maxFuture: false, watermark: adaptive({ completeness: 0.5, max: 100 }) }),
    );
    for (let t = 0; t < 50; t++) {
      source.next({ id: 'ordered', t: 1_000 + t });
      source.next({ id: 'late', t: t % 2 === 0 ? 2_000 + t : 1_990 + t });
    }
    expect(recording.takeWatermarks().at(-1)).toBe(1_049);
    for (let t = 0; t < 50; t++) source.next({ id: 'ordered', t: 3_000 + t });
    // Now the disordered one holds: half of its elements are about 10 behind.
    const held = recording.takeWatermarks().at(-1)!;
    expect(held).toBeGreaterThan(2_030);
    expect(held).toBeLessThan(2_045);
  });

  it.each<[AdaptiveOptions, string]>([
    [{ completeness: 1 }, 'BAD_OPTION: adaptive: completeness must be a share between 0 and 1, but came as 1. '],
    [{ completeness: 0 }, 'BAD_OPTION: adaptive: completeness must be a share between 0 and 1, but came as 0. '],
    [
      { completeness: '0.9' as unknown as number },
      'BAD_OPTION: adaptive: completeness must be a share between 0 and 1, but came as "0.9". ',
    ],
    [{ completeness: Number.NaN }, 'BAD_OPTION: adaptive: completeness must be a share between 0 and 1, but came as NaN. '],
    [{ min: -1 }, 'BAD_OPTION: adaptive: min must be zero or longer, but came as -1.'],
    [{ min: '5s', max: '1s' }, 'BAD_OPTION: adaptive: min must be finite, and not longer than max, but came as "5s".'],
    [{ max: '1 s' as Duration }, 'BAD_DURATION: adaptive: max must be a whole number of milliseconds'],
    [{ memory: 999 }, 'BAD_OPTION: adaptive: memory must be more than 999 elements, to tell a share of 0.999, but came as 999.'],
    [{ bound: 5 } as AdaptiveOptions, 'BAD_OPTION: adaptive: there is no option "bound". There are: completeness, min, max, memory.'],
  ])('refuses %o', (wrong, sentence) => {
    expect(refusal(() => adaptive(wrong))).toContain(sentence);
  });

  it('is named by what it is asked', () => {
    expect([adaptive().name, adaptive({ completeness: 0.99, max: '1m' }).name]).toEqual(['adaptive(0.999)', 'adaptive(0.99, max: 1m)']);
  });
});

describe('the share on time', () => {
  const COUNT = 100_000;

  it.each([
    ['exponential', delayed(COUNT, exponential(1_000)), 0],
    ['uniform', delayed(COUNT, uniform(5_000)), 0],
    ['lognormal', delayed(COUNT, lognormal(6, 1.2)), 0],
    ['growing twentyfold', delayed(COUNT, (random, index) => exponential(250 * (1 + (20 * index) / COUNT))(random, index)), 20],
    ['ten times larger at once', delayed(COUNT, (random, index) => exponential(index < COUNT / 2 ? 500 : 5_000)(random, index)), 60],
  ])('is what was asked, and not much more, with lags %s', (_name, stream, unforeseen) => {
    for (const completeness of [0.9, 0.99, 0.999]) {
      const reached = onTime(stream, { completeness });
      // A change costs some elements that no one can foresee.
      expect(reached).toBeGreaterThanOrEqual(completeness - unforeseen / COUNT);
      expect(reached).toBeLessThanOrEqual(completeness + 0.6 * (1 - completeness) + 0.0004);
    }
  });

  it('suffers when devices come back online with a backlog, unless each is a source of its own', () => {
    const stream = offline(COUNT);
    const together = onTime(
      stream.map(({ at }) => at),
      { completeness: 0.99 },
    );
    expect(together).toBeGreaterThan(0.95);
    expect(together).toBeLessThan(0.99);
    const byDevice = Array.from({ length: 50 }, (_, device) =>
      onTime(
        stream.filter(element => element.device === device).map(({ at }) => at),
        { completeness: 0.99 },
      ),
    );
    expect(Math.min(...byDevice)).toBeGreaterThan(0.985);
    expect(byDevice.reduce((sum, share) => sum + share, 0) / 50).toBeGreaterThan(0.99);
  });

  it('of earthquakes is less than asked: a week of them is too short, and their disorder is of days', () => {
    const quakes = readFeed().map(quake => quake.time);
    const [most, nearly] = [onTime(quakes, { completeness: 0.9 }), onTime(quakes, { completeness: 0.99 })];
    expect([most, nearly].map(share => share.toFixed(3))).toMatchInlineSnapshot(`
      [
        "0.806",
        "0.957",
      ]
    `);
  });
});
