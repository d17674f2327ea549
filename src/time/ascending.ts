import { bounded } from './boundedOutOfOrderness.js';
import type { WatermarkStrategy } from './strategy.js';

/**
 * Timestamps never go back: the watermark is the highest timestamp seen. Equal timestamps are not late.
 * (Flink's forMonotonousTimestamps.) The default of `eventTime`.
 *
 * @example
 * ```ts
 * import { ascending, eventTime } from 'tidemark';
 *
 * const timed = eventTime([{ at: 1 }, { at: 2 }], { timestamp: e => e.at, watermark: ascending() });
 * ```
 */
export function ascending(): WatermarkStrategy<unknown> {
  return bounded('ascending()', 0);
}
