/** What lanes have in common beside their elements: time by the clock, room, calls that wait, and what stands in a graph. */
import { take } from 'rxjs';
import { describe, expect, it } from 'vitest';
import {
  boundedOutOfOrderness,
  count,
  eventTime,
  every,
  mapAsync,
  replayable,
  split,
  sum,
  tumbling,
  union,
  windowBy,
} from '../../src/index.js';
import { whatIf } from '../../src/job/whatIf.js';
import { manualClock } from '../../src/testing/manualClock.js';
import { failure, slowly } from './support.js';

const readings = Array.from({ length: 60 }, (_, i) => ({ key: i % 3, at: i * 7, value: i }));
const timed = (name: string, source = slowly(readings, 4)) =>
  eventTime(source, { name, timestamp: r => r.at, watermark: boundedOutOfOrderness(20) });

describe('a trial', () => {
  it('has one clock for all, so that what depends on it is the same', async () => {
    const clock = manualClock(0);
    const source = replayable<(typeof readings)[number]>({
      open: () => {
        let at = 0;
        return {
          async read() {
            await new Promise(resolve => setImmediate(resolve));
            clock.advanceTo(Math.max(clock.now(), at * 100));
            if (at === readings.length) return undefined;
            return { values: readings.slice(at, ++at), positionAfter: count => count };
          },
        };
      },
    });
    // What it drops depends on when it fires.
    const closing = (interval: number) =>
      timed('in', source).pipe(
        windowBy(tumbling(200), {
          name: 'w',
          key: r => r.key,
          aggregate: count(),
          trigger: every(interval),
          finishing: 'allow',
        }),
      );
    const same = await whatIf(closing(250), closing(250), { clock }).report;
    expect(same).toMatchObject({ deterministic: true, differences: [] });
    const other = await whatIf(closing(250), closing(900), { clock: manualClock(0) }).report;
    expect(other.deterministic).toBe(true);
  });

  it('waits for calls in all lanes, and reads no more than they take', async () => {
    let calls = 0;
    const asked = (factor: number) =>
      timed('in').pipe(
        mapAsync(
          async r => {
            calls++;
            await new Promise(resolve => setImmediate(resolve));
            return { ...r, value: r.value * factor };
          },
          { name: 'ask', concurrency: 2 },
        ),
        windowBy(tumbling(100), { name: 'w', aggregate: sum(r => r.value) }),
      );
    const report = await whatIf(asked(1), asked(2)).report;
    expect(report).toMatchObject({ deterministic: true, counts: { different: 5, same: 0 } });
    expect(report.differences[0]).toMatchObject({ base: { value: 105 }, variant: { value: 210 }, delta: 105 });
    expect(calls).toBe(180);
  });

  it('connects the parts of a graph that meet again, in each lane by itself', async () => {
    const halves = (odd: number) => {
      const [some, rest] = split(timed('in'), r => r.value % 2 === 1);
      return union(some.pipe(take(odd)), rest).pipe(windowBy(tumbling(50), { name: 'w', aggregate: count(), allowedLateness: Infinity }));
    };
    expect((await whatIf(halves(99), halves(99)).report).counts).toMatchObject({ same: 9, different: 0, unstable: 0 });
    expect((await whatIf(halves(99), halves(10)).report).deterministic).toBe(true);
  });

  it('reads several sources, each once for all, also one that only the variant has', async () => {
    const opened: string[] = [];
    const source = (name: string) =>
      replayable((from: number) => {
        opened.push(name);
        return readings.slice(from);
      });
    const [left, right] = [source('left'), source('right')];
    const one = timed('left', left).pipe(windowBy(tumbling(100), { name: 'w', aggregate: count() }));
    const both = union(timed('left', left), timed('right', right)).pipe(windowBy(tumbling(100), { name: 'w', aggregate: count() }));
    const report = await whatIf(one, both).report;
    expect(opened.sort()).toEqual(['left', 'right']);
    expect(report).toMatchObject({ elements: 120, counts: { different: 5 } });
  });

  it('goes on when one side has enough', async () => {
    const whole = timed('in').pipe(windowBy(tumbling(100), { name: 'w', aggregate: count() }));
    const report = await whatIf(whole, whole.pipe(take(2))).report;
    expect(report).toMatchObject({ elements: 60, counts: { same: 2, onlyBase: 3 } });
  });

  it('gives up what is under way when it fails', async () => {
    let closed = false;
    const source = replayable({
      open: () => ({
        read: () => new Promise<never>(() => undefined),
        close() {
          closed = true;
        },
      }),
    });
    const stream = eventTime(source, { name: 'in', timestamp: () => 0 }).pipe(windowBy(tumbling(1), { name: 'w', aggregate: count() }));
    const abort = new AbortController();
    const { report } = whatIf(stream, stream, { signal: abort.signal });
    await new Promise(resolve => setImmediate(resolve));
    abort.abort(new Error('enough'));
    expect((await failure(report)).message).toBe('enough');
    expect(closed).toBe(true);
  });
});
