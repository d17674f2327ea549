/** Boundaries of a histogram that grow by a factor. */
import { mustBe } from '../errors.js';
import { checkCount } from './check.js';

/**
 * The `count` boundaries `start`, `start * factor`, `start * factor ** 2`, ... for {@link histogram}, which makes one bucket more of
 * them. (Prometheus' ExponentialBuckets.)
 *
 * @throws TidemarkError `BAD_OPTION` for a `start` that is not finite and above 0, a `factor` that is not finite and above 1, and a
 * `count` that is not a whole number of at least 1.
 *
 * @example
 * ```ts
 * import { exponentialBuckets, histogram } from 'tidemark';
 *
 * const sizes = histogram((file: { bytes: number }) => file.bytes, exponentialBuckets(1, 10, 4)); // 1, 10, 100, 1000
 * ```
 */
export function exponentialBuckets(start: number, factor: number, count: number): number[] {
  if (!(Number.isFinite(start) && start > 0)) throw mustBe('exponentialBuckets: start', 'a finite number above 0', start);
  if (!(Number.isFinite(factor) && factor > 1)) throw mustBe('exponentialBuckets: factor', 'a finite number above 1', factor);
  checkCount(count, 'exponentialBuckets: count');
  return Array.from({ length: count }, (_, i) => start * factor ** i);
}
