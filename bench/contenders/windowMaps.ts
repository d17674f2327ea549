/** The state of loops written by hand: window -> Map(key -> mutable object), and the lambdas that a reusable loop is given. */
import { amountOf, type Event, keyOf, timestampOf } from '../workloads/events.js';
import type { Digest } from './digest.js';

export interface Sum {
  sum: number;
  count: number;
}

export interface Lambdas<T, K> {
  readonly key: (event: T) => K;
  readonly timestamp: (event: T) => number;
  readonly add: (sum: Sum, event: T) => void;
}

export type Windows<K> = Map<number, Map<K, Sum>>;

/** Lambdas of its own for each loop, as each program has: a shared one would have seen every kind of key. */
export function sumLambdas<K>(): Lambdas<Event<K>, K> {
  return {
    key: keyOf,
    timestamp: timestampOf,
    add: (sum, event) => {
      sum.sum += amountOf(event);
      sum.count++;
    },
  };
}

export function windowAt<K>(windows: Windows<K>, start: number): Map<K, Sum> {
  let window = windows.get(start);
  if (window === undefined) {
    window = new Map();
    windows.set(start, window);
  }
  return window;
}

export function sumAt<K>(window: Map<K, Sum>, key: K): Sum {
  let sum = window.get(key);
  if (sum === undefined) {
    sum = { sum: 0, count: 0 };
    window.set(key, sum);
  }
  return sum;
}

/** Emits and drops what is complete, in order of window end; returns the end of the first window that is left. */
export function closeWindows<K>(windows: Windows<K>, size: number, watermark: number, digest: Digest): number {
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
export function deliver<K>(pane: { key: K; window: { start: number; end: number }; value: number }, digest: Digest): void {
  digest.add(pane.window.start, pane.key, pane.value);
}
