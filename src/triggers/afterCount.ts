import type { Trigger } from '../engine/trigger.js';
import { mustBe } from '../errors.js';
import { type OnceState, once } from './once.js';

/** State of {@link afterCount}: elements seen in the pane. */
export interface CountState extends OnceState {
  n: number;
}

/**
 * Fires once when a pane holds `count` elements, then is finished: usually inside `repeatedly`, `early` or `late`.
 * In merging sessions counts add up. (Beam's AfterPane.elementCountAtLeast.)
 *
 * @param count How many elements: an integer of at least 1.
 * @throws TidemarkError `BAD_OPTION` for any other count.
 * @example
 * ```ts
 * import { afterCount, afterWatermark } from 'tidemark';
 *
 * const trigger = afterWatermark({ early: afterCount(100) }); // an early pane for every 100 elements
 * ```
 */
export function afterCount(count: number): Trigger<unknown, CountState> {
  if (!Number.isSafeInteger(count) || count < 1) throw mustBe('afterCount: count', 'an integer of at least 1', count);
  return once<unknown, CountState>(`afterCount(${count})`, () => ({ n: 0, done: false }), {
    onElement(state) {
      state.n++;
      return state;
    },
    waits: state => ({ for: 'elements', count: count - state.n }),
    shouldFire: state => !state.done && state.n >= count,
    merge: states => ({ n: states.reduce((n, state) => n + state.n, 0), done: false }),
  });
}
