import fc from 'fast-check';
import { delay, map } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { collect } from '../../src/aggregates/collect.js';
import { count } from '../../src/aggregates/count.js';
import { TidemarkError } from '../../src/errors.js';
import { finals } from '../../src/operators/finals.js';
import { union } from '../../src/operators/union.js';
import { type WindowOptions, windowBy } from '../../src/operators/windowBy.js';
import { record } from '../../src/testing/record.js';
import { testStream } from '../../src/testing/testStream.js';
import { afterCount } from '../../src/triggers/afterCount.js';
import { afterWatermark } from '../../src/triggers/afterWatermark.js';
import { repeatedly } from '../../src/triggers/repeatedly.js';
import { session } from '../../src/windows/session.js';
import { tumbling } from '../../src/windows/tumbling.js';

const chatty = afterWatermark({ early: afterCount(1) });

function pipeline(options: Partial<WindowOptions<string, string, number>> = {}) {
  const source = testStream<string>();
  const stream = source.pipe(
    windowBy(tumbling(10), { key: k => k, aggregate: count(), trigger: chatty, allowedLateness: 20, ...options }),
    finals(),
  );
  return { source, stream };
}

const said = (panes: readonly { key: unknown; window: { start: number }; value: unknown; isLast: boolean }[]) =>
  panes.map(pane => `${pane.key}@${pane.window.start}=${pane.value}${pane.isLast ? '!' : ''}`);

describe('finals', () => {
  it.each(['accumulating', 'retracting'] as const)('says one last pane per key and window when it has expired (%s)', accumulation => {
    const { source, stream } = pipeline({ accumulation });
    const out = record(stream);
    source.add('b', 12).add('a', 1).add('b', 2).add('a', 3).advanceWatermarkTo(20).add('a', 4).advanceWatermarkTo(29);
    expect(out.take()).toEqual([]);
    source.advanceWatermarkTo(30);
    expect(said(out.take())).toEqual(['a@0=3!', 'b@0=1!']);
    source.advanceWatermarkTo(100);
    expect(said(out.take())).toEqual(['b@10=1!']);
    source.complete();
    expect(out.take()).toEqual([]);
    expect(out.completed).toBe(true);
  });

  it('orders by end, start, first seen, also when panes are withdrawn meanwhile', () => {
    const { source, stream } = pipeline({ accumulation: 'retracting' });
    const out = record(stream);
    source.add('z', 15).add('z', 1).add('a', 2).add('z', 3).advanceWatermarkTo(100);
    expect(said(out.take())).toEqual(['z@0=2!', 'a@0=1!', 'z@10=1!']);
  });

  it('says the last pane of a finished trigger with the next watermark, and what is left when the stream completes', () => {
    const { source, stream } = pipeline({ trigger: afterCount(2), finishing: 'allow' });
    const out = record(stream);
    source.add('a', 1).add('a', 2);
    expect(out.take()).toEqual([]);
    source.advanceWatermarkTo(3);
    expect(said(out.take())).toEqual(['a@0=2!']);
    const other = pipeline({ allowedLateness: Infinity });
    const all = record(other.stream);
    other.source.add('b', 12).add('a', 1).advanceWatermarkTo('23:00');
    expect(all.take()).toEqual([]);
    expect(all.takeWatermarks()).toEqual([]);
    other.source.complete();
    expect(said(all.take())).toEqual(['a@0=1!', 'b@10=1!']);
    expect(all.completed).toBe(true);
  });

  it('keeps its watermark behind by the lateness, so that no final is late downstream', () => {
    const { source, stream } = pipeline();
    const again = stream.pipe(windowBy(tumbling(10), { aggregate: collect(pane => pane.key) }));
    const finalsOnly = record(stream);
    const out = record(again);
    source.add('a', 1).advanceWatermarkTo(25);
    expect(finalsOnly.takeWatermarks()).toEqual([5]);
    source.advanceWatermarkTo(30);
    expect(finalsOnly.takeWatermarks()).toEqual([10]);
    expect(out.take().map(pane => [pane.timing, pane.value])).toEqual([['on-time', ['a']]]);
  });

  it('does not let the watermark pass a pane with a timestamp of its own', () => {
    const { source, stream } = pipeline({ timestampCombiner: 'earliest', allowedLateness: 0, onTime: 'ifChanged' });
    const first = record(stream);
    source.add('a', 1).add('b', 4).advanceWatermarkTo(6);
    expect(first.takeWatermarks()).toEqual([1]);
    const from = first.snapshot();
    first.stop();
    const out = record(stream, { from });
    source.advanceWatermarkTo(7);
    expect(out.takeWatermarks()).toEqual([]); // 1 has been said before the restart
    source.advanceWatermarkTo(10);
    expect(out.take().map(pane => pane.timestamp)).toEqual([1, 4]);
    expect(out.takeWatermarks()).toEqual([10]);
  });

  it.each(['accumulating', 'retracting'] as const)('says nothing of sessions that were merged away (%s)', accumulation => {
    const source = testStream<string>();
    const out = record(
      source.pipe(
        windowBy(session(10), { key: k => k, aggregate: count(), trigger: chatty, accumulation, allowedLateness: 5, onTime: 'ifChanged' }),
        finals(),
      ),
    );
    source.add('a', 0).add('a', 15).add('a', 8).advanceWatermarkTo(29);
    expect(out.take()).toEqual([]);
    source.advanceWatermarkTo(30);
    const panes = out.take();
    expect(panes.map(pane => [pane.window, pane.value, pane.replaces])).toEqual([[{ start: 0, end: 25 }, 3, []]]);
  });

  it('finds windowBy behind stock operators and unions, and takes the largest lateness', () => {
    const a = testStream<string>();
    const b = testStream<string>();
    const panes = (source: typeof a, allowedLateness: number) =>
      source.pipe(
        windowBy(tumbling(10), { key: k => k, aggregate: count(), allowedLateness }),
        map(pane => ({ ...pane, value: `n${pane.value}` })),
      );
    const out = record(union(panes(a, 5), panes(b, 30)).pipe(finals()));
    a.add('a', 1).advanceWatermarkTo(10).advanceWatermarkTo(39);
    b.add('b', 1).advanceWatermarkTo(10).advanceWatermarkTo(39);
    expect(said(out.take())).toEqual([]);
    a.advanceWatermarkTo(40);
    b.advanceWatermarkTo(40);
    expect(said(out.take())).toEqual(['a@0=n1!', 'b@0=n1!']);
  });

  it('refuses at assembly what it could not finish', () => {
    const source = testStream<string>();
    const failure = (build: () => unknown): string => {
      try {
        build();
      } catch (error) {
        expect(error).toBeInstanceOf(TidemarkError);
        return `${(error as TidemarkError).code}: ${(error as TidemarkError).message}`;
      }
      return 'none';
    };
    expect(failure(() => source.pipe(finals() as never))).toMatch(
      /^BAD_OPTION: finals: its source must be made by windowBy\(\), but came as "testStream"/,
    );
    expect(failure(() => pipeline({ accumulation: 'discarding' }))).toMatch(
      /^BAD_OPTION: finals: .*'accumulating', but came as "discarding". Set it/,
    );
  });

  it('hands on errors and idleness, and fails when event time was lost', async () => {
    const { source, stream } = pipeline();
    const out = record(stream);
    source.add('a', 1).error('broken');
    expect(out.error).toBe('broken');
    expect(out.completed).toBe(false);

    let idle = 0;
    const quiet = pipeline();
    const subscription = quiet.stream.connect(
      { closed: false, next() {}, watermark() {}, idle: () => void idle++, error() {}, complete() {} },
      { clock: quiet.source.clock, state: undefined },
    );
    quiet.source.idle();
    subscription.unsubscribe();
    quiet.source.idle();
    expect(idle).toBe(1);

    const late = testStream<string>();
    const lost = record(late.pipe(windowBy(tumbling(10), { aggregate: count() }), delay(0), finals()));
    late.add('a', 1).advanceWatermarkTo(10);
    await new Promise(resolve => setTimeout(resolve, 1));
    expect((lost.error as TidemarkError).code).toBe('EVENT_TIME_LOST');
  });

  it('stands a subscriber that feeds the source', () => {
    const { source, stream } = pipeline({ allowedLateness: 0 });
    const heard: string[] = [];
    stream.subscribe(pane => {
      heard.push(...said([pane]));
      if (heard.length === 1) source.add('c', 12).advanceWatermarkTo(20);
    });
    source.add('a', 1).add('b', 2).advanceWatermarkTo(10);
    expect(heard).toEqual(['a@0=1!', 'b@0=1!', 'c@10=1!']);
  });

  const step = fc.oneof(
    { weight: 4, arbitrary: fc.record({ key: fc.constantFrom('a', 'b'), at: fc.integer({ min: 0, max: 60 }) }) },
    { weight: 1, arbitrary: fc.record({ to: fc.integer({ min: 0, max: 90 }) }) },
  );

  it.each(['accumulating', 'retracting'] as const)('is the newest pane of each session, over any restart (%s)', accumulation => {
    const build = () => {
      const source = testStream<string>();
      const panes = source.pipe(
        windowBy(session(6), { key: k => k, aggregate: count(), trigger: chatty, accumulation, allowedLateness: 10 }),
      );
      return { source, panes, stream: panes.pipe(finals()) };
    };
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), fc.nat(30), (steps, cut) => {
        const one = build();
        const panes = record(one.panes);
        const whole = record(one.stream);
        const two = build();
        let parts = record(two.stream);
        const resumed: unknown[] = [];
        steps.forEach((next, i) => {
          if (i === cut) {
            resumed.push(...parts.take());
            const from = parts.snapshot();
            parts.stop();
            parts = record(two.stream, { from });
          }
          for (const { source } of [one, two])
            'to' in next ? source.advanceWatermarkTo(Math.max(next.to, source.watermark)) : source.add(next.key, next.at);
        });
        one.source.complete();
        two.source.complete();
        const newest = new Map<string, number>();
        const id = (key: string, { start, end }: { start: number; end: number }) => `${key} ${start}-${end}`;
        for (const pane of panes.take()) {
          for (const old of pane.replaces) newest.delete(id(pane.key, old));
          if (pane.retraction) newest.delete(id(pane.key, pane.window));
          else newest.set(id(pane.key, pane.window), pane.value);
        }
        const finalPanes = whole.take();
        expect(finalPanes.map(pane => [id(pane.key, pane.window), pane.value]).sort()).toEqual([...newest].sort());
        expect(finalPanes.every(pane => pane.isLast && !pane.retraction)).toBe(true);
        expect([...resumed, ...parts.take()]).toEqual(finalPanes);
      }),
    );
  });

  it('is typed by the panes, and takes repeated triggers', () => {
    const { source } = pipeline();
    const stream = source.pipe(windowBy(tumbling(10), { key: k => k, aggregate: count(), trigger: repeatedly(afterCount(1)) }), finals());
    const values: string[] = [];
    stream.subscribe(pane => values.push(`${pane.key.toUpperCase()}${pane.value.toFixed(1)}`));
    source.add('a', 1).complete();
    expect(values).toEqual(['A1.0']);
  });
});
