import { describe, expect, it } from 'vitest';
import { reduce } from '../../src/aggregates/reduce.js';
import { assertAggregateLaws } from '../../src/testing/aggregateLaws.js';
import { fold, refusal, resultOf } from './support.js';

describe('reduce', () => {
  const larger = reduce((a: number, b: number) => Math.max(a, b));

  it('combines two by two, and nothing to undefined', () => {
    expect(resultOf(larger, [3, 7, 5])).toBe(7);
    expect(resultOf(larger, [3])).toBe(3);
    expect(resultOf(larger, [])).toBe(undefined);
  });

  it('combines elements that are undefined too', () => {
    const defined = reduce<number | undefined>((a, b) => (a === undefined ? b : b === undefined ? a : a + b));
    expect(resultOf(defined, [undefined, 2, undefined, 3])).toBe(5);
    expect(fold(defined, [undefined])).toEqual({ value: undefined });
    expect(defined.merge(undefined, fold(defined, [undefined]))).toEqual({ value: undefined });
  });

  it('keeps the laws if the function does, and is found out if not', () => {
    assertAggregateLaws(larger, { samples: [1, 2, 3, -4] });
    assertAggregateLaws(
      reduce((a: { n: number }, b: { n: number }) => ({ n: a.n + b.n })),
      { samples: [{ n: 1 }, { n: 2 }] },
    );
    const minus = reduce((a: number, b: number) => a - b);
    expect(() => assertAggregateLaws(minus, { samples: [1, 2, 3] })).toThrow('reduce breaks the law');
  });

  it('cannot take retractions, passes on what the function throws, and refuses what is none', () => {
    expect('remove' in larger).toBe(false);
    const broken = reduce<number>(() => {
      throw new RangeError('mine');
    });
    expect(() => resultOf(broken, [1, 2])).toThrow(new RangeError('mine'));
    expect(refusal(() => reduce(undefined as never))).toMatch(/^BAD_OPTION: reduce: .* but came as undefined\.$/);
  });
});
