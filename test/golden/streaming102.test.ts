/**
 * The figures of "Streaming 102", pane by pane. What watermark and clock do at the same time is told by the joints of the
 * curves and the numbers at the panes; the figures are drawings, so a watermark's crossing is exact to 0.01 minutes only.
 */
import { describe, expect, it } from 'vitest';
import { afterWatermark, every, session, tumbling } from '../../src/index.js';
import { type DrawnPane, type Point, streaming102 } from './data.js';
import {
  draw,
  type FigureOptions,
  heuristicWatermark,
  inOrder,
  omniscientWatermark,
  type Replay,
  replay,
  type Shown,
  straightened,
  windowName,
} from './streaming102.js';

const { inputs, latenessFigureExtraInput, panes } = streaming102;
const heuristic = straightened(heuristicWatermark());

/** How exactly a figure shows, in minutes, when the watermark crosses a line. */
const DRAWN = 0.01;
/** What is caused by the clock or by an input is exact: to the last digit. */
const EXACT = 0.001;

/**
 * The figures with early panes do not draw an on-time pane that says nothing new (4-6 and 6-8), hence `ifChanged`.
 * All but the one about allowed lateness keep windows for ever.
 */
const earlyAndLate: FigureOptions = {
  trigger: afterWatermark({ early: every('1m') }),
  allowedLateness: Infinity,
  onTime: 'ifChanged',
};

function expectFigure(found: readonly DrawnPane<number | string>[], figure: readonly DrawnPane<number | string>[]): void {
  const drawn = inOrder(figure);
  expect(found.map(([window, , value, timing]) => [window, value, timing])).toEqual(
    drawn.map(([window, , value, timing]) => [window, value, timing]),
  );
  for (const [i, [window, at, value, timing]] of found.entries()) {
    const apart = Math.abs(at - (drawn[i]?.[1] ?? Number.NaN));
    expect(apart, `${timing} pane of ${window} with ${value} at ${at}`).toBeLessThan(timing === 'on-time' ? DRAWN : EXACT);
  }
}

describe('Streaming 102', () => {
  it('draws one watermark in all figures', () => {
    const points = heuristicWatermark();
    // The curve's last joint is the edge of the drawing: the expiry at 12:09 is drawn beyond it.
    const turns = points.slice(0, -1).map((point, i) => point.proc - (heuristic[i] as Point).proc);
    expect(Math.max(...turns)).toBeLessThan(DRAWN);
  });

  describe('windows of two minutes, at the watermark only', () => {
    it('drop the late 9 with the heuristic watermark', () => {
      const { shown, late } = replay(inputs, heuristic, tumbling('2m'));
      expectFigure(
        draw(shown),
        panes.watermarkOnlyHeuristic.map(([window, proc, value]) => [window, proc, value, 'on-time']),
      );
      expect(late).toMatchObject([{ value: 9, reason: 'expired' }]);
      expect(shown.every(({ pane }) => pane.isFirst && pane.isLast)).toBe(true);
    });

    it.each([
      ['as drawn', streaming102.perfectWatermark],
      ['of a source that knows what is to come', omniscientWatermark(inputs)],
    ])('hold every score with the perfect watermark %s', (_name, watermark) => {
      const { shown, late } = replay(inputs, watermark, tumbling('2m'));
      const windows = [0, 2, 4, 6].map((start): DrawnPane<number> => {
        const scores = inputs.filter(({ event }) => event >= start && event < start + 2).map(({ score }) => score);
        const crossing = watermark.find(({ event }) => event >= start + 2) as Point;
        return [`${start}-${start + 2}`, crossing.proc, scores.reduce((sum, score) => sum + score, 0), 'on-time'];
      });
      expect(windows.map(([, , sum]) => sum)).toEqual([14, 18, 4, 12]);
      expectFigure(draw(shown), windows);
      expect(late).toEqual([]);
    });
  });

  describe('early panes each minute, late panes for each element', () => {
    it('accumulate', () => {
      const { shown, late } = replay(inputs, heuristic, tumbling('2m'), { ...earlyAndLate, accumulation: 'accumulating' });
      expectFigure(draw(shown), panes.earlyEveryMinuteLateEachElement_accumulating);
      expect(late).toEqual([]);
    });

    it('discard', () => {
      const { shown } = replay(inputs, heuristic, tumbling('2m'), { ...earlyAndLate, accumulation: 'discarding' });
      expectFigure(draw(shown), panes.same_discarding);
    });

    it('accumulate and retract', () => {
      const { shown } = replay(inputs, heuristic, tumbling('2m'), { ...earlyAndLate, accumulation: 'retracting' });
      expectFigure(draw(shown), withSigns(panes.same_accumulatingRetracting));
      expectHonestRetractions(shown);
    });

    it('say nothing new at the end of 4-6 and 6-8, which the figures leave out', () => {
      const { shown } = replay(inputs, heuristic, tumbling('2m'), { ...earlyAndLate, onTime: 'always' });
      const onTime = draw(shown).filter(([, , , timing]) => timing === 'on-time');
      expectFigure(
        onTime,
        [...panes.watermarkOnlyHeuristic].map(([window, proc, value]) => [window, proc, value, 'on-time']),
      );
    });
  });

  describe('allowed lateness of one minute', () => {
    const figure = panes.allowedLateness1min_withExtraInput6;
    const run = (options: FigureOptions = {}): Replay =>
      replay([...inputs, latenessFigureExtraInput], heuristic, tumbling('2m'), { ...earlyAndLate, allowedLateness: '1m', ...options });

    it('lets the 6 in and drops the 9', () => {
      const { shown, late } = run();
      expectFigure(draw(shown), figure.panes);
      expect(late).toMatchObject([{ value: figure.dropped.score, reason: 'expired' }]);
    });

    it('expires each window one minute after its end', () => {
      // A closing pane in any case makes the expiry visible.
      const last = run({ closing: 'always' }).shown.filter(({ pane }) => pane.isLast);
      expect(last.map(({ pane }) => windowName(pane))).toEqual(Object.keys(figure.windowExpiry));
      for (const { at, pane } of last) {
        // The last expiry is drawn a little beyond the last joint of the watermark, 4.37.
        expect(Math.abs(at - (figure.windowExpiry[windowName(pane)] ?? Number.NaN))).toBeLessThan(4 * DRAWN);
      }
    });
  });

  describe('sessions with a gap of one minute, retracting', () => {
    // The 9 touches both its neighbours, exactly a minute from each, and the figure joins them.
    const run = (): Replay =>
      replay(inputs, heuristic, session('1m', { mergeTouching: true }), { ...earlyAndLate, accumulation: 'retracting' });

    it('grow, merge and correct themselves', () => {
      const { shown, late } = run();
      expectFigure(draw(shown), withSigns(panes.sessionsGap1min_retracting));
      expect(late).toEqual([]);
      expectHonestRetractions(shown);
    });

    it('withdraw what was merged away in the step of the merge', () => {
      // The figure draws these retractions with the next pane of the merged session, which comes at the next firing.
      const withdrawn = run().shown.filter(({ pane }) => pane.retraction);
      expect(withdrawn.map(({ at, pane }) => [windowName(pane), Math.round(at * 1000) / 1000, pane.value])).toEqual([
        ['2.444-3.444', 2.111, 7],
        ['3.666-5.333', 2.111, 7],
        ['0.444-1.444', 3.333, 5],
        ['2.444-5.333', 3.333, 22],
        ['6.666-7.666', 3.666, 3],
      ]);
    });
  });
});

/** The retracting figures sign every value, `+5`, and name the windows of some retractions, which are checked apart. */
function withSigns(figure: readonly DrawnPane<string>[]): DrawnPane<number | string>[] {
  return figure.map(([window, proc, value, timing]) => {
    const plain = value.replaceAll(/\([^)]*\)/g, '');
    return [window, proc, plain.includes('-') ? plain : Number(plain), timing];
  });
}

/** A retraction withdraws what was said last of its window, and whatever follows next covers that window. */
function expectHonestRetractions(shown: readonly Shown[]): void {
  const said = new Map<string, Shown['pane']>();
  for (const [i, { pane }] of shown.entries()) {
    if (pane.retraction) {
      expect({ ...pane, retraction: false }).toEqual(said.get(windowName(pane)));
      said.delete(windowName(pane));
      const next = shown.slice(i).find(later => !later.pane.retraction)?.pane;
      expect(next?.window.start).toBeLessThanOrEqual(pane.window.start);
      expect(next?.window.end).toBeGreaterThanOrEqual(pane.window.end);
    } else {
      expect(said.has(windowName(pane))).toBe(false);
      said.set(windowName(pane), pane);
    }
  }
}
