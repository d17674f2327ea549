/**
 * What holds the watermark downstream back: items with a pane to come, each at a time that may change. An item is queued once;
 * whether its time still is the one that it is queued for is seen to when it comes up.
 */
import { Heap } from '../state/timers.js';
import type { Timestamp, Watermark } from '../time/timestamp.js';

export class Holds<I extends { held: Timestamp }> {
  readonly #queue: Heap<readonly [Timestamp, I]> = new Heap<readonly [Timestamp, I]>((a, b) => a[0] - b[0]);
  readonly #timeOf: (item: I) => Timestamp;

  /** `timeOf`: the time that the watermark must not pass; Infinity: none. */
  constructor(timeOf: (item: I) => Timestamp) {
    this.#timeOf = timeOf;
  }

  /** An item may have a time now. `held` of it is the one that is queued. */
  hold(item: I): void {
    const time = this.#timeOf(item);
    if (time >= item.held) return;
    item.held = time;
    this.#queue.push([time, item]);
  }

  /** `watermark`, but not past what is held. */
  bound(watermark: Watermark): Watermark {
    const queue = this.#queue;
    for (let top = queue.peek(); top; top = queue.peek()) {
      const [held, item] = top;
      if (this.#timeOf(item) === held) return Math.min(watermark, held);
      queue.pop();
      item.held = Infinity;
      this.hold(item);
    }
    return watermark;
  }
}
