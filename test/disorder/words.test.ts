import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countText, durationText, shareText, tells } from '../../src/disorder/words.js';
import { type Duration, millis } from '../../src/time/duration.js';

describe('durationText', () => {
  it('is a duration that suffices, and not much longer', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.nat(5_000),
          fc.nat(2 ** 31 - 1),
          fc.nat(1_000).map(thousands => thousands * 999_999_999_999),
        ),
        length => {
          const read = millis(durationText(length) as Duration, 'text');
          expect(read).toBeGreaterThanOrEqual(length);
          expect(read).toBeLessThanOrEqual(Math.ceil(length * 1.0101));
        },
      ),
    );
  });

  it.each([
    [0, '0ms'],
    [999, '999ms'],
    [1_000, '1s'],
    [1_100, '1.1s'],
    [12_345, '12.4s'],
    [60_001, '1.01m'],
    [3_600_000, '1h'],
    [86_400_000 * 365, '365d'],
    [0.5, '1ms'],
  ])('of %d is %s', (length, text) => {
    expect(durationText(length)).toBe(text);
  });
});

describe('shareText', () => {
  it.each([
    [0, '0 %'],
    [1, '100 %'],
    [0.99999, '99.9 %'],
    [0.1234, '12.3 %'],
    [0.1, '10 %'],
    [0.0123, '1.2 %'],
    [0.00000123, '0.00012 %'],
  ])('of %d is %s', (share, text) => {
    expect(shareText(share)).toBe(text);
  });
});

it('sets the thousands of a count apart', () => {
  expect([0, 999, 1_000, 1_234_567].map(countText)).toEqual(['0', '999', '1,000', '1,234,567']);
});

it('tells says how many elements a share takes', () => {
  expect([tells(99, 0.99), tells(100, 0.99), tells(9_999, 0.9999), tells(10_000, 0.9999), tells(1, 1)]).toEqual([
    false,
    true,
    false,
    true,
    true,
  ]);
});
