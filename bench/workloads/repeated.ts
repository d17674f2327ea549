/** Events with an id of their own, of which one in ten comes once more a little later, as from a source that says things at least once. */
import { BEGIN, DISORDER, type Event, generator } from './events.js';

export interface Repetition {
  readonly events: number;
  readonly eventsPerSecond: number;
  /** A repetition is of one of so many events before it. */
  readonly reach: number;
}

/** The id is the key. A repetition has the time and the value of what it repeats. */
export function repeatedEvents({ events, eventsPerSecond, reach }: Repetition): Event<string>[] {
  const random = generator(11);
  const made: Event<string>[] = [];
  for (let i = 0; i < events; i++) {
    if (i > 0 && random() < 0.1) {
      made.push({ ...(made[Math.max(0, i - 1 - Math.floor(random() * reach))] as Event<string>) });
      continue;
    }
    const place = BEGIN + (i * 1_000) / eventsPerSecond;
    made.push({ key: `order-${i}`, value: Math.floor(random() * 1_000), timestamp: Math.floor(place - random() * DISORDER) });
  }
  return made;
}
