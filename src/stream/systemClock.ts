/** The clock of the real world, by way of RxJS's async scheduler, so that RxJS's TestScheduler can take its place. */
import { asyncScheduler } from 'rxjs';
import type { Clock } from '../time/clock.js';
import type { RuntimeContext } from './sink.js';

// A timer can be set for about 24.8 days at most; a longer wait is cut up.
const LONGEST = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => asyncScheduler.now(),
  at(time, task) {
    return asyncScheduler.schedule(
      function again() {
        const rest = time - asyncScheduler.now();
        if (rest > 0) this.schedule(undefined, Math.min(rest, LONGEST));
        else task();
      },
      Math.min(Math.max(0, time - asyncScheduler.now()), LONGEST),
    );
  },
};

/** The context of a plain `subscribe`. */
export const plainContext: RuntimeContext = { clock: systemClock, state: undefined };
