/** The same events in another order of arrival. */
import { type Event, generator } from './events.js';

/**
 * Orders events by their time plus a delay of at most `disorder` milliseconds, so that a watermark that far behind the latest
 * time drops none. The events are new objects, in memory in the order in which they arrive.
 */
export function shuffled<K>(events: readonly Event<K>[], disorder: number): Event<K>[] {
  const random = generator(3);
  const arriving = events.map(event => ({ event, at: event.timestamp + random() * disorder }));
  return arriving.sort((a, b) => a.at - b.at).map(({ event }) => ({ ...event }));
}
