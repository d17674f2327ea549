/**
 * What a careful engineer writes instead of using a library: window -> Map(key -> mutable object), the window of the last
 * event cached, the watermark and the closing of windows included. The reference of the benchmark.
 */
import { DISORDER } from '../workloads/events.js';
import { Digest } from './digest.js';
import type { Feed } from './feed.js';
import { closeWindows, type Lambdas, type Sum, sumAt, type Windows, windowAt } from './windowMaps.js';

export class TumblingByHand<T, K> implements Feed<T> {
  readonly digest = new Digest();
  readonly #size: number;
  readonly #lambdas: Lambdas<T, K>;
  readonly #disorder: number;
  readonly #windows: Windows<K> = new Map();
  #watermark = -Infinity;
  #firstEnd = Infinity;

  constructor(size: number, lambdas: Lambdas<T, K>, disorder: number = DISORDER) {
    this.#size = size;
    this.#lambdas = lambdas;
    this.#disorder = disorder;
  }

  batch(events: readonly T[]): void {
    const { key, timestamp, add } = this.#lambdas;
    const size = this.#size;
    const disorder = this.#disorder;
    const windows = this.#windows;
    let watermark = this.#watermark;
    let firstEnd = this.#firstEnd;
    // The cached window [low, high); empty when there is none.
    let low = Infinity;
    let high = -Infinity;
    let current: Map<K, Sum> = new Map();
    for (let i = 0; i < events.length; i++) {
      const event = events[i] as T;
      const time = timestamp(event);
      if (time < low || time >= high) {
        const start = Math.floor(time / size) * size;
        if (start + size <= watermark) continue; // too late
        low = start;
        high = start + size;
        current = windowAt(windows, start);
        if (high < firstEnd) firstEnd = high;
      }
      add(sumAt(current, key(event)), event);
      if (time - disorder > watermark) {
        watermark = time - disorder;
        if (watermark >= firstEnd) {
          firstEnd = closeWindows(windows, size, watermark, this.digest);
          low = Infinity;
          high = -Infinity;
        }
      }
    }
    this.#watermark = watermark;
    this.#firstEnd = firstEnd;
  }

  end(): void {
    closeWindows(this.#windows, this.#size, Infinity, this.digest);
  }
}
