/** Events in order of time, equal times in order of arrival: a binary heap that gives out what the watermark has reached. */
import { DISORDER, type Event } from '../workloads/events.js';
import { Digest } from './digest.js';
import type { Feed } from './feed.js';

interface Held<K> {
  readonly event: Event<K>;
  readonly time: number;
  readonly arrival: number;
}

export class ReorderByHand<K> implements Feed<Event<K>> {
  readonly digest = new Digest();
  readonly #held: Held<K>[] = [];
  #arrivals = 0;
  #watermark = -Infinity;

  batch(events: readonly Event<K>[]): void {
    for (let i = 0; i < events.length; i++) {
      const event = events[i] as Event<K>;
      this.#push({ event, time: event.timestamp, arrival: this.#arrivals++ });
      if (event.timestamp - DISORDER <= this.#watermark) continue;
      this.#watermark = event.timestamp - DISORDER;
      this.#release(this.#watermark);
    }
  }

  end(): void {
    this.#release(Infinity);
  }

  #release(watermark: number): void {
    const held = this.#held;
    for (let first = held[0]; first !== undefined && first.time <= watermark; first = held[0]) {
      const last = held.pop() as Held<K>;
      if (held.length > 0) this.#sink(last);
      deliverInOrder(first.event, this.digest);
    }
  }

  #push(item: Held<K>): void {
    const held = this.#held;
    let at = held.length;
    held.push(item);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = held[parent] as Held<K>;
      if (above.time <= item.time) break; // who came before stays before
      held[at] = above;
      at = parent;
    }
    held[at] = item;
  }

  #sink(item: Held<K>): void {
    const held = this.#held;
    let at = 0;
    for (let child = 1; child < held.length; child = 2 * at + 1) {
      const right = held[child + 1];
      if (right !== undefined && isBefore(right, held[child] as Held<K>)) child++;
      const below = held[child] as Held<K>;
      if (isBefore(item, below)) break;
      held[at] = below;
      at = child;
    }
    held[at] = item;
  }
}

function isBefore(a: Held<unknown>, b: Held<unknown>): boolean {
  return a.time < b.time || (a.time === b.time && a.arrival < b.arrival);
}

/** The place in the order is part of the result. */
export function deliverInOrder<K>({ key, value, timestamp }: Event<K>, digest: Digest): void {
  digest.add(timestamp, key, value * 31 + digest.results);
}
