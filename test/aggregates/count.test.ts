import { describe, expect, it } from 'vitest';
import { count } from '../../src/aggregates/count.js';
import { assertAggregateLaws } from '../../src/testing/aggregateLaws.js';
import { resultOf, resultWithout } from './support.js';

describe('count', () => {
  it('counts elements of any kind', () => {
    expect(resultOf(count(), [])).toBe(0);
    expect(resultOf(count(), ['a', undefined, NaN, {}])).toBe(4);
    expect(resultWithout(count(), ['a', 'b', 'c'], ['b'])).toBe(2);
  });

  it('keeps the laws', () => assertAggregateLaws(count(), { samples: [1, 'a', undefined] }));
});
