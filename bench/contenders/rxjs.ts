/**
 * What RxJS offers by itself. Groups that are buffered or windowed by the clock on the wall do not answer the same question:
 * an event counts when it arrives, not when it happened, so a burst of a year's events is one window and a late event is in
 * the wrong one. `scan` over a Map of windows does, if the state, the watermark and the end of the input are written by hand.
 */
import { bufferTime, concat, concatMap, filter, from, groupBy, map, mergeMap, of, reduce, scan, windowTime } from 'rxjs';
import { DISORDER, type Event, keyOf } from '../workloads/events.js';
import { Digest } from './digest.js';

export function groupByBufferTime<K>(events: readonly Event<K>[], size: number): Digest {
  const digest = new Digest();
  from(events as Event<K>[])
    .pipe(
      groupBy(keyOf),
      mergeMap(group =>
        group.pipe(
          bufferTime(size),
          filter(buffer => buffer.length > 0),
          map(buffer => ({ key: group.key, value: total(buffer) })),
        ),
      ),
    )
    .subscribe(result => digest.add(0, result.key, result.value));
  return digest;
}

function total(buffer: readonly Event<unknown>[]): number {
  let sum = 0;
  for (const event of buffer) sum += event.value;
  return sum;
}

export function groupByWindowTime<K>(events: readonly Event<K>[], size: number): Digest {
  const digest = new Digest();
  from(events as Event<K>[])
    .pipe(
      groupBy(keyOf),
      mergeMap(group =>
        group.pipe(
          windowTime(size),
          mergeMap(window => window.pipe(reduce((sum, event) => sum + event.value, 0))),
          map(value => ({ key: group.key, value })),
        ),
      ),
    )
    .subscribe(result => digest.add(0, result.key, result.value));
  return digest;
}

interface Result<K> {
  readonly start: number;
  readonly key: K;
  readonly value: number;
}

interface Scanned<K> {
  readonly windows: Map<number, Map<K, number>>;
  watermark: number;
  closed: Result<K>[];
}

const NONE: never[] = [];

/** `null` is the end of the input. */
export function scanWithMap<K>(events: readonly Event<K>[], size: number): Digest {
  const digest = new Digest();
  concat(from(events as Event<K>[]), of(null))
    .pipe(
      scan(
        (state: Scanned<K>, event) => {
          if (event !== null) addTo(state, event, size);
          const watermark = event === null ? Infinity : Math.max(state.watermark, event.timestamp - DISORDER);
          const moved = Math.floor(watermark / size) > Math.floor(state.watermark / size);
          state.watermark = watermark;
          state.closed = moved ? close(state, size) : NONE;
          return state;
        },
        { windows: new Map(), watermark: -Infinity, closed: NONE },
      ),
      concatMap(state => state.closed),
    )
    .subscribe(result => digest.add(result.start, result.key, result.value));
  return digest;
}

function addTo<K>({ windows, watermark }: Scanned<K>, { key, timestamp, value }: Event<K>, size: number): void {
  const start = Math.floor(timestamp / size) * size;
  if (start + size <= watermark) return;
  let window = windows.get(start);
  if (!window) windows.set(start, (window = new Map()));
  window.set(key, (window.get(key) ?? 0) + value);
}

function close<K>({ windows, watermark }: Scanned<K>, size: number): Result<K>[] {
  const results: Result<K>[] = [];
  for (const [start, window] of windows) {
    if (start + size > watermark) continue;
    for (const [key, value] of window) results.push({ start, key, value });
    windows.delete(start);
  }
  return results;
}
