/**
 * Tumbling windows that say, every so often, the sums that have changed since: a window keeps the list of those. The events
 * come in order of time, and the watermark is the time of the last one.
 */
import type { Event } from '../workloads/events.js';
import { Digest } from './digest.js';
import type { Feed } from './feed.js';
import { deliver } from './windowMaps.js';

interface Changing<K> {
  readonly key: K;
  sum: number;
  count: number;
  /** The time of the first event since the sum was last said; Infinity: nothing is new. */
  news: number;
}

export class EarlyByHand<K> implements Feed<Event<K>> {
  readonly digest = new Digest();
  readonly #size: number;
  /** Milliseconds of event time between early results; undefined: `tick` says when. */
  readonly #every: number | undefined;
  #window: Map<K, Changing<K>> = new Map();
  #start = -Infinity;
  #changed: Changing<K>[] = [];
  #nextEarly = Infinity;

  constructor(size: number, every?: number) {
    this.#size = size;
    this.#every = every;
  }

  batch(events: readonly Event<K>[]): void {
    for (let i = 0; i < events.length; i++) this.#take(events[i] as Event<K>);
  }

  /** Says what has changed since the last call and before the time `before`. */
  tick(before = Infinity): void {
    const window = { start: this.#start, end: this.#start + this.#size };
    const later: Changing<K>[] = [];
    for (const item of this.#changed) {
      if (item.news >= before) {
        later.push(item);
        continue;
      }
      item.news = Infinity;
      deliver({ key: item.key, window, value: item.sum }, this.digest);
    }
    this.#changed = later;
  }

  end(): void {
    const window = { start: this.#start, end: this.#start + this.#size };
    for (const { key, sum } of this.#window.values()) deliver({ key, window, value: sum }, this.digest);
    this.#window = new Map();
    this.#changed = [];
  }

  /** The watermark moves after the event, which is part of what is said because of it if its key has older news. */
  #take({ key, value, timestamp }: Event<K>): void {
    if (timestamp >= this.#start + this.#size) {
      if (this.#window.size > 0) this.end();
      this.#start = Math.floor(timestamp / this.#size) * this.#size;
      this.#schedule(timestamp);
    }
    let item = this.#window.get(key);
    if (item === undefined) this.#window.set(key, (item = { key, sum: 0, count: 0, news: Infinity }));
    item.sum += value;
    item.count++;
    if (item.news === Infinity) {
      item.news = timestamp;
      this.#changed.push(item);
    }
    if (timestamp >= this.#nextEarly) {
      this.tick(Math.floor(timestamp / (this.#every as number)) * (this.#every as number));
      this.#schedule(timestamp);
    }
  }

  #schedule(timestamp: number): void {
    if (this.#every !== undefined) this.#nextEarly = (Math.floor(timestamp / this.#every) + 1) * this.#every;
  }
}
