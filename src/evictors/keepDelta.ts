import type { Evictor } from '../engine/evictor.js';
import { checkFunction, mustBe } from '../errors.js';
import { defineEvictor } from './defineEvictor.js';
import { type EvictorOptions, readWhen } from './options.js';

/**
 * Keeps the elements that are less than `threshold` from the one that came last; exactly `threshold` is too far. (Flink's
 * DeltaEvictor.)
 *
 * @param distance From an element to the last one. With a threshold above zero, 0 for the last itself keeps it.
 * @throws TidemarkError `BAD_OPTION` for a threshold that is no number, or a distance that is no function; on the stream `BAD_VALUE`
 * for a distance that is no number.
 * @example
 * ```ts
 * import { keepDelta } from 'tidemark';
 *
 * const near = keepDelta<number>(10, (from, to) => Math.abs(to - from));
 * ```
 */
export function keepDelta<T>(threshold: number, distance: (from: T, to: T) => number, options: EvictorOptions = {}): Evictor<T> {
  if (!Number.isFinite(threshold)) throw mustBe('keepDelta: threshold', 'a finite number', threshold);
  checkFunction(distance, 'keepDelta: distance');
  const { when, suffix } = readWhen(options, 'keepDelta');
  return defineEvictor<T>({
    name: `keepDelta(${threshold}${suffix})`,
    when,
    evict(elements) {
      const last = elements.at(-1);
      if (!last) return elements;
      return elements.filter(({ value }) => {
        const far = distance(value, last.value);
        if (typeof far !== 'number' || Number.isNaN(far)) throw mustBe('keepDelta: distance', 'a number', far, '', 'BAD_VALUE');
        return far < threshold;
      });
    },
  });
}
