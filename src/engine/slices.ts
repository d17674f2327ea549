/** The live slices of a machine, in order of time; they never overlap. */
import type { Timestamp } from '../time/timestamp.js';
import type { Slice } from './slice.js';
import type { TimeWindow } from './window.js';

export class Slices<T, K, R> {
  readonly all: Slice<T, K, R>[] = [];

  /** The place of the first slice that ends at `end` or later. */
  placeOf(end: Timestamp): number {
    const { all } = this;
    let high = all.length;
    // Most elements are not far behind the newest: look there first, then by halves.
    for (let steps = 0; steps < 8; steps++, high--) if (high === 0 || (all[high - 1] as Slice<T, K, R>).end < end) return high;
    let low = 0;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((all[middle] as Slice<T, K, R>).end < end) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The slices that a window is made of. */
  of(window: TimeWindow): Slice<T, K, R>[] {
    const slices: Slice<T, K, R>[] = [];
    for (let at = this.placeOf(window.start + 1); at < this.all.length; at++) {
      const slice = this.all[at] as Slice<T, K, R>;
      if (slice.start >= window.end) break;
      slices.push(slice);
    }
    return slices;
  }
}
