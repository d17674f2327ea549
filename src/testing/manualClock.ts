import { mustBe } from '../errors.js';
import type { Cancelable, Clock } from '../time/clock.js';
import type { Timestamp } from '../time/timestamp.js';

/** A clock that moves when told to: for tests, and for replaying recordings. */
export interface ManualClock extends Clock {
  /**
   * Moves the clock to `time` in one step, then runs what has become due, in order of due time.
   * @throws TidemarkError `BAD_OPTION` for a time before the one that it shows: a clock does not go back.
   */
  advanceTo(time: Timestamp): void;
}

interface Task {
  readonly time: Timestamp;
  readonly run: () => void;
}

/**
 * A clock that stands still until it is moved. A jump over several timers is one step: all of them see the new time.
 *
 * @example
 * ```ts
 * import { arrivalTime, count, eventTime, tumbling, windowBy } from 'tidemark';
 * import { manualClock } from 'tidemark/testing';
 * import { Subject } from 'rxjs';
 *
 * const clock = manualClock(0);
 * const clicks = new Subject<string>();
 * eventTime(clicks, { watermark: arrivalTime(), clock })
 *   .pipe(windowBy(tumbling('1s'), { aggregate: count() }))
 *   .subscribe(pane => console.log(pane.value));
 * clicks.next('a');
 * clock.advanceTo(1_000); // 1
 * ```
 */
export function manualClock(start: Timestamp = 0): ManualClock {
  if (!Number.isFinite(start)) throw mustBe('manualClock: start', 'a time in milliseconds', start);
  let now = start;
  let tasks: Task[] = [];
  return {
    now: () => now,
    at(time, run): Cancelable {
      const task = { time, run };
      tasks.push(task);
      return { unsubscribe: () => void (tasks = tasks.filter(other => other !== task)) };
    },
    advanceTo(time) {
      if (!(time >= now)) throw mustBe('manualClock.advanceTo: time', `${now}, which the clock shows, or later`, time);
      now = time;
      for (;;) {
        const due = tasks.filter(task => task.time <= now).sort((a, b) => a.time - b.time)[0];
        if (!due) return;
        tasks = tasks.filter(task => task !== due);
        due.run();
      }
    },
  };
}
