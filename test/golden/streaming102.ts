/**
 * Replays the running example of "Streaming 102": the scores of one team, drawn by event time (minutes after 12:00)
 * and by processing time (minutes after 12:05). Panes come back as the figures draw them.
 */
import { Subject } from 'rxjs';
import { type LateRecord, type Pane, sum, type WindowAssigner, type WindowOptions, windowBy } from '../../src/index.js';
import { record, testStream } from '../../src/testing/index.js';
import { type DrawnPane, type Point, type Score, streaming102 } from './data.js';

const NOON = Date.UTC(2015, 7, 5, 12, 0);
const FIVE_PAST = Date.UTC(2015, 7, 5, 12, 5);
const MINUTE = 60_000;

/** A pane, and how many minutes after 12:05 it came. */
export interface Shown {
  readonly at: number;
  readonly pane: Pane<undefined, number>;
}

export interface Replay {
  readonly shown: readonly Shown[];
  readonly late: readonly LateRecord<number>[];
}

export type FigureOptions = Omit<WindowOptions<number, undefined, number>, 'key' | 'aggregate' | 'late'>;

/** Runs the scores through windows: every input, every joint of the watermark and every full minute is a step of its own. */
export function replay(
  inputs: readonly Score[],
  watermark: readonly Point[],
  windows: WindowAssigner,
  options: FigureOptions = {},
): Replay {
  const late: LateRecord<number>[] = [];
  const late$ = new Subject<LateRecord<number>>();
  late$.subscribe(record => late.push(record));
  const scores = testStream<number>({ start: FIVE_PAST });
  const panes = record(scores.pipe(windowBy(windows, { ...options, aggregate: sum((score: number) => score), late: late$ })));

  const steps = [
    // The last input is drawn on the line of a minute and is in that minute's pane: it comes just before.
    ...inputs.map(({ event, proc, score }) => ({ at: proc - 1 / MINUTE, run: () => scores.add(score, instant(NOON, event)) })),
    ...[1, 2, 3, 4].map(minute => ({ at: minute, run: () => undefined })),
    ...watermark.map(({ event, proc }) => ({ at: proc, run: () => scores.advanceWatermarkTo(instant(NOON, event)) })),
  ].sort((a, b) => a.at - b.at);

  const shown: Shown[] = [];
  const show = (at: number): number => shown.push(...panes.take().map(pane => ({ at, pane })));
  for (const { at, run } of steps) {
    scores.advanceProcessingTimeTo(instant(FIVE_PAST, at));
    run();
    show(at);
  }
  scores.complete();
  show(Infinity);
  return { shown, late };
}

/** Panes as the figures draw them: retractions stand with the pane that follows them, and panes of one instant in order of window. */
export function draw(shown: readonly Shown[]): DrawnPane<number | string>[] {
  const drawn: DrawnPane<number | string>[] = [];
  let withdrawn: Pane<undefined, number>[] = [];
  for (const { at, pane } of shown) {
    if (pane.retraction) {
      withdrawn.push(pane);
      continue;
    }
    const signed = withdrawn.sort((a, b) => a.window.start - b.window.start).map(({ value }) => `-${value} `);
    drawn.push([windowName(pane), at, signed.length > 0 ? `${signed.join('')}+${pane.value}` : pane.value, pane.timing]);
    withdrawn = [];
  }
  return inOrder(drawn);
}

/** Whatever is drawn at one instant has no order of its own: the figures themselves differ. */
export function inOrder<V>(panes: readonly DrawnPane<V>[]): DrawnPane<V>[] {
  return [...panes].sort(([a, aAt], [b, bAt]) => aAt - bAt || a.localeCompare(b));
}

/** `0-2`: from 12:00 to 12:02. */
export function windowName({ window }: Pick<Pane<undefined, number>, 'window'>): string {
  return `${(window.start - NOON) / MINUTE}-${(window.end - NOON) / MINUTE}`;
}

/**
 * The heuristic watermark. Its points are the joints of smooth curves; what the figures show of the curves between them
 * are the panes and expiries that the watermark causes, so these are points too.
 */
export function heuristicWatermark(): Point[] {
  const { watermarkOnlyHeuristic, sessionsGap1min_retracting, allowedLateness1min_withExtraInput6 } = streaming102.panes;
  const points = [
    ...streaming102.heuristicWatermark,
    ...watermarkOnlyHeuristic.map(([window, proc]) => ({ event: endOf(window), proc })),
    ...sessionsGap1min_retracting
      .filter(([, , , timing]) => timing === 'on-time')
      .map(([window, proc]) => ({ event: endOf(window), proc })),
    ...Object.entries(allowedLateness1min_withExtraInput6.windowExpiry).map(([window, proc]) => ({ event: endOf(window) + 1, proc })),
  ];
  return points.sort((a, b) => a.event - b.event || a.proc - b.proc);
}

/** A curve that does not turn back where it was drawn inexactly: each point is reached no later than the next. */
export function straightened(points: readonly Point[]): Point[] {
  return points.map(({ event }, i) => ({ event, proc: Math.min(...points.slice(i).map(({ proc }) => proc)) }));
}

/** The watermark of a source that knows what is still to come: the earliest of it, and once nothing is, the end of the last window. */
export function omniscientWatermark(inputs: readonly Score[]): Point[] {
  return inputs.map(({ proc }) => ({ event: Math.min(8, ...inputs.filter(later => later.proc > proc).map(({ event }) => event)), proc }));
}

function endOf(window: string): number {
  return Number(window.split('-')[1]);
}

/** Minutes with three decimals are whole numbers of milliseconds. */
function instant(zero: number, minutes: number): number {
  return zero + Math.round(minutes * MINUTE);
}
