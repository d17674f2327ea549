import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Digest } from '../../../bench/contenders/digest.js';
import { BEGIN, DISORDER, type Event, keyOf, makeEvents, stringKeys, timestampOf } from '../../../bench/contenders/events.js';
import { type Lambdas, perWindowCopies, tumblingByHand } from '../../../bench/contenders/handWritten.js';

const SIZE = 60_000;

const lambdas: Lambdas<Event<string>, string> = {
  key: keyOf,
  timestamp: timestampOf,
  add: (sum, event) => {
    sum.sum += event.value;
    sum.count++;
  },
};

/** The definition, without any care for speed: every window that is not complete yet takes the event. */
function byDefinition(events: readonly Event<string>[], size: number, slide: number): Digest {
  const sums = new Map<number, Map<string, number>>();
  let watermark = -Infinity;
  for (const { key, value, timestamp } of events) {
    for (let start = Math.floor((timestamp - size) / slide) * slide; start <= timestamp; start += slide) {
      const holds = start <= timestamp && timestamp < start + size;
      if (!holds || watermark >= start + size) continue;
      const window = sums.get(start) ?? new Map<string, number>();
      sums.set(start, window.set(key, (window.get(key) ?? 0) + value));
    }
    watermark = Math.max(watermark, timestamp - DISORDER);
  }
  const digest = new Digest();
  for (const [start, window] of sums) for (const [key, value] of window) digest.add(start, key, value);
  return digest;
}

const anyEvents = fc.array(
  fc.record({
    key: fc.constantFrom('a', 'b', 'c'),
    value: fc.integer({ min: 0, max: 999 }),
    // Coarse, so that watermarks often meet the end of a window exactly.
    timestamp: fc.integer({ min: 0, max: 160 }).map(step => BEGIN + step * 2_500),
  }),
  { maxLength: 60 },
);

describe('hand-written contenders', () => {
  it('tumbling: gives what the definition gives, in any disorder', () => {
    fc.assert(
      fc.property(anyEvents, events => {
        expect(tumblingByHand(events, SIZE, lambdas)).toEqual(byDefinition(events, SIZE, SIZE));
      }),
    );
  });

  it('copies per window: give what the definition gives, in any disorder', () => {
    fc.assert(
      fc.property(anyEvents, events => {
        expect(perWindowCopies(events, SIZE, 10_000, lambdas)).toEqual(byDefinition(events, SIZE, 10_000));
      }),
    );
  });

  it('drop the stragglers of the input, and nothing else', () => {
    const events = makeEvents({ events: 20_000, keys: 10, eventsPerSecond: 100 }, stringKeys(10));
    const inTime = events.filter((_, i) => i % 1_000 !== 999);
    expect(tumblingByHand(events, SIZE, lambdas)).toEqual(byDefinition(inTime, SIZE, SIZE));
    expect(perWindowCopies(events, SIZE, 1_000, lambdas)).toEqual(byDefinition(inTime, SIZE, 1_000));
    expect(byDefinition(inTime, SIZE, SIZE)).not.toEqual(byDefinition(inTime.slice(1), SIZE, SIZE));
  });
});
