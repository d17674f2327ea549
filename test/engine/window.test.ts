import { describe, expect, expectTypeOf, it } from 'vitest';
import { expiryOf, type TimeWindow, type WindowAssigner } from '../../src/engine/window.js';
import { END_OF_TIME, START_OF_TIME } from '../../src/time/timestamp.js';
import { session } from '../../src/windows/session.js';
import { tumbling } from '../../src/windows/tumbling.js';
import { assigned } from '../windows/support.js';

// As in the example of WindowAssigner: nothing but `name`, `merging` and `assign`, with the types of the arguments inferred.
const tradingDays: WindowAssigner = {
  name: 'tradingDays',
  merging: false,
  assign(timestamp, _value, add) {
    const day = 86_400_000;
    const offset = 22 * 3_600_000;
    const start = Math.floor((timestamp - offset) / day) * day + offset;
    add(start, start + day);
  },
};

describe('an assigner of your own', () => {
  it('equals the built-in one that does the same', () => {
    for (const timestamp of [-1, 0, 79_199_999, 79_200_000, 1_711_843_200_000]) {
      expect(assigned(tradingDays, timestamp)).toEqual(assigned(tumbling('1d', { offset: '22h' }), timestamp));
    }
  });

  it('may say how its windows merge', () => {
    const neverMerged: WindowAssigner<{ readonly gap: number }> = {
      name: 'neverMerged',
      merging: true,
      assign: (timestamp, value, add) => add(timestamp, timestamp + value.gap),
      merge: () => undefined,
    };
    expect(assigned(neverMerged, 5, { gap: 2 })).toEqual([[5, 7]]);
    expect(neverMerged.merge?.({ start: 0, end: 2 }, { start: 1, end: 3 })).toBeUndefined();
  });

  it('is checked by its types', () => {
    type Flight = { readonly delay: number };
    // One that asks nothing of its elements serves any; one that reads them serves theirs alone.
    expectTypeOf(tumbling('1h')).toExtend<WindowAssigner<Flight>>();
    expectTypeOf(session((flight: Flight) => flight.delay)).toExtend<WindowAssigner<Flight>>();
    expectTypeOf(session((flight: Flight) => flight.delay)).not.toExtend<WindowAssigner<string>>();
    expectTypeOf(tradingDays).toExtend<WindowAssigner<Flight>>();
    // @ts-expect-error merging must be said
    const unsaid: WindowAssigner = { name: 'unsaid', assign: (timestamp, _value, add) => add(timestamp, timestamp + 1) };
    // @ts-expect-error a window has bounds, not a length alone
    const short: WindowAssigner = { name: 'short', merging: false, assign: (timestamp, _value, add) => add(timestamp) };
    // @ts-expect-error '1 hour' is no duration
    expect(() => tumbling('1 hour')).toThrow('tumbling(): size');
    expect([unsaid.name, short.name]).toEqual(['unsaid', 'short']);
    const window: TimeWindow = { start: 0, end: 1 };
    // @ts-expect-error windows are values
    window.start = 1;
  });
});

describe('the expiry of a window', () => {
  it('is its lateness behind its end, but for those that had expired by a shorter one', () => {
    expect([expiryOf(10, 5, START_OF_TIME), expiryOf(10, 5, 9), expiryOf(10, 5, 10), expiryOf(10, Infinity, 0)]).toEqual([
      15,
      15,
      10,
      END_OF_TIME,
    ]);
  });
});
