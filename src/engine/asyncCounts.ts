/** What `mapAsync` is busy with, and what has happened so far. */
export interface AsyncCounts {
  /** Elements whose call is under way now, or will be made again after a pause. */
  inFlight: number;
  /** Elements that wait for their first call now. */
  waiting: number;
  /** All elements that are inside now: waiting, in flight, or ready and held back by the order. */
  held: number;
  /** Calls that were made again. */
  retries: number;
  /** Elements whose time ran out. */
  timeouts: number;
}

/**
 * A fresh set of counts, to be given to `mapAsync` as `counts` and read at any time.
 *
 * @example
 * ```ts
 * import { asyncCounts, eventTime, mapAsync } from 'tidemark';
 *
 * const counts = asyncCounts();
 * eventTime([{ user: 'ann', at: 1 }], { timestamp: click => click.at })
 *   .pipe(mapAsync(async click => click.user.length, { concurrency: 10, counts }))
 *   .subscribe();
 * console.log(counts.inFlight); // 1
 * ```
 */
export function asyncCounts(): AsyncCounts {
  return { inFlight: 0, waiting: 0, held: 0, retries: 0, timeouts: 0 };
}
