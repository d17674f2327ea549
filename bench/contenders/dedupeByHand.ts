/**
 * The first of the events with one id, by a Map of when each was seen. Ids are forgotten in order of arrival, once the watermark is
 * more than `within` past their time.
 */
import { DISORDER, type Event } from '../workloads/events.js';
import { Digest } from './digest.js';
import type { Feed } from './feed.js';

export class DedupeByHand<K> implements Feed<Event<K>> {
  readonly digest = new Digest();
  readonly #within: number;
  readonly #seen = new Map<K, number>();
  #watermark = -Infinity;

  constructor(within: number) {
    this.#within = within;
  }

  batch(events: readonly Event<K>[]): void {
    const seen = this.#seen;
    for (let i = 0; i < events.length; i++) {
      const { key, timestamp, value } = events[i] as Event<K>;
      if (!seen.has(key)) {
        seen.set(key, timestamp);
        this.digest.add(timestamp, key, value);
      }
      if (timestamp - DISORDER > this.#watermark) this.#watermark = timestamp - DISORDER;
    }
    this.#forget(this.#watermark - this.#within);
  }

  end(): void {
    this.#seen.clear();
  }

  /** A Map goes by order of insertion: the first that is still wanted ends it. */
  #forget(before: number): void {
    for (const [id, time] of this.#seen) {
      if (time >= before) return;
      this.#seen.delete(id);
    }
  }
}
