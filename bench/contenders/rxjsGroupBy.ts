/**
 * What RxJS offers by itself: groups, buffered by the clock on the wall. Not the same question: an event counts when it
 * arrives, not when it happened, so a burst of a year's events is one window and a late event is in the wrong one.
 */
import { bufferTime, filter, from, groupBy, map, mergeMap } from 'rxjs';
import { Digest } from './digest.js';
import { type Event, keyOf } from './events.js';

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
