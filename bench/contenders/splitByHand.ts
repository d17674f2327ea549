/** Three consumers for three kinds of events: by an `if` for each, and as RxJS has it, by a filter for each on a shared stream. */
import { filter, Subject } from 'rxjs';
import type { Event } from '../workloads/events.js';
import { Digest } from './digest.js';
import type { Feed } from './feed.js';

/** Small, even, and the others. */
export const isSmall = (event: Event<unknown>): boolean => event.value < 300;
export const isEven = (event: Event<unknown>): boolean => event.value % 2 === 0;

/** Which consumer it was is part of the result. */
export function deliverTo<K>(branch: number, { key, value, timestamp }: Event<K>, digest: Digest): void {
  digest.add(timestamp, key, value * 3 + branch);
}

export class SplitByHand<K> implements Feed<Event<K>> {
  readonly digest = new Digest();

  batch(events: readonly Event<K>[]): void {
    for (let i = 0; i < events.length; i++) {
      const event = events[i] as Event<K>;
      if (isSmall(event)) deliverTo(0, event, this.digest);
      else if (isEven(event)) deliverTo(1, event, this.digest);
      else deliverTo(2, event, this.digest);
    }
  }

  end(): void {}
}

/** Each element meets each filter. */
export function splitByFilters<K>(events: readonly Event<K>[]): Digest {
  const digest = new Digest();
  const subject = new Subject<Event<K>>();
  subject.pipe(filter(isSmall)).subscribe(event => deliverTo(0, event, digest));
  subject.pipe(filter(event => !isSmall(event) && isEven(event))).subscribe(event => deliverTo(1, event, digest));
  subject.pipe(filter(event => !isSmall(event) && !isEven(event))).subscribe(event => deliverTo(2, event, digest));
  for (let i = 0; i < events.length; i++) subject.next(events[i] as Event<K>);
  subject.complete();
  return digest;
}
