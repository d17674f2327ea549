/**
 * The job: earthquakes of each network and day, early, on time and late, into a board that outlives the page. The feed's own arrival times
 * are the clock, so that a day is a day however fast the feed is replayed.
 */
import {
  afterCount,
  afterWatermark,
  allOf,
  boundedOutOfOrderness,
  count,
  type EventStream,
  eventTime,
  every,
  type Job,
  type MapLike,
  max,
  type Pane,
  type Replayable,
  replayable,
  run,
  toMap,
  tumbling,
  windowBy,
} from 'tidemark';
import { indexedDb, webPage } from 'tidemark/indexeddb';
import { type ManualClock, manualClock } from 'tidemark/testing';
import type { Quake } from '../earthquakes/feed.js';

/** What is said of the quakes of one network on one day. */
export interface Day {
  readonly quakes: number;
  readonly strongest: number | undefined;
}

export type DayPane = Pane<string, Day>;
export type Board = MapLike<string, DayPane>;

/** How the feed is replayed. Asked before each quake; resolves when it is its turn. */
export type Pace = (quake: Quake, index: number) => Promise<void>;

/** The clock moves in steps of five minutes at most, so that what is due between two arrivals happens when it is due. */
const STEP = 300_000;

/** Reads the feed from the number of a quake on, and moves the clock with it. */
function feedOf(quakes: readonly Quake[], clock: ManualClock, pace: Pace): Replayable<Quake> {
  return replayable<Quake>({
    open(from: number = 0) {
      clock.advanceTo(quakes[from - 1]?.updated ?? clock.now());
      let at = from;
      return {
        async read() {
          const quake = quakes[at];
          if (!quake) return undefined;
          await pace(quake, at);
          for (let now = clock.now(); now < quake.updated; now = clock.now())
            clock.advanceTo(Math.min(quake.updated, (Math.floor(now / STEP) + 1) * STEP));
          const position = ++at;
          return { values: [quake], positionAfter: () => position };
        },
      };
    },
  });
}

/** Days per network. A network's watermark stays two days behind its latest quake; word of a quake may take five days more. */
function daysOf(quakes: readonly Quake[], pace: Pace): EventStream<DayPane> {
  const clock = manualClock(quakes[0]?.updated ?? 0);
  return eventTime(feedOf(quakes, clock, pace), {
    name: 'quakes',
    timestamp: quake => quake.time,
    watermark: boundedOutOfOrderness('48h'),
    source: quake => quake.net,
    idleAfter: '12h',
    maxFuture: false,
    clock,
  }).pipe(
    windowBy(tumbling('1d'), {
      name: 'days',
      key: quake => quake.net,
      aggregate: allOf({ quakes: count(), strongest: max((quake: Quake) => quake.mag) }),
      trigger: afterWatermark({ early: every('12h'), late: afterCount(1) }),
      allowedLateness: '5d',
    }),
  );
}

/** Runs it in this tab, or stands by while another tab does. */
export function runQuakes(quakes: readonly Quake[], pace: Pace, board: Board): Job<DayPane> {
  return run(daysOf(quakes, pace).pipe(toMap(board, { name: 'board' })), {
    name: 'earthquakes',
    storage: indexedDb('tidemark-earthquakes'),
    host: webPage({ whenOthersRun: 'wait' }),
    checkpoints: { every: '1s', minPause: '200ms' },
  });
}
