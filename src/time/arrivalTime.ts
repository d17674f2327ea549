import { type Duration, positive } from './duration.js';
import type { WatermarkStrategy } from './strategy.js';

/** {@link arrivalTime} as `eventTime` recognises it. */
export interface ArrivalTime extends WatermarkStrategy<unknown> {
  /** Milliseconds between two watermarks when nothing comes. */
  readonly tick: number;
}

/**
 * Timestamp and watermark are the clock at the arrival of each element: all that processing-time windows are.
 * Nothing is ever late, and the result depends on when the data comes. While nothing comes, the watermark follows the
 * clock at multiples of `every`.
 *
 * @param options.every Default 100 ms.
 * @example
 * ```ts
 * import { arrivalTime, count, eventTime, tumbling, windowBy } from 'tidemark';
 * import { interval } from 'rxjs';
 *
 * const perSecond = eventTime(interval(10), { watermark: arrivalTime() }).pipe(windowBy(tumbling('1s'), { aggregate: count() }));
 * ```
 */
export function arrivalTime(options: { readonly every?: Duration } = {}): ArrivalTime {
  return {
    name: 'arrivalTime()',
    tick: positive(options.every ?? 100, 'arrivalTime: every'),
    create: () => ({ onEvent: timestamp => timestamp, memory: () => null }),
  };
}
