/** What the tests of contenders share: events in any disorder, and the definition of what should come out. */
import fc from 'fast-check';
import { Digest } from '../../../bench/contenders/digest.js';
import { BEGIN, DISORDER, type Event } from '../../../bench/workloads/events.js';

export const SIZE = 60_000;

/** Coarse, so that watermarks often meet the end of a window exactly. */
export const anyEvents: fc.Arbitrary<Event<string>[]> = fc.array(
  fc.record({
    key: fc.constantFrom('a', 'b', 'c'),
    value: fc.integer({ min: 0, max: 999 }),
    timestamp: fc.integer({ min: 0, max: 160 }).map(step => BEGIN + step * 2_500),
  }),
  { maxLength: 60 },
);

/** The watermark before each event. */
export function watermarks(events: readonly Event<unknown>[], disorder: number = DISORDER): number[] {
  let watermark = -Infinity;
  return events.map(({ timestamp }) => {
    const before = watermark;
    watermark = Math.max(watermark, timestamp - disorder);
    return before;
  });
}

/** The definition, without any care for speed: every window that is not complete yet takes the event. */
export function byDefinition(events: readonly Event<string>[], size: number, slide: number): Digest {
  const before = watermarks(events);
  const sums = new Map<number, Map<string, number>>();
  events.forEach(({ key, value, timestamp }, i) => {
    for (let start = Math.floor((timestamp - size) / slide) * slide; start <= timestamp; start += slide) {
      const holds = start <= timestamp && timestamp < start + size;
      if (!holds || (before[i] as number) >= start + size) continue;
      const window = sums.get(start) ?? new Map<string, number>();
      sums.set(start, window.set(key, (window.get(key) ?? 0) + value));
    }
  });
  const digest = new Digest();
  for (const [start, window] of sums) for (const [key, value] of window) digest.add(start, key, value);
  return digest;
}

/** Feeds events in arrays of any lengths: where they are cut must not matter. */
export const anyCut: fc.Arbitrary<number> = fc.integer({ min: 1, max: 20 });
