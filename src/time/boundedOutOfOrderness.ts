import { type Duration, nonNegative } from './duration.js';
import type { WatermarkStrategy } from './strategy.js';
import { START_OF_TIME } from './timestamp.js';

/**
 * Elements come at most `bound` behind the newest one: the watermark is the highest timestamp seen minus `bound`.
 * (Flink's forBoundedOutOfOrderness, without its extra millisecond: here a watermark W allows timestamps of W.)
 *
 * @example
 * ```ts
 * import { boundedOutOfOrderness, eventTime } from 'tidemark';
 *
 * const timed = eventTime([{ at: 1_000 }, { at: 400 }], { timestamp: e => e.at, watermark: boundedOutOfOrderness('1s') });
 * ```
 */
export function boundedOutOfOrderness(bound: Duration): WatermarkStrategy<unknown> {
  return bounded(`boundedOutOfOrderness(${bound})`, nonNegative(bound, 'boundedOutOfOrderness: bound'));
}

/** The strategy for any bound, under a name of its own. */
export function bounded(name: string, bound: number): WatermarkStrategy<unknown> {
  return {
    name,
    bound,
    create(memory) {
      let watermark = typeof memory === 'number' ? memory : START_OF_TIME;
      return {
        onEvent(timestamp) {
          // Most elements are not the newest, so the comparison comes first.
          if (timestamp - bound > watermark) watermark = timestamp - bound;
          return watermark;
        },
        memory: () => watermark,
      };
    },
  };
}
