import { describe, expect, it } from 'vitest';
import { exponentialBuckets } from '../../src/aggregates/exponentialBuckets.js';
import { refusal } from './support.js';

describe('exponentialBuckets', () => {
  it('gives boundaries that grow by a factor', () => {
    expect(exponentialBuckets(1, 10, 4)).toEqual([1, 10, 100, 1000]);
    expect(exponentialBuckets(0.5, 2, 3)).toEqual([0.5, 1, 2]);
  });

  it('refuses what gives no ascending list', () => {
    expect(refusal(() => exponentialBuckets(0, 2, 1))).toBe(
      'BAD_OPTION: exponentialBuckets: start must be a finite number above 0, but came as 0.',
    );
    expect(refusal(() => exponentialBuckets(1, 1, 1))).toBe(
      'BAD_OPTION: exponentialBuckets: factor must be a finite number above 1, but came as 1.',
    );
    expect(refusal(() => exponentialBuckets(1, 2, 0.5))).toMatch(/^BAD_OPTION: exponentialBuckets: count /);
  });
});
