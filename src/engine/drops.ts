/** Nothing is dropped without being counted and said. */
import { mustBe } from '../errors.js';
import type { Timestamp, Watermark } from '../time/timestamp.js';
import type { DropCounts, MachineOutput } from './machine.js';
import type { TimeWindow } from './window.js';

/**
 * A fresh set of counts, to be given to an operator as `drops` and read at any time.
 *
 * @example
 * ```ts
 * import { count, dropCounts, eventTime, tumbling, windowBy } from 'tidemark';
 *
 * const drops = dropCounts();
 * eventTime([{ at: 1 }], { timestamp: e => e.at })
 *   .pipe(windowBy(tumbling('1s'), { aggregate: count(), drops }))
 *   .subscribe();
 * console.log(drops.expired, drops.unassigned);
 * ```
 */
export function dropCounts(): DropCounts {
  return { expired: 0, closed: 0, future: 0, unassigned: 0, overflow: 0, duplicate: 0 };
}

/** Refuses what cannot count: an object without the fields would come to hold NaN. */
export function checkDrops(drops: Partial<DropCounts> | null, where: string): void {
  if (typeof drops?.expired !== 'number') throw mustBe(where, 'made by dropCounts()', drops);
}

/** An element that came to a window too late. */
export function dropped<T, K, R>(
  counts: DropCounts,
  output: MachineOutput<T, K, R>,
  value: T,
  timestamp: Timestamp,
  diff: 1 | -1,
  reason: 'expired' | 'closed',
  watermark: Watermark,
  window: TimeWindow,
): void {
  counts[reason]++;
  output.late({ value, timestamp, reason, watermark, window, by: Math.max(0, watermark - timestamp), retraction: diff === -1 });
}
