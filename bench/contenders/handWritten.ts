/**
 * What a careful engineer writes instead of using a library: window -> Map(key -> mutable object), the window of the last
 * event cached, the watermark and the closing of windows included. The tumbling loop is the reference of the benchmark.
 */
import { Digest } from './digest.js';
import { DISORDER } from './events.js';

export interface Sum {
  sum: number;
  count: number;
}

/** The three lambdas that a reusable loop is given. */
export interface Lambdas<T, K> {
  readonly key: (event: T) => K;
  readonly timestamp: (event: T) => number;
  readonly add: (sum: Sum, event: T) => void;
}

type Windows<K> = Map<number, Map<K, Sum>>;

export function tumblingByHand<T, K>(events: readonly T[], size: number, { key, timestamp, add }: Lambdas<T, K>): Digest {
  const digest = new Digest();
  const windows: Windows<K> = new Map();
  let watermark = -Infinity;
  let firstEnd = Infinity;
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
    const k = key(event);
    let sum = current.get(k);
    if (sum === undefined) {
      sum = { sum: 0, count: 0 };
      current.set(k, sum);
    }
    add(sum, event);
    if (time - DISORDER > watermark) {
      watermark = time - DISORDER;
      if (watermark >= firstEnd) {
        firstEnd = close(windows, size, watermark, digest);
        low = Infinity;
        high = -Infinity;
      }
    }
  }
  close(windows, size, Infinity, digest);
  return digest;
}

/** Overlapping windows in the plain way: every event is added to each of the size / slide windows that hold it. */
export function perWindowCopies<T, K>(events: readonly T[], size: number, slide: number, { key, timestamp, add }: Lambdas<T, K>): Digest {
  const digest = new Digest();
  const windows: Windows<K> = new Map();
  let watermark = -Infinity;
  let firstEnd = Infinity;
  for (let i = 0; i < events.length; i++) {
    const event = events[i] as T;
    const time = timestamp(event);
    const k = key(event);
    for (let start = Math.floor(time / slide) * slide; start > time - size; start -= slide) {
      const end = start + size;
      if (end <= watermark) break; // too late for this window, hence for the earlier ones
      if (end < firstEnd) firstEnd = end;
      const window = windowAt(windows, start);
      let sum = window.get(k);
      if (sum === undefined) {
        sum = { sum: 0, count: 0 };
        window.set(k, sum);
      }
      add(sum, event);
    }
    if (time - DISORDER > watermark) {
      watermark = time - DISORDER;
      if (watermark >= firstEnd) firstEnd = close(windows, size, watermark, digest);
    }
  }
  close(windows, size, Infinity, digest);
  return digest;
}

function windowAt<K>(windows: Windows<K>, start: number): Map<K, Sum> {
  let window = windows.get(start);
  if (window === undefined) {
    window = new Map();
    windows.set(start, window);
  }
  return window;
}

/** Emits and drops what is complete, in order of window end; returns the end of the first window that is left. */
function close<K>(windows: Windows<K>, size: number, watermark: number, digest: Digest): number {
  const starts = [...windows.keys()].sort((a, b) => a - b);
  for (const start of starts) {
    if (start + size > watermark) return start + size;
    const window = { start, end: start + size };
    for (const [key, { sum }] of windows.get(start) as Map<K, Sum>) deliver({ key, window, value: sum }, digest);
    windows.delete(start);
  }
  return Infinity;
}

/** Results are objects, as a library's are. */
function deliver<K>(pane: { key: K; window: { start: number; end: number }; value: number }, digest: Digest): void {
  digest.add(pane.window.start, pane.key, pane.value);
}
