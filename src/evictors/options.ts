/** What the evictors have in common: their one option. */
import type { EvictionTime } from '../engine/evictor.js';
import { oneOf, readOptions } from '../errors.js';

/** Options of `keepCount`, `keepTime` and `keepDelta`. */
export interface EvictorOptions {
  /** Whether elements go before a pane is computed, or after it: then the next pane lacks them. Default `before`. */
  readonly when?: EvictionTime;
}

const READERS = { when: oneOf<EvictionTime>('before', 'after') };

/** When an evictor is to work, and how its name shows it. */
export function readWhen(options: EvictorOptions, where: string): { when: EvictionTime; suffix: string } {
  const { when = 'before' } = readOptions(options, READERS, where);
  return { when, suffix: when === 'after' ? ', after' : '' };
}
