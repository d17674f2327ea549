/** The live slices of a machine, in order of time; they never overlap. */
import type { Timestamp } from '../time/timestamp.js';
import type { TimeWindow } from './window.js';

export class Slices<S extends TimeWindow> {
  readonly all: S[] = [];

  /** The place of the first slice that ends at `end` or later. */
  placeOf(end: Timestamp): number {
    const { all } = this;
    let high = all.length;
    // Most elements are not far behind the newest: look there first, then by halves.
    for (let steps = 0; steps < 8; steps++, high--) if (high === 0 || (all[high - 1] as S).end < end) return high;
    let low = 0;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((all[middle] as S).end < end) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The slices that a window is made of. */
  of(window: TimeWindow): S[] {
    const slices: S[] = [];
    for (let at = this.placeOf(window.start + 1); at < this.all.length; at++) {
      const slice = this.all[at] as S;
      if (slice.start >= window.end) break;
      slices.push(slice);
    }
    return slices;
  }
}
