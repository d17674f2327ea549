import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { approximateDistinct } from '../../src/aggregates/approximateDistinct.js';
import { distinct } from '../../src/aggregates/distinct.js';
import { assertAggregateLaws } from '../../src/testing/aggregateLaws.js';
import { fold, keys, refusal, resultOf } from './support.js';

describe('approximateDistinct', () => {
  it('counts a few values exactly, by value', () => {
    expect(resultOf(approximateDistinct(), [])).toBe(0);
    fc.assert(
      fc.property(fc.array(keys, { maxLength: 100, size: 'max' }), values => {
        expect(resultOf(approximateDistinct(), values)).toBe(resultOf(distinct(), values));
      }),
    );
  });

  it.each([
    ['numbers', (i: number) => i],
    ['texts', (i: number) => `user-${i}`],
    ['objects', (i: number) => ({ user: i % 1000, page: Math.floor(i / 1000) })],
  ] as const)('is close for many %s', (_name, valueAt) => {
    const values = Array.from({ length: 50_000 }, (_, i) => valueAt(i));
    expect(Math.abs(resultOf(approximateDistinct(), [...values, ...values]) / 50_000 - 1)).toBeLessThan(3 * 0.0082);
  });

  it('keeps the standard error that it promises, over values that count up', () => {
    const aggregate = approximateDistinct<number>(undefined, { precision: 9 });
    const trials = 100;
    let squares = 0;
    for (let trial = 0; trial < trials; trial++) {
      const values = Array.from({ length: 3_000 }, (_, i) => trial * 1e6 + i);
      squares += (resultOf(aggregate, values) / 3_000 - 1) ** 2;
    }
    expect(Math.sqrt(squares / trials)).toBeLessThan((1.04 / Math.sqrt(512)) * (1 + 4 / Math.sqrt(2 * trials)));
  });

  it('takes the precision, or the error to keep below', () => {
    const nameFor = (options: object) => approximateDistinct(undefined, options).name;
    expect(nameFor({})).toBe('approximateDistinct(precision 14)');
    expect(nameFor({ precision: 7 })).toBe('approximateDistinct(precision 7)');
    expect([0.1, 0.05, 0.01, 0.00204].map(error => nameFor({ error }))).toEqual(
      [7, 9, 14, 18].map(precision => `approximateDistinct(precision ${precision})`),
    );
    for (const error of [0.1, 0.06, 0.0325, 0.01, 0.003]) {
      const precision = Number(/\d+/.exec(nameFor({ error }) ?? '')?.[0]);
      expect(1.04 / Math.sqrt(2 ** precision)).toBeLessThanOrEqual(error);
      if (precision > 7) expect(1.04 / Math.sqrt(2 ** (precision - 1))).toBeGreaterThan(error);
    }
  });

  it('keeps the laws, as a list, as registers, and from one to the other', () => {
    const samples = [0, 1, 2, '0', '1', null, undefined, [1], { a: 1 }, new Date(0), 7n, true];
    assertAggregateLaws(approximateDistinct(), { samples });
    const many = Array.from({ length: 12 }, (_, sample) => Array.from({ length: 12 }, (_, i) => sample * 9 + i));
    const each = approximateDistinct<number>(undefined, { precision: 7 });
    const { create, merge, result, copy } = each;
    assertAggregateLaws(
      {
        create,
        merge,
        result,
        copy: acc => copy?.(acc) ?? acc,
        add: (acc, values: readonly number[], at) => values.reduce((sketch, value) => each.add(sketch, value, at), acc),
      },
      { samples: many },
    );
  });

  it('is plain data, and cannot take retractions', () => {
    const aggregate = approximateDistinct<number>(undefined, { precision: 7 });
    for (const values of [[1, 2], Array.from({ length: 100 }, (_, i) => i)]) {
      const acc = fold(aggregate, values);
      expect(aggregate.result(structuredClone(acc))).toBe(aggregate.result(acc));
    }
    expect('remove' in aggregate).toBe(false);
  });

  it('refuses bad arguments and values', () => {
    expect(refusal(() => approximateDistinct('user' as never))).toMatch(/^BAD_OPTION: approximateDistinct: .* but came as "user"\.$/);
    expect(refusal(() => approximateDistinct(undefined, { error: 0.01, precision: 14 }))).toMatch(
      /^BAD_OPTION: .*: give error or precision/,
    );
    expect(refusal(() => approximateDistinct(undefined, { precision: 19 }))).toBe(
      'BAD_OPTION: approximateDistinct: precision must be a whole number from 7 to 18, but came as 19.',
    );
    expect(refusal(() => approximateDistinct(undefined, { precision: 10.5 }))).toMatch(/^BAD_OPTION/);
    expect(refusal(() => approximateDistinct(undefined, { error: 0.001 }))).toBe(
      'BAD_OPTION: approximateDistinct: error must be a number from 0.00204 to 0.1, but came as 0.001. For less, count exactly with distinct().',
    );
    expect(refusal(() => approximateDistinct(undefined, { error: NaN }))).toMatch(/^BAD_OPTION/);
    expect(refusal(() => approximateDistinct(undefined, { accuracy: 1 } as never))).toMatch(
      /^BAD_OPTION: .* there is no option "accuracy"/,
    );
    expect(refusal(() => resultOf(approximateDistinct(), [Symbol('id')]))).toMatch(/^BAD_VALUE: approximateDistinct: /);
  });
});
