import { describe, expect, it } from 'vitest';
import { repeatedEvents } from '../../../bench/workloads/repeated.js';

describe('repeatedEvents', () => {
  const events = repeatedEvents({ events: 20_000, eventsPerSecond: 2_000, reach: 100 });

  it('has one repetition in ten, of one of the events just before', () => {
    const seen = new Map<string, number>();
    let repetitions = 0;
    events.forEach((event, i) => {
      const before = seen.get(event.key);
      if (before !== undefined) {
        repetitions++;
        expect(events[before]).toEqual(event);
      }
      seen.set(event.key, i);
    });
    expect(repetitions / events.length).toBeCloseTo(0.1, 1);
  });

  it('is the same each time', () => {
    expect(repeatedEvents({ events: 20_000, eventsPerSecond: 2_000, reach: 100 })).toEqual(events);
  });
});
