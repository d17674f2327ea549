import type { Evictor } from '../engine/evictor.js';
import { mustBe } from '../errors.js';
import { defineEvictor } from './defineEvictor.js';
import { type EvictorOptions, readWhen } from './options.js';

/**
 * Keeps the last `count` elements of a window, in order of arrival. (Flink's CountEvictor.)
 *
 * @param count How many: an integer of at least 1.
 * @throws TidemarkError `BAD_OPTION` for any other count.
 * @example
 * ```ts
 * import { afterCount, ascending, eventTime, globalWindow, keepCount, mean, repeatedly, windowBy } from 'tidemark';
 *
 * // With every element, the mean of the last ten.
 * const moving = eventTime([1, 2, 3], { timestamp: x => x, watermark: ascending() }).pipe(
 *   windowBy(globalWindow(), { aggregate: mean((x: number) => x), trigger: repeatedly(afterCount(1)), evictor: keepCount(10) }),
 * );
 * ```
 */
export function keepCount(count: number, options: EvictorOptions = {}): Evictor<unknown> {
  if (!Number.isSafeInteger(count) || count < 1) throw mustBe('keepCount: count', 'an integer of at least 1', count);
  const { when, suffix } = readWhen(options, 'keepCount');
  return defineEvictor<unknown>({ name: `keepCount(${count}${suffix})`, when, evict: elements => elements.slice(-count) });
}
