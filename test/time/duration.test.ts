import { describe, expect, it } from 'vitest';
import { type Duration, millis, nonNegative, positive } from '../../src/time/duration.js';
import { refusal } from '../support.js';

const read = (text: string): number => millis(text as Duration, 'x');

describe('millis', () => {
  it.each([
    ['250ms', 250],
    ['5s', 5_000],
    ['1.5m', 90_000],
    ['2h', 7_200_000],
    ['7d', 604_800_000],
    ['0s', 0],
    ['-5m', -300_000],
    ['1.1s', 1_100],
    ['0.001s', 1],
    ['4.35s', 4_350],
  ] as [Duration, number][])('reads %s', (text, expected) => {
    expect(millis(text, 'x')).toBe(expected);
  });

  it('takes milliseconds as they are, and Infinity for ever', () => {
    expect(millis(0, 'x')).toBe(0);
    expect(millis(-1, 'x')).toBe(-1);
    expect(millis(Number.POSITIVE_INFINITY, 'x')).toBe(Number.POSITIVE_INFINITY);
  });

  it.each(['5 min', '', '5', 'm', ' 5m', '5m ', '5M', '5min', '1e3s', '.5s', '1.s', '+5s', 'Infinity', '0.5ms', `${'9'.repeat(17)}d`])(
    'refuses the text %j',
    text => {
      expect(refusal(() => read(text))).toBe(
        `BAD_DURATION: x must be a whole number of milliseconds or a text such as '250ms', '5s', '1.5m', '2h' or '7d', but came as ${JSON.stringify(text)}.`,
      );
    },
  );

  it.each([
    [1.5, '1.5'],
    [Number.NaN, 'NaN'],
    [Number.NEGATIVE_INFINITY, '-Infinity'],
    [2 ** 53, '9007199254740992'],
    [undefined, 'undefined'],
    [null, 'null'],
    [5n, '5n'],
    [{ ms: 5 }, '{"ms":5}'],
  ])('refuses %s', (value, shown) => {
    expect(refusal(() => millis(value as Duration, 'windowBy: allowedLateness'))).toBe(
      `BAD_DURATION: windowBy: allowedLateness must be a whole number of milliseconds or a text such as '250ms', '5s', '1.5m', '2h' or '7d', but came as ${shown}.`,
    );
  });
});

describe('positive', () => {
  it('takes what is longer than zero and finite', () => {
    expect(positive('1ms', 'x')).toBe(1);
    for (const [bad, shown] of [
      [0, '0'],
      [-1, '-1'],
      ['-5m', '"-5m"'],
      [Number.POSITIVE_INFINITY, 'Infinity'],
    ] as [Duration, string][]) {
      expect(refusal(() => positive(bad, 'x'))).toBe(`BAD_OPTION: x must be longer than zero and finite, but came as ${shown}.`);
    }
  });
});

describe('nonNegative', () => {
  it('takes zero and more, also for ever', () => {
    expect([nonNegative(0, 'x'), nonNegative('1s', 'x'), nonNegative(Number.POSITIVE_INFINITY, 'x')]).toEqual([
      0,
      1_000,
      Number.POSITIVE_INFINITY,
    ]);
    expect(refusal(() => nonNegative(-1, 'x'))).toBe('BAD_OPTION: x must be zero or longer, but came as -1.');
    expect(refusal(() => nonNegative('-5m', 'x'))).toBe('BAD_OPTION: x must be zero or longer, but came as "-5m".');
  });
});
