import { describe, expect, it } from 'vitest';
import type { Duration } from '../../src/time/duration.js';
import { nameOf, readInteger, readOffset } from '../../src/windows/options.js';
import { refusal } from './support.js';

describe('readOffset', () => {
  it('brings an offset into the period', () => {
    expect(readOffset(undefined, 10, 'f()')).toBe(0);
    expect(readOffset(3, 10, 'f()')).toBe(3);
    expect(readOffset(-3, 10, 'f()')).toBe(7);
    expect(readOffset('-1h', 86_400_000, 'f()')).toBe(23 * 3_600_000);
  });

  it.each<Duration>([10, -10, '1s', Infinity])('refuses %s for a period of 10 ms', offset => {
    expect(refusal(() => readOffset(offset, 10, 'f()'))).toBe(
      `BAD_OPTION: f(): offset must be shorter than 10 ms, in either direction, but came as ${typeof offset === 'string' ? '"1s"' : offset}.`,
    );
  });

  it.each([Number.NaN, 0.5, '5 min', {}])('refuses %s, which is no duration', offset => {
    expect(refusal(() => readOffset(offset as Duration, 10, 'f()'))).toMatch(/^BAD_DURATION: f\(\): offset must be a whole number/);
  });
});

describe('readInteger', () => {
  it('accepts the integers of its range', () => {
    expect(readInteger(1, 1, 12, 'f(): n')).toBe(1);
    expect(readInteger(12, 1, 12, 'f(): n')).toBe(12);
  });

  it.each([0, 13, 1.5, Number.NaN, '3', undefined, 3n])('refuses %s', value => {
    expect(refusal(() => readInteger(value, 1, 12, 'f(): n'))).toMatch(
      /^BAD_OPTION: f\(\): n must be an integer from 1 to 12, but came as /,
    );
  });

  it('says when there is no upper bound', () => {
    expect(refusal(() => readInteger(0, 1, Number.MAX_SAFE_INTEGER, 'f(): n'))).toBe(
      'BAD_OPTION: f(): n must be an integer of at least 1, but came as 0.',
    );
  });
});

describe('nameOf', () => {
  it('joins the parts that are there', () => {
    expect(nameOf('f', '1h', false, 3, 'offset 5m')).toBe('f(1h, 3, offset 5m)');
    expect(nameOf('f', false)).toBe('f()');
  });
});
