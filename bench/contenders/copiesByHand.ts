/** Overlapping windows in the plain way: every event is added to each of the size / slide windows that hold it. */
import { DISORDER } from '../workloads/events.js';
import { Digest } from './digest.js';
import type { Feed } from './feed.js';
import { closeWindows, type Lambdas, sumAt, type Windows, windowAt } from './windowMaps.js';

export class CopiesByHand<T, K> implements Feed<T> {
  readonly digest = new Digest();
  readonly #size: number;
  readonly #slide: number;
  readonly #lambdas: Lambdas<T, K>;
  readonly #windows: Windows<K> = new Map();
  #watermark = -Infinity;
  #firstEnd = Infinity;

  constructor(size: number, slide: number, lambdas: Lambdas<T, K>) {
    this.#size = size;
    this.#slide = slide;
    this.#lambdas = lambdas;
  }

  batch(events: readonly T[]): void {
    const { key, timestamp, add } = this.#lambdas;
    const size = this.#size;
    const slide = this.#slide;
    const windows = this.#windows;
    let watermark = this.#watermark;
    let firstEnd = this.#firstEnd;
    for (let i = 0; i < events.length; i++) {
      const event = events[i] as T;
      const time = timestamp(event);
      const k = key(event);
      for (let start = Math.floor(time / slide) * slide; start > time - size; start -= slide) {
        const end = start + size;
        if (end <= watermark) break; // too late for this window, hence for the earlier ones
        if (end < firstEnd) firstEnd = end;
        add(sumAt(windowAt(windows, start), k), event);
      }
      if (time - DISORDER > watermark) {
        watermark = time - DISORDER;
        if (watermark >= firstEnd) firstEnd = closeWindows(windows, size, watermark, this.digest);
      }
    }
    this.#watermark = watermark;
    this.#firstEnd = firstEnd;
  }

  end(): void {
    closeWindows(this.#windows, this.#size, Infinity, this.digest);
  }
}
