/**
 * Tumbling windows that are kept after their result for corrections: each late element says the new result at once, preceded,
 * where results are withdrawn, by the one that it replaces.
 */
import { DISORDER, type Event } from '../workloads/events.js';
import { Digest } from './digest.js';
import type { Feed } from './feed.js';
import { type Lambdas, type Sum, sumAt, sumLambdas, type Windows, windowAt } from './windowMaps.js';

export class LateByHand<K> implements Feed<Event<K>> {
  readonly digest = new Digest();
  readonly #size: number;
  readonly #lateness: number;
  readonly #retracting: boolean;
  readonly #lambdas: Lambdas<Event<K>, K> = sumLambdas();
  /** Both those that are open and those that have said their result. */
  readonly #windows: Windows<K> = new Map();
  #watermark = -Infinity;
  #firstEnd = Infinity;

  constructor(size: number, lateness: number, retracting: boolean) {
    this.#size = size;
    this.#lateness = lateness;
    this.#retracting = retracting;
  }

  batch(events: readonly Event<K>[]): void {
    for (let i = 0; i < events.length; i++) this.#take(events[i] as Event<K>);
  }

  end(): void {
    this.#advance(Infinity);
  }

  #take(event: Event<K>): void {
    const { key, timestamp, add } = this.#lambdas;
    const time = timestamp(event);
    const start = Math.floor(time / this.#size) * this.#size;
    const end = start + this.#size;
    if (end + this.#lateness <= this.#watermark) return; // too late
    const window = windowAt(this.#windows, start);
    const k = key(event);
    if (end > this.#watermark) {
      add(sumAt(window, k), event);
      if (end < this.#firstEnd) this.#firstEnd = end;
    } else this.#correct(event, start, k, window);
    if (time - DISORDER > this.#watermark) this.#advance(time - DISORDER);
  }

  #correct(event: Event<K>, start: number, key: K, window: Map<K, Sum>): void {
    const known = window.get(key);
    if (known !== undefined && this.#retracting) deliver({ key, window: { start }, value: known.sum, retraction: true }, this.digest);
    const sum = known ?? sumAt(window, key);
    this.#lambdas.add(sum, event);
    deliver({ key, window: { start }, value: sum.sum, retraction: false }, this.digest);
  }

  #advance(watermark: number): void {
    const before = this.#watermark;
    this.#watermark = watermark;
    if (watermark < this.#firstEnd) return;
    this.#firstEnd = Infinity;
    for (const [start, window] of this.#windows) {
      const end = start + this.#size;
      if (end > watermark) {
        if (end < this.#firstEnd) this.#firstEnd = end;
        continue;
      }
      if (end > before)
        for (const [key, { sum }] of window) deliver({ key, window: { start }, value: sum, retraction: false }, this.digest);
      if (end + this.#lateness <= watermark) this.#windows.delete(start);
    }
  }
}

/** A withdrawn result counts as another value than the result itself. */
export function deliver<K>(pane: { key: K; window: { start: number }; value: number; retraction: boolean }, digest: Digest): void {
  digest.add(pane.window.start, pane.key, pane.retraction ? ~pane.value : pane.value);
}
