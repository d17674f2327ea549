/** Boundaries of a histogram at equal distances. */
import { mustBe } from '../errors.js';
import { checkCount } from './check.js';

/**
 * The `count` boundaries `start`, `start + width`, `start + 2 * width`, ... for {@link histogram}, which makes one bucket more of
 * them. (Prometheus' LinearBuckets.)
 *
 * @throws TidemarkError `BAD_OPTION` for a `start` that is not finite, a `width` that is not finite and above 0, and a `count` that is
 * not a whole number of at least 1.
 *
 * @example
 * ```ts
 * import { histogram, linearBuckets } from 'tidemark';
 *
 * const delays = histogram((flight: { delay: number }) => flight.delay, linearBuckets(0, 15, 5)); // 0, 15, 30, 45, 60
 * ```
 */
export function linearBuckets(start: number, width: number, count: number): number[] {
  if (!Number.isFinite(start)) throw mustBe('linearBuckets: start', 'a finite number', start);
  if (!(Number.isFinite(width) && width > 0)) throw mustBe('linearBuckets: width', 'a finite number above 0', width);
  checkCount(count, 'linearBuckets: count');
  return Array.from({ length: count }, (_, i) => start + i * width);
}
