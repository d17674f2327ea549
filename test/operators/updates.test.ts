import fc from 'fast-check';
import { take } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { count } from '../../src/aggregates/count.js';
import type { Pane } from '../../src/engine/pane.js';
import type { WindowAssigner } from '../../src/engine/window.js';
import { type UpdatesOptions, updates } from '../../src/operators/updates.js';
import { type WindowOptions, windowBy } from '../../src/operators/windowBy.js';
import { record } from '../../src/testing/record.js';
import { testStream } from '../../src/testing/testStream.js';
import { afterCount } from '../../src/triggers/afterCount.js';
import { afterWatermark } from '../../src/triggers/afterWatermark.js';
import { session } from '../../src/windows/session.js';
import { tumbling } from '../../src/windows/tumbling.js';

const chatty = afterWatermark({ early: afterCount(1) });

function pipeline(
  options: UpdatesOptions,
  more: Partial<WindowOptions<string, string, number>> = {},
  assigner: WindowAssigner = tumbling(10),
) {
  const source = testStream<string>();
  const panes = source.pipe(
    windowBy(assigner, { key: (k: string) => k, aggregate: count(), trigger: chatty, allowedLateness: 20, ...more }),
  );
  return { source, panes, stream: panes.pipe(updates(options)) };
}

const said = (panes: readonly Pane<string, number>[]) => panes.map(pane => `${pane.timing} ${pane.key}@${pane.window.start}=${pane.value}`);

describe('updates', () => {
  it('says the first early pane at once, then the newest one per interval, in order of windows', () => {
    const { source, stream } = pipeline({ every: '1s' });
    const out = record(stream);
    source.add('a', 1).add('a', 2).add('a', 3).advanceProcessingTime(400).add('b', 1).add('b', 2).add('a', 11).add('a', 12);
    expect(said(out.take())).toEqual(['early a@0=1', 'early b@0=1', 'early a@10=1']);
    source.advanceProcessingTime(599);
    expect(out.take()).toEqual([]);
    source.advanceProcessingTime(1);
    expect(said(out.take())).toEqual(['early a@0=3']);
    source.add('a', 4).advanceProcessingTime(400);
    expect(said(out.take())).toEqual(['early b@0=2', 'early a@10=2']);
    source.advanceProcessingTime(5_000);
    expect(said(out.take())).toEqual(['early a@0=4']);
    source.advanceProcessingTime(5_000);
    expect(out.take()).toEqual([]);
  });

  it('says several that are due in one step in order of windows, first seen', () => {
    const { source, stream } = pipeline({ every: 1000 });
    const out = record(stream);
    source.add('z', 11).add('z', 1).add('a', 1);
    out.take();
    source.add('a', 1).add('z', 1).add('z', 11).advanceProcessingTime(1000);
    expect(said(out.take())).toEqual(['early z@0=2', 'early a@0=2', 'early z@10=2']);
  });

  it('passes on-time and late panes at once, in place of what is held back', () => {
    const { source, stream } = pipeline({ every: '1s' });
    const out = record(stream);
    source.add('a', 1).add('a', 2).advanceWatermarkTo(10).add('a', 3).add('a', 4);
    expect(said(out.take())).toEqual(['early a@0=1', 'on-time a@0=2', 'late a@0=3', 'late a@0=4']);
    expect(out.takeWatermarks()).toEqual([10]);
    source.advanceProcessingTime(5000).complete();
    expect(out.take()).toEqual([]);
    expect(out.completed).toBe(true);
  });

  it('says at most so many early panes, and the newest when the window is complete', () => {
    const { source, stream } = pipeline({ maxPerWindow: 2 }, { onTime: 'ifChanged' });
    const out = record(stream);
    source.add('a', 1).add('a', 1).add('a', 1).add('a', 1).add('b', 1);
    expect(said(out.take())).toEqual(['early a@0=1', 'early a@0=2', 'early b@0=1']);
    source.advanceProcessingTime(100_000).advanceWatermarkTo(9);
    expect(out.take()).toEqual([]);
    source.advanceWatermarkTo(10);
    expect(said(out.take())).toEqual(['early a@0=4']);
    source.complete();
    expect(out.take()).toEqual([]);

    const none = pipeline({ maxPerWindow: 0 });
    const quiet = record(none.stream);
    none.source.add('a', 1).complete();
    expect(said(quiet.take())).toEqual(['on-time a@0=1']);
  });

  it('says what is held back before it completes', () => {
    const { source, stream } = pipeline({ every: 1000 }, { onTime: 'ifChanged' });
    const out = record(stream);
    source.add('a', 1).add('a', 1);
    out.take();
    source.complete();
    expect(said(out.take())).toEqual(['early a@0=2']);
    expect(out.completed).toBe(true);
  });

  it('does not let the watermark pass what is held back', () => {
    const { source, stream } = pipeline({ every: 1000 }, { timestampCombiner: 'latest' });
    const out = record(stream);
    source.add('a', 1).add('a', 4).advanceWatermarkTo(6);
    expect(out.takeWatermarks()).toEqual([4]);
    source.advanceProcessingTime(1000);
    expect(out.takeWatermarks()).toEqual([6]);
  });

  it('lets a session that has grown count on, and names all that it replaces', () => {
    const { source, stream } = pipeline({ every: 1000 }, {}, session(10));
    const out = record(stream);
    source.add('a', 0).add('a', 2).add('a', 4);
    expect(out.take().map(pane => pane.window.end)).toEqual([10]);
    source.advanceProcessingTime(1000);
    const [grown] = out.take();
    expect(grown?.window).toEqual({ start: 0, end: 14 });
    expect(grown?.replaces).toContainEqual({ start: 0, end: 10 });

    const few = pipeline({ maxPerWindow: 2 }, {}, session(10));
    const panes = record(few.stream);
    few.source.add('a', 0).add('a', 2).add('a', 4).add('a', 6).complete();
    expect(panes.take().map(pane => [pane.timing, pane.value])).toEqual([
      ['early', 1],
      ['early', 2],
      ['on-time', 4],
    ]);
  });

  it('hands on errors and says nothing after; lets go of its timer', () => {
    const { source, stream } = pipeline({ every: 1000 });
    const out = record(stream);
    source.add('a', 1).add('a', 1);
    out.take();
    source.error('broken');
    expect(out.error).toBe('broken');
    const heard = pipeline({ every: 1000 });
    const panes: unknown[] = [];
    const subscription = heard.stream.subscribe(pane => panes.push(pane));
    heard.source.add('a', 1).add('a', 1);
    subscription.unsubscribe();
    heard.source.advanceProcessingTime(5000);
    source.advanceProcessingTime(5000);
    expect(panes).toHaveLength(1);
  });

  it('stands a subscriber that feeds the source, and one that stops in the middle', () => {
    const { source, stream } = pipeline({ every: 1000 });
    const heard: string[] = [];
    stream.subscribe(pane => {
      heard.push(...said([pane]));
      if (heard.length === 3) source.add('a', 1).advanceWatermarkTo(10);
    });
    source.add('a', 1).add('b', 1).add('a', 1).add('b', 1).advanceProcessingTime(1000);
    expect(heard).toEqual(['early a@0=1', 'early b@0=1', 'early a@0=2', 'early b@0=2', 'on-time a@0=3', 'on-time b@0=2']);

    const other = pipeline({ every: 1000 });
    const few: unknown[] = [];
    other.stream.pipe(take(3)).subscribe(pane => few.push(pane));
    other.source.add('a', 1).add('b', 1).add('a', 1).add('b', 1).advanceProcessingTime(1000);
    expect(few).toHaveLength(3);
  });

  it('refuses what does not accumulate, and bad options', () => {
    expect(() => pipeline({}, { accumulation: 'retracting' })).toThrow(
      /updates: .*'accumulating', but came as "retracting"\. .*materialize/,
    );
    expect(() => pipeline({}, { accumulation: 'discarding' })).toThrow(/updates: .*"discarding"/);
    expect(() => updates({ every: 0 })).toThrow(/updates: every must be longer than zero/);
    expect(() => updates({ maxPerWindow: -1 })).toThrow(/updates: maxPerWindow must be a whole number/);
    expect(() => updates({ maxPerWindow: 1.5 })).toThrow(/maxPerWindow/);
    expect(() => updates({ each: 1 } as never)).toThrow(/no option "each"/);
  });

  const step = fc.oneof(
    { weight: 5, arbitrary: fc.record({ key: fc.constantFrom('a', 'b'), at: fc.integer({ min: 0, max: 60 }) }) },
    { weight: 1, arbitrary: fc.record({ to: fc.integer({ min: 0, max: 90 }) }) },
    { weight: 2, arbitrary: fc.record({ wait: fc.integer({ min: 1, max: 1500 }) }) },
  );

  it.each([
    ['tumbling', tumbling(10)],
    ['session', session(6)],
  ] as const)('leaves the same last pane of each window, keeps its interval, over any restart (%s)', (_name, assigner) => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), fc.nat(40), fc.option(fc.nat(3)), fc.boolean(), (steps, cut, most, lazy) => {
        const options = { every: 1000, ...(most === null ? {} : { maxPerWindow: most }) } as const;
        const more = { onTime: lazy ? 'ifChanged' : 'always', allowedLateness: 10 } as const;
        const one = pipeline(options, more, assigner);
        const all = record(one.panes);
        const whole = record(one.stream);
        const two = pipeline(options, more, assigner);
        let parts = record(two.stream);
        const resumed: Pane<string, number>[] = [];
        const earlyAt = new Map<string, number>();
        const fold = (into: Map<string, number>, panes: readonly Pane<string, number>[]): void => {
          for (const pane of panes) {
            for (const { start, end } of pane.replaces) into.delete(`${pane.key} ${start}-${end}`);
            into.set(`${pane.key} ${pane.window.start}-${pane.window.end}`, pane.value);
          }
        };
        const expected = new Map<string, number>();
        const shown = new Map<string, number>();
        const out: Pane<string, number>[] = [];
        const look = (): void => {
          const panes = whole.take();
          for (const pane of panes) {
            if (pane.timing !== 'early' || most !== null) continue;
            const id = `${pane.key} ${pane.window.start}-${pane.window.end}`;
            const now = one.source.clock.now();
            // The last word of a window that is complete comes whatever the interval.
            if (!lazy && earlyAt.has(id)) expect(now - (earlyAt.get(id) as number)).toBeGreaterThanOrEqual(1000);
            earlyAt.set(id, now);
          }
          fold(shown, panes);
          out.push(...panes);
        };
        steps.forEach((next, i) => {
          if (i === cut) {
            resumed.push(...parts.take());
            const from = parts.snapshot();
            parts.stop();
            parts = record(two.stream, { from });
          }
          for (const { source } of [one, two]) {
            if ('to' in next) source.advanceWatermarkTo(Math.max(next.to, source.watermark));
            else if ('wait' in next) source.advanceProcessingTime(next.wait);
            else source.add(next.key, next.at);
          }
          look();
        });
        one.source.complete();
        two.source.complete();
        look();
        fold(expected, all.take());
        expect([...shown].sort()).toEqual([...expected].sort());
        expect([...resumed, ...parts.take()]).toEqual(out);
      }),
    );
  });
});
