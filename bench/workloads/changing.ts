/**
 * Events in order of time, for a window that has many keys of which few or all change each second. In its first second every
 * key has an event; after that so many keys a second, in turn, have one each. So the number of events says how many keys have
 * changed, whether that took a minute or an hour.
 */
import { BEGIN, type Event, generator } from './events.js';

export interface Changes {
  readonly events: number;
  /** Keys that change in each second. */
  readonly perSecond: number;
}

/** An array of events for each second, the first beginning at {@link BEGIN}. */
export function changingSeconds<K>({ events, perSecond }: Changes, keys: readonly K[]): Event<K>[][] {
  const random = generator(7);
  const seconds: Event<K>[][] = [];
  let turn = 0;
  for (let made = 0; made < events; ) {
    const length = Math.min(events - made, seconds.length === 0 ? keys.length : perSecond);
    const start = BEGIN + seconds.length * 1_000;
    seconds.push(
      Array.from({ length }, (_, i) => ({
        key: keys[turn++ % keys.length] as K,
        value: Math.floor(random() * 1_000),
        timestamp: start + Math.floor((i * 1_000) / length),
      })),
    );
    made += length;
  }
  return seconds;
}
