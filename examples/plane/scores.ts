/** Runs the scores of Streaming 102 through a real pipeline, with the book's watermark, and gives the scene of what came out. */
import { filter, Subject } from 'rxjs';
import { afterCount, afterWatermark, eventTime, every, punctuated, sum, tumbling, windowBy } from 'tidemark';
import { manualClock } from 'tidemark/testing';
import type { PlanePane, PlanePoint, PlaneScene } from './scene.js';
import { heuristic, type Score, scores, span } from './streaming-102.js';

/** How finely the watermark's line is followed, in milliseconds. */
const STEP = 250;

/** What flows: a score, or the news that the watermark has moved. */
type Signal = { readonly event: number } & ({ readonly score: number } | { readonly watermark: number });

const isScore = (signal: Signal): signal is Score => 'score' in signal;

/** Sums over two minutes: early every minute, on time, and again for every late score. */
export function scoreScene(): PlaneScene {
  const [from, to] = span.arrival;
  const clock = manualClock(from);
  const signals = new Subject<Signal>();
  const panes: PlanePane[] = [];
  eventTime(signals, {
    timestamp: signal => signal.event,
    watermark: punctuated((signal: Signal) => ('watermark' in signal ? signal.watermark : undefined)),
    maxFuture: false,
    clock,
  })
    .pipe(
      filter(isScore),
      windowBy(tumbling('2m'), {
        aggregate: sum(score => score.score),
        trigger: afterWatermark({ early: every('1m'), late: afterCount(1) }),
        allowedLateness: '10m',
      }),
    )
    .subscribe(({ window: { start, end }, value, timing, index }) =>
      panes.push({ start, end, firedAt: clock.now(), timing, value, index }),
    );
  const waiting = [...scores];
  for (let now = from; now <= to; now += STEP) {
    for (let next = waiting[0]; next && next.arrival <= now; next = waiting[0]) {
      // A score that comes with the stroke of a minute belongs to that minute's pane, as in the book.
      clock.advanceTo(next.arrival - 1);
      signals.next(next);
      waiting.shift();
    }
    clock.advanceTo(now);
    const watermark = along(heuristic, now);
    signals.next({ event: watermark, watermark });
  }
  signals.complete();
  return {
    title: 'What is known of a window, and when it is said',
    subtitle: 'The nine scores of “Streaming 102”, summed over two minutes: early every minute, on time, and corrected when late',
    caption:
      'To the right is when a score was made, upwards is when it came; a box is what was known of a window, up to the moment at which that was said. ' +
      'When the watermark passes the right border of a window, its sum is said on time; the 9 came after that, so the 5 was corrected to 14.',
    noun: 'score',
    axes: { event: 'event time: when the score was made', arrival: 'arrival time: when it came' },
    events: scores.map(({ event, arrival, score }) => ({ event, arrival, label: String(score) })),
    watermark: heuristic,
    watermarkShape: 'line',
    panes,
    span,
  };
}

/** Where a line of points is at a time. */
function along(points: readonly PlanePoint[], now: number): number {
  const next = points.findIndex(point => point.arrival > now);
  const [a, b] = [points[next < 0 ? points.length - 1 : Math.max(0, next - 1)], points[Math.max(0, next)]] as [PlanePoint, PlanePoint];
  if (next <= 0) return a.event;
  return Math.floor(a.event + ((now - a.arrival) / (b.arrival - a.arrival)) * (b.event - a.event));
}
