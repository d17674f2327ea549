/**
 * The pipeline, and a virtual clock that runs by the arrival times of the feed: idleness and early panes see the week
 * as it was, however fast it is replayed.
 */
import { Subject } from 'rxjs';
import {
  afterCount,
  afterWatermark,
  allOf,
  boundedOutOfOrderness,
  type Clock,
  count,
  END_OF_TIME,
  eventTime,
  every,
  type LateRecord,
  max,
  mean,
  type Pane,
  tumbling,
  windowBy,
} from 'tidemark';
import { manualClock, record } from 'tidemark/testing';
import { type Days, type Stats, windowName } from './compare.js';
import type { Quake } from './feed.js';

/** The choices of the pipeline, in milliseconds. */
export interface Settings {
  /** How far a network's watermark stays behind its latest quake. */
  readonly bound: number;
  /** The silence after which a network no longer holds the others back. */
  readonly idle: number;
  /** How often an open day is said early. */
  readonly early: number;
  /** How long a day can still be corrected. */
  readonly lateness: number;
}

/** A pane and when it came. */
export interface Firing {
  readonly pane: Pane<string, Stats>;
  readonly at: number;
}

/** A quake that did not count and when it came. */
export interface Drop {
  readonly record: LateRecord<Quake>;
  readonly at: number;
}

/** All that happened. */
export interface Replay {
  readonly settings: Settings;
  readonly firings: readonly Firing[];
  readonly drops: readonly Drop[];
  /** The watermark of the whole stream, at every move. */
  readonly watermarks: readonly { readonly event: number; readonly arrival: number }[];
}

/** What to do as it happens. `before` may take its time: the clock stands still meanwhile. */
export interface Watcher {
  before?(quake: Quake, index: number): Promise<void> | void;
  pane?(firing: Firing): void;
  drop?(drop: Drop): void;
  /** The recording is over; what is still open will be completed now. */
  end?(at: number): void;
}

/** The clock moves in steps of five minutes at most, so that what is due between two arrivals happens when it is due. */
const STEP = 300_000;

/** Replays the feed. */
export async function replay(quakes: readonly Quake[], settings: Settings, watcher: Watcher = {}): Promise<Replay> {
  const clock = manualClock(quakes[0]?.updated ?? 0);
  const feed = new Subject<Quake>();
  const result = { settings, firings: [] as Firing[], drops: [] as Drop[], watermarks: [] as { event: number; arrival: number }[] };
  const late = {
    next(record: LateRecord<Quake>) {
      const drop = { record, at: clock.now() };
      result.drops.push(drop);
      watcher.drop?.(drop);
    },
  };
  const recording = record(panesOf(feed, settings, clock, late));
  const collect = (): void => {
    for (const event of recording.takeWatermarks()) result.watermarks.push({ event, arrival: clock.now() });
    for (const pane of recording.take()) {
      const firing = { pane, at: clock.now() };
      result.firings.push(firing);
      watcher.pane?.(firing);
    }
  };
  for (const [index, quake] of quakes.entries()) {
    await watcher.before?.(quake, index);
    for (let now = clock.now(); now < quake.updated; now = clock.now()) {
      clock.advanceTo(Math.min(quake.updated, (Math.floor(now / STEP) + 1) * STEP));
      collect();
    }
    feed.next(quake);
    collect();
  }
  // The end of the feed completes every day that is still open.
  watcher.end?.(clock.now());
  feed.complete();
  collect();
  result.watermarks.push({ event: END_OF_TIME, arrival: clock.now() });
  return result;
}

/** The pipeline: days per network, each network with a watermark of its own. */
function panesOf(feed: Subject<Quake>, settings: Settings, clock: Clock, late: { next(record: LateRecord<Quake>): void }) {
  return eventTime(feed, {
    timestamp: quake => quake.time,
    watermark: boundedOutOfOrderness(settings.bound),
    source: quake => quake.net,
    idleAfter: settings.idle,
    maxFuture: false,
    clock,
  }).pipe(
    windowBy(tumbling('1d'), {
      key: quake => quake.net,
      aggregate: allOf({
        quakes: count(),
        mean: mean((quake: Quake) => quake.mag),
        strongest: max((quake: Quake) => quake.mag),
      }),
      trigger: afterWatermark({ early: every(settings.early), late: afterCount(1) }),
      allowedLateness: settings.lateness,
      late,
    }),
  );
}

/** The last pane of every window. */
export function finalDays(replay: Replay): Days {
  return days(replay.firings);
}

/** What the on-time panes said, without the corrections that came later. */
export function onTimeDays(replay: Replay): Days {
  return days(replay.firings.filter(({ pane }) => pane.timing === 'on-time'));
}

function days(firings: readonly Firing[]): Days {
  return new Map(firings.map(({ pane }) => [windowName(pane.key, pane.window.start), pane.value]));
}
