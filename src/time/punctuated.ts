import { checkFunction } from '../errors.js';
import type { WatermarkStrategy } from './strategy.js';
import { checkTimestamp, START_OF_TIME, type Timestamp, type Watermark } from './timestamp.js';

/**
 * Marked elements carry the watermark: the function gives it, or undefined for elements without a mark.
 * It holds for what comes after the marked element.
 *
 * @example
 * ```ts
 * import { eventTime, punctuated } from 'tidemark';
 *
 * interface Row { at: number; completeUpTo?: number }
 * const rows: Row[] = [{ at: 5 }, { at: 3, completeUpTo: 6 }];
 * const timed = eventTime(rows, { timestamp: row => row.at, watermark: punctuated(row => row.completeUpTo) });
 * ```
 */
export function punctuated<T>(watermarkOf: (value: T, timestamp: Timestamp) => Watermark | undefined): WatermarkStrategy<T> {
  checkFunction(watermarkOf, 'punctuated: its argument');
  return {
    name: 'punctuated()',
    create(memory) {
      let watermark = typeof memory === 'number' ? memory : START_OF_TIME;
      return {
        onEvent(timestamp, value) {
          const mark = watermarkOf(value, timestamp);
          if (mark !== undefined) {
            checkTimestamp(mark, 'punctuated: watermark', value);
            if (mark > watermark) watermark = mark;
          }
          return watermark;
        },
        memory: () => watermark,
      };
    },
  };
}
