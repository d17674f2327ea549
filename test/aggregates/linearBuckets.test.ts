import { describe, expect, it } from 'vitest';
import { histogram } from '../../src/aggregates/histogram.js';
import { linearBuckets } from '../../src/aggregates/linearBuckets.js';
import { refusal } from './support.js';

describe('linearBuckets', () => {
  it('gives boundaries at equal distances', () => {
    expect(linearBuckets(-10, 5, 4)).toEqual([-10, -5, 0, 5]);
    expect(linearBuckets(7, 1, 1)).toEqual([7]);
    expect(linearBuckets(0, 0.1, 4).at(-1)).toBe(3 * 0.1); // multiplied, not added up
  });

  it('refuses what gives no ascending list', () => {
    expect(refusal(() => linearBuckets(Infinity, 1, 1))).toBe(
      'BAD_OPTION: linearBuckets: start must be a finite number, but came as Infinity.',
    );
    expect(refusal(() => linearBuckets(0, 0, 1))).toBe('BAD_OPTION: linearBuckets: width must be a finite number above 0, but came as 0.');
    expect(refusal(() => linearBuckets(0, 1, 0))).toBe(
      'BAD_OPTION: linearBuckets: count must be a whole number of at least 1, but came as 0.',
    );
    expect(refusal(() => histogram((x: number) => x, linearBuckets(2 ** 60, 1, 2)))).toMatch(/^BAD_OPTION: histogram: boundaries/);
  });
});
