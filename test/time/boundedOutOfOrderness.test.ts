import { describe, expect, it } from 'vitest';
import { bounded, boundedOutOfOrderness } from '../../src/time/boundedOutOfOrderness.js';
import type { Duration } from '../../src/time/duration.js';
import { START_OF_TIME } from '../../src/time/timestamp.js';
import { refusal } from '../support.js';

describe('boundedOutOfOrderness', () => {
  it('says the highest timestamp minus the bound, and never goes back', () => {
    const strategy = boundedOutOfOrderness('1s');
    expect(strategy.name).toBe('boundedOutOfOrderness(1s)');
    const generator = strategy.create();
    expect([5_000, 4_000, 4_500, 7_000].map(time => generator.onEvent(time, {}))).toEqual([4_000, 4_000, 4_000, 6_000]);
  });

  it('stays within time', () => {
    expect(
      boundedOutOfOrderness(10)
        .create()
        .onEvent(START_OF_TIME + 3, {}),
    ).toBe(START_OF_TIME);
    expect(boundedOutOfOrderness(Number.POSITIVE_INFINITY).create().onEvent(5, {})).toBe(START_OF_TIME);
  });

  it('goes on from its memory, which is plain data', () => {
    const strategy = boundedOutOfOrderness(10);
    const before = strategy.create();
    before.onEvent(50, {});
    const memory: unknown = JSON.parse(JSON.stringify(before.memory()));
    const after = strategy.create(memory);
    expect([after.memory(), after.onEvent(20, {}), after.onEvent(60, {})]).toEqual([40, 40, 50]);
  });

  it('gives each source its own', () => {
    const strategy = bounded('x', 0);
    strategy.create().onEvent(50, {});
    expect(strategy.create().onEvent(1, {})).toBe(1);
  });

  it('refuses a bound that is none', () => {
    expect(refusal(() => boundedOutOfOrderness(-1))).toBe(
      'BAD_OPTION: boundedOutOfOrderness: bound must be zero or longer, but came as -1.',
    );
    expect(refusal(() => boundedOutOfOrderness('5 min' as Duration))).toBe(
      `BAD_DURATION: boundedOutOfOrderness: bound must be a whole number of milliseconds or a text such as '250ms', '5s', '1.5m', '2h' or '7d', but came as "5 min".`,
    );
  });
});
