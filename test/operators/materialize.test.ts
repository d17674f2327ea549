import fc from 'fast-check';
import { filter, map, take, tap } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { count } from '../../src/aggregates/count.js';
import { sum } from '../../src/aggregates/sum.js';
import { makePane, retract } from '../../src/engine/emitter.js';
import type { Pane } from '../../src/engine/pane.js';
import type { TimeWindow, WindowAssigner } from '../../src/engine/window.js';
import { type MaterializeOptions, materialize, type PaneView } from '../../src/operators/materialize.js';
import { type WindowOptions, windowBy } from '../../src/operators/windowBy.js';
import { type Recording, record } from '../../src/testing/record.js';
import { testStream } from '../../src/testing/testStream.js';
import { afterCount } from '../../src/triggers/afterCount.js';
import { afterWatermark } from '../../src/triggers/afterWatermark.js';
import { cumulative } from '../../src/windows/cumulative.js';
import { session } from '../../src/windows/session.js';
import { sliding } from '../../src/windows/sliding.js';
import { tumbling } from '../../src/windows/tumbling.js';

const chatty = afterWatermark({ early: afterCount(1) });

function pipeline(assigner: WindowAssigner, more: Partial<WindowOptions<string, string, number>> = {}, options?: MaterializeOptions) {
  const source = testStream<string>();
  const stream = source.pipe(
    windowBy(assigner, { key: (k: string) => k, aggregate: count(), trigger: chatty, ...more }),
    materialize(options),
  );
  return { source, stream };
}

/** Panes by hand, to say them in ways that our machine never would. */
function byHand() {
  const source = testStream<Pane<string, number>>();
  return { source, out: record(source.pipe(materialize())) };
}

const pane = (key: string, start: number, end: number, value: number, index = 0, replaces: TimeWindow[] = []) =>
  makePane(key, { start, end }, value, 'early', index, -1, false, end - 1, replaces);

const text = ({ key, window, value, retraction }: Pane<unknown, unknown>) =>
  `${retraction ? '-' : ''}${key}@${window.start}-${window.end}=${value}`;
const changes = (out: Recording<PaneView<string, number>>) => out.take().length;
const rows = (view: PaneView<string, number> | undefined, ...key: [string?]) => [...(view?.panes(...key) ?? [])].map(text);

describe('materialize', () => {
  it('shows the newest pane of each key and window, in one live object', () => {
    const { source, stream } = pipeline(tumbling(10));
    const views: PaneView<string, number>[] = [];
    const changed: string[][] = [];
    stream.subscribe(view => {
      views.push(view);
      changed.push(view.changed.map(text));
    });
    source.add('b', 12).add('a', 1).add('b', 2).add('a', 3);
    const [view] = views;
    expect(new Set(views).size).toBe(1);
    expect(changed).toEqual([['b@10-20=1'], ['a@0-10=1'], ['b@0-10=1'], ['a@0-10=2']]);
    expect([view?.size, view?.version]).toEqual([3, 4]);
    expect(rows(view)).toEqual(['a@0-10=2', 'b@0-10=1', 'b@10-20=1']);
    expect(rows(view, 'b')).toEqual(['b@0-10=1', 'b@10-20=1']);
    expect(rows(view, 'c')).toEqual([]);
    expect(view?.get('b', 9)?.value).toBe(1);
    expect(view?.get('b', 10)?.window.start).toBe(10);
    expect(view?.get('a', 10)).toBeUndefined();
    expect(view?.get('c', 1)).toBeUndefined();
  });

  it('gives the newest of overlapping windows', () => {
    const { source, stream } = pipeline(sliding(10, 5));
    const slides = record(stream);
    source.add('a', 7);
    const [view] = slides.take();
    expect(view?.get('a', 7)?.window).toEqual({ start: 5, end: 15 });
    expect(view?.get('a', 4)?.window).toEqual({ start: 0, end: 10 });
    const grown = pipeline(cumulative(10, 5));
    const out = record(grown.stream);
    grown.source.add('a', 1);
    expect(out.take()[0]?.get('a', 1)?.window).toEqual({ start: 0, end: 10 });
  });

  it('goes from the old to the new pane in one change when it is retracted', () => {
    const { source, out } = byHand();
    const old = pane('a', 0, 10, 1);
    source.add(old, 9).add(retract(old), 9);
    const [view] = out.take();
    expect(rows(view)).toEqual(['a@0-10=1']);
    source.add(pane('a', 0, 10, 2, 1), 9);
    expect(changes(out)).toBe(1);
    expect(view?.changed.map(text)).toEqual(['a@0-10=2']);
  });

  it('removes what is withdrawn with the next watermark, idleness or end', () => {
    const nexts: ((source: ReturnType<typeof byHand>['source']) => void)[] = [
      source => source.advanceWatermarkTo(5),
      source => source.idle(),
      source => source.complete(),
    ];
    for (const next of nexts) {
      const { source, out } = byHand();
      const old = pane('a', 0, 10, 1);
      source.add(old, 9).add(retract(old), 9);
      const [view] = out.take();
      next(source);
      expect(changes(out)).toBe(1);
      expect(view?.changed[0]).toEqual(retract(old));
      expect(view?.get('a', 1)).toBeUndefined();
    }
  });

  it('keeps what is withdrawn through panes that have nothing to do with it: the step may yet replace it', () => {
    const { source, out } = byHand();
    const old = pane('a', 0, 10, 1);
    source.add(old, 9).add(retract(old), 9);
    const [view] = out.take();
    source.add(pane('b', 0, 10, 1), 9);
    expect(view?.get('a', 1)).toEqual(old);
    source.advanceWatermarkTo(5);
    expect(view?.changed).toEqual([retract(old)]);
    expect([view?.get('a', 1), view?.size]).toEqual([undefined, 1]);
  });

  it('removes what is withdrawn in a microtask when nothing follows', async () => {
    const { source, out } = byHand();
    const old = pane('a', 0, 10, 1);
    source.add(old, 9);
    await Promise.resolve();
    source.add(retract(old), 9);
    const [view] = out.take();
    expect(view?.size).toBe(1);
    await Promise.resolve();
    expect(changes(out)).toBe(1);
    expect(view?.size).toBe(0);
    source.add(old, 9);
    out.take();
    source.add(retract(old), 9);
    await Promise.resolve();
    expect(changes(out)).toBe(1);
  });

  it('changes merged sessions all at once, retracted or replaced', () => {
    for (const accumulation of ['retracting', 'accumulating'] as const) {
      const { source, stream } = pipeline(session(10), { accumulation });
      const out = record(stream);
      source.add('a', 0).add('a', 15);
      const view = out.take()[0];
      source.add('a', 8);
      expect(changes(out)).toBe(1);
      expect(view?.changed.map(text)).toEqual(['-a@0-10=1', '-a@15-25=1', 'a@0-25=3']);
      expect(rows(view)).toEqual(['a@0-25=3']);
    }
  });

  it('ignores older panes, and retractions of what it does not show', () => {
    const { source, out } = byHand();
    const newer = pane('a', 0, 10, 2, 1);
    const older = pane('a', 0, 10, 1, 0);
    source
      .add(newer, 9)
      .add(older, 9)
      .add(retract(older), 9)
      .add(retract(pane('a', 10, 20, 1)), 19)
      .advanceWatermarkTo(5);
    expect(changes(out)).toBe(1);
    // Once it is withdrawn, numbering may start anew.
    source.add(retract(newer), 9).add(older, 9);
    const [view] = out.take();
    expect(rows(view)).toEqual(['a@0-10=1']);
  });

  it('drops windows that lie more than `keep` behind the watermark, but nothing at the end', () => {
    const { source, stream } = pipeline(tumbling(10), {}, { keep: 20 });
    const out = record(stream);
    source.add('a', 1).add('b', 2).add('a', 11);
    const view = out.take()[0];
    source.advanceWatermarkTo(30);
    out.take();
    expect(view?.size).toBe(3);
    source.advanceWatermarkTo(31);
    expect(changes(out)).toBe(1);
    expect(view?.changed.map(text)).toEqual(['-a@0-10=1', '-b@0-10=1']);
    expect(out.takeWatermarks()).toEqual([30, 31]);
    source.complete();
    expect(rows(view)).toEqual(['a@10-20=1']);
    expect(out.completed).toBe(true);
  });

  it('goes on after a restart, also with a withdrawal in the air', async () => {
    const source = testStream<Pane<string, number>>();
    const stream = source.pipe(materialize());
    const first = record(stream);
    const old = pane('a', 0, 10, 1);
    source
      .add(pane('b', 0, 10, 1), 9)
      .add(old, 9)
      .add(retract(old), 9);
    const from = first.snapshot();
    first.stop();
    const second = record(stream, { from });
    await Promise.resolve();
    const [view] = second.take();
    expect(view?.changed.map(text)).toEqual(['-a@0-10=1']);
    expect(rows(view)).toEqual(['b@0-10=1']);
    expect(view?.version).toBe(3);
    expect(first.take()).toHaveLength(2);
  });

  it('hands on errors, lets go of the source, and goes on behind stock operators', () => {
    const { source, stream } = pipeline(tumbling(10));
    const sizes: number[] = [];
    stream
      .pipe(
        filter(view => view.size > 1),
        map(view => view.size),
        take(1),
      )
      .subscribe(size => sizes.push(size));
    const out = record(stream);
    source.add('a', 1).add('b', 1).add('c', 1);
    expect(sizes).toEqual([2]);
    source.error('broken');
    expect(out.error).toBe('broken');
    expect(() => materialize({ keep: -1 })).toThrow(/materialize: keep must be zero or longer/);
    expect(() => materialize({ kept: 1 } as never)).toThrow(/no option "kept"/);
  });

  it('may stand behind a retracting window, and retracts no more', () => {
    const { source, stream } = pipeline(tumbling(10), { accumulation: 'retracting' });
    expect(stream.retracts).toBe(false);
    const out = record(stream.pipe(windowBy(tumbling(10), { aggregate: sum(view => view.changed.length) })));
    source.add('a', 1).add('a', 2).complete();
    expect(out.take().map(({ value }) => value)).toEqual([3]);
  });
});

const GAP = 6;

/** The sessions of a batch: `key start-end` to the number of elements. */
function batch(elements: readonly { key: string; at: number }[]): Map<string, number> {
  const sessions = new Map<string, number>();
  for (const key of new Set(elements.map(element => element.key))) {
    const times = elements
      .filter(element => element.key === key)
      .map(({ at }) => at)
      .sort((a, b) => a - b);
    for (let i = 0, from = 0; i < times.length; i++) {
      if (i + 1 < times.length && times[i + 1]! < times[i]! + GAP) continue;
      sessions.set(`${key} ${times[from]}-${times[i]! + GAP}`, i + 1 - from);
      from = i + 1;
    }
  }
  return sessions;
}

describe('a materialized view of random sessions', () => {
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.record({ key: fc.constantFrom('a', 'b'), at: fc.integer({ min: 0, max: 60 }) }) },
    { weight: 2, arbitrary: fc.record({ to: fc.integer({ min: 0, max: 90 }) }) },
    { weight: 1, arbitrary: fc.constant('pause' as const) },
  );
  const triggers = { each: chatty, pairs: afterWatermark({ early: afterCount(2) }), quiet: afterWatermark() };

  it.each(['retracting', 'accumulating'] as const)(
    'ends as the batch, never overlaps and never flickers, over any restart (%s)',
    accumulation =>
      fc.assert(
        fc.asyncProperty(
          fc.array(step, { maxLength: 40 }),
          fc.nat(40),
          fc.constantFrom('each', 'pairs', 'quiet'),
          async (steps, cut, trigger) => {
            const source = testStream<string>();
            const shown = new Map<string, Pane<string, number>>();
            /** Sessions that went without another in their place, in the step at hand. */
            let lost: Pane<string, number>[] = [];
            let view: PaneView<string, number> | undefined;
            const withdrawn = new Set<string>();
            const covers = (of: PaneView<string, number>, { key, window }: Pane<string, number>) =>
              [...of.panes(key)].some(other => other.window.start <= window.start && window.end <= other.window.end);
            const look = (now: PaneView<string, number>): void => {
              view = now;
              let before: Pane<string, number> | undefined;
              const newest = [...now.panes()].sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.window.start - b.window.start));
              for (const next of newest) {
                if (before?.key === next.key) expect(before.window.end).toBeLessThanOrEqual(next.window.start);
                before = next;
              }
              for (const old of shown.values()) {
                if (covers(now, old)) continue;
                expect(withdrawn).toContain(text(old));
                lost.push(old);
              }
              shown.clear();
              for (const next of newest) shown.set(text(next), next);
            };
            const stream = source.pipe(
              windowBy(session(GAP), {
                key: (k: string) => k,
                aggregate: count(),
                trigger: triggers[trigger],
                accumulation,
                allowedLateness: Infinity,
              }),
              tap(next => {
                if (next.retraction) withdrawn.add(text({ ...next, retraction: false }));
              }),
              materialize(),
              tap(look),
            );
            let out = record(stream);
            for (const [i, next] of steps.entries()) {
              if (i === cut) {
                const from = out.snapshot();
                out.stop();
                out = record(stream, { from });
              }
              lost = [];
              if (next === 'pause') await Promise.resolve();
              else if ('to' in next) source.advanceWatermarkTo(Math.max(next.to, source.watermark));
              else source.add(next.key, next.at);
              // Nothing that went in this step is back at its end.
              for (const old of lost) expect(covers(view!, old)).toBe(false);
            }
            source.complete();
            expect(out.error).toBeUndefined();
            const elements = steps.flatMap(next => (next !== 'pause' && 'at' in next ? [next] : []));
            const rest = [...(view?.panes() ?? [])].map(({ key, window, value }) => [`${key} ${window.start}-${window.end}`, value]);
            expect(rest.sort()).toEqual([...batch(elements)].sort());
            expect(view?.size ?? 0).toBe(rest.length);
          },
        ),
      ),
  );
});

describe('materialize of deltas', () => {
  it('is refused: each alone would pass for the whole', () => {
    const discarding = windowBy<string, number>(tumbling(10), { aggregate: count(), accumulation: 'discarding' });
    expect(() => testStream<string>().pipe(discarding, materialize())).toThrow(
      'materialize: accumulation upstream must be \'accumulating\', but came as "discarding". Set it in windowBy().',
    );
  });
});
