import { describe, expect, it } from 'vitest';
import { collect } from '../../src/aggregates/collect.js';
import { count } from '../../src/aggregates/count.js';
import { max } from '../../src/aggregates/max.js';
import { type LatestPaneOptions, latestPane } from '../../src/operators/latestPane.js';
import { windowBy } from '../../src/operators/windowBy.js';
import { itemsOf } from '../../src/state/blockCuts.js';
import type { SavedState } from '../../src/state/cut.js';
import { type Recording, record } from '../../src/testing/record.js';
import { testStream } from '../../src/testing/testStream.js';
import { afterCount } from '../../src/triggers/afterCount.js';
import { afterWatermark } from '../../src/triggers/afterWatermark.js';
import { globalWindow } from '../../src/windows/globalWindow.js';
import { session } from '../../src/windows/session.js';
import { tumbling } from '../../src/windows/tumbling.js';

const chatty = afterWatermark({ early: afterCount(1) });

function pipeline(options: LatestPaneOptions<number | undefined> = {}) {
  const source = testStream<[string, number]>();
  const panes = source.pipe(
    windowBy(tumbling(10), { key: ([key]) => key, aggregate: max(([, n]) => n), trigger: chatty, allowedLateness: 5 }),
  );
  return { source, stream: panes.pipe(latestPane(options)) };
}

/** What it remembers. */
const entries = (out: Recording<unknown>) => itemsOf<unknown>((out.snapshot()[0]!.state as SavedState).parts);

describe('latestPane', () => {
  it('drops panes that say nothing new for their key and window, whatever their timing', () => {
    const { source, stream } = pipeline();
    const out = record(stream);
    source.add(['a', 5], 1).add(['a', 3], 2).add(['b', 3], 2).add(['a', 7], 3).add(['a', 7], 13);
    expect(out.take().map(pane => [pane.key, pane.window.start, pane.value])).toEqual([
      ['a', 0, 5],
      ['b', 0, 3],
      ['a', 0, 7],
      ['a', 10, 7],
    ]);
    source.advanceWatermarkTo(10);
    expect(out.take()).toEqual([]);
    expect(out.takeWatermarks()).toEqual([10]);
    source.add(['a', 1], 4).add(['a', 9], 4);
    expect(out.take().map(pane => [pane.timing, pane.value])).toEqual([['late', 9]]);
    source.complete();
    expect(out.take()).toEqual([]);
    expect(out.completed).toBe(true);
  });

  it('forgets a window with its last pane, which it need not say', () => {
    const source = testStream<string>();
    const trigger = afterWatermark({ early: afterCount(1) });
    const panes = source.pipe(windowBy(globalWindow({ ttl: 10 }), { key: key => key, aggregate: count(), trigger }));
    const out = record(panes.pipe(latestPane()));
    source.add('a', 0).add('b', 5);
    expect(entries(out)).toHaveLength(2);
    source.advanceWatermarkTo(10);
    expect(entries(out)).toHaveLength(1);
    source.add('a', 20).advanceWatermarkTo(30);
    expect(out.take().map(({ key, window, value }) => [key, window.start, value])).toEqual([
      ['a', 0, 1],
      ['b', 5, 1],
      ['a', 20, 1],
    ]);
    expect(entries(out)).toEqual([]);
  });

  it('compares by structure, or as it is told', () => {
    const source = testStream<string>();
    const sets = record(
      source.pipe(
        windowBy(tumbling(10), { aggregate: collect<string>(), trigger: chatty }),
        latestPane({ equals: (a, b) => new Set(a).size === new Set(b).size }),
      ),
    );
    const lists = record(source.pipe(windowBy(tumbling(10), { aggregate: collect<string>(), trigger: chatty }), latestPane()));
    source.add('x', 1).add('x', 2).add('y', 3).advanceWatermarkTo(10);
    expect(sets.take().map(pane => pane.value.length)).toEqual([1, 3]);
    expect(lists.take().map(pane => pane.value.length)).toEqual([1, 2, 3]);
  });

  it('never drops a pane that replaces sessions', () => {
    const source = testStream<number>();
    const out = record(source.pipe(windowBy(session(10), { aggregate: max((n: number) => n), trigger: chatty }), latestPane()));
    source.add(5, 0).add(5, 3).add(5, 2);
    expect(out.take().map(pane => [pane.window.end, pane.replaces.length])).toEqual([
      [10, 0],
      [13, 1],
    ]);
    expect(entries(out)).toHaveLength(1);
  });

  it('forgets a window when it has expired', () => {
    const { source, stream } = pipeline();
    const out = record(stream);
    source.add(['a', 5], 1).advanceWatermarkTo(14);
    expect(entries(out)).toHaveLength(1);
    source.advanceWatermarkTo(15);
    expect(entries(out)).toHaveLength(0);
  });

  it('goes on after a restart', () => {
    const { source, stream } = pipeline();
    const first = record(stream);
    source.add(['a', 5], 1);
    const from = first.snapshot();
    first.stop();
    const second = record(stream, { from });
    source.add(['a', 4], 2).add(['a', 6], 3);
    expect(second.take().map(pane => pane.value)).toEqual([6]);
  });

  it('refuses what retracts or discards, and bad options', () => {
    const source = testStream<number>();
    const behind = (accumulation: 'retracting' | 'discarding') => () =>
      source.pipe(windowBy(tumbling(10), { aggregate: max((n: number) => n), accumulation }), latestPane());
    expect(behind('retracting')).toThrow(/latestPane: .*"retracting"\. Use materialize\(\)/);
    expect(behind('discarding')).toThrow(/latestPane: .*"discarding"\. Set it/);
    expect(() => source.pipe(latestPane() as never)).toThrow(/made by windowBy/);
    expect(() => latestPane({ equals: 1 as never })).toThrow(/equals must be a function/);
    expect(() => latestPane({ equal: 1 } as never)).toThrow(/no option "equal"/);
  });

  it('fails with what equals throws, lets go of the source, and hands on its errors', () => {
    const error = new Error('mine');
    const throwing = pipeline({
      equals: () => {
        throw error;
      },
    });
    const out = record(throwing.stream);
    throwing.source.add(['a', 5], 1);
    expect(out.take()).toHaveLength(1);
    throwing.source.add(['a', 5], 1).add(['a', 6], 1).complete();
    expect(out.error).toBe(error);
    expect(out.completed).toBe(false);

    const { source, stream } = pipeline();
    const heard = record(stream);
    source.error('broken');
    expect(heard.error).toBe('broken');
  });
});
