import { describe, expect, it } from 'vitest';
import { backoff } from '../../src/time/backoff.js';

const pauses = (delay: number, factor: number, most = Infinity) => [1, 2, 3, 4].map(retry => backoff({ delay, factor, most }, retry));

describe('backoff', () => {
  it('is fixed or grows, up to a bound', () => {
    expect(pauses(100, 1)).toEqual([100, 100, 100, 100]);
    expect(pauses(100, 2)).toEqual([100, 200, 400, 800]);
    expect(pauses(100, 3, 500)).toEqual([100, 300, 500, 500]);
  });

  it('is whole milliseconds, and bounded however often', () => {
    expect(pauses(5, 1.5)).toEqual([5, 8, 11, 17]);
    expect([backoff({ delay: 5, factor: 10, most: 60_000 }, 10_000), backoff({ delay: 0, factor: 10, most: 5 }, 10_000)]).toEqual([
      60_000, 0,
    ]);
  });
});
