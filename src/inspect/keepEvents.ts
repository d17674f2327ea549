import type { Observable } from 'rxjs';
import { mustBe } from '../errors.js';

/** The last events, for a reader that comes when it has time; see {@link keepEvents}. */
export interface KeptEvents<out E> {
  /** What has come since the last call, the oldest first, and how many of the oldest were overwritten meanwhile. */
  take(): {
    /** The oldest first. */
    readonly events: readonly E[];
    /** How many were overwritten. */
    readonly missed: number;
  };
  /** Listens no more; what is kept can still be taken. */
  stop(): void;
}

/**
 * Keeps the last events of a stream for a reader that is slower than they come, such as a page that asks once in a second: never more than
 * `most`, however long nobody reads.
 *
 * @param most How many are kept.
 * @throws TidemarkError `BAD_OPTION` for a number that is none.
 * @example
 * ```ts
 * import { count, eventTime, inspect, keepEvents, replayable, run, tumbling, windowBy } from 'tidemark';
 *
 * const clicks = eventTime(replayable([{ at: 5 }]), { name: 'clicks', timestamp: click => click.at });
 * const job = run(clicks.pipe(windowBy(tumbling('1h'), { name: 'perHour', aggregate: count() })), { name: 'clicks' });
 * const kept = keepEvents(inspect(job), 1_000);
 * setInterval(() => console.log(kept.take()), 1_000).unref();
 * ```
 */
export function keepEvents<E>(events: Observable<E>, most: number): KeptEvents<E> {
  if (!Number.isSafeInteger(most) || most < 1) throw mustBe('keepEvents: its second argument', 'a whole number of at least 1', most);
  let kept: E[] = [];
  /** Where the oldest is, once the ring is full. */
  let oldest = 0;
  let missed = 0;
  const subscription = events.subscribe(event => {
    if (kept.length < most) {
      kept.push(event);
      return;
    }
    kept[oldest] = event;
    oldest = (oldest + 1) % most;
    missed++;
  });
  return {
    take() {
      const taken = { events: [...kept.slice(oldest), ...kept.slice(0, oldest)], missed };
      kept = [];
      oldest = missed = 0;
      return taken;
    },
    stop: () => subscription.unsubscribe(),
  };
}
