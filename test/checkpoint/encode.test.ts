import { serialize } from 'node:v8';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decode } from '../../src/checkpoint/decode.js';
import { Encoder, encode } from '../../src/checkpoint/encode.js';
import { refusal } from '../support.js';
import { plainData } from './values.js';

const hex = (value: unknown) => Buffer.from(encode(value)).toString('hex');

describe('encode', () => {
  it('keeps its bytes for ever', () => {
    expect(hex([0, 127, -1, 300, 1.5, -0, Number.NaN])).toMatchInlineSnapshot(
      `"018a07007f850185d80484000000000000f83f84000000000000008084000000000000f87f30dc2734"`,
    );
    expect(hex(['', 'aé', 'жa', '\ud800', 5n, -256n, null, undefined, true, false])).toMatchInlineSnapshot(
      `"018a0aa0a261e9890236046100890100d886010587020001808183828d0b0935"`,
    );
    expect(hex([{ a: 1, b: [] }, { a: 2, b: {} }, new Map([[1, 2]]), new Set(['x'])])).toMatchInlineSnapshot(
      `"018a048c02a161a162018a008d00028e008f0101029001a178f3eb485f"`,
    );
    expect(hex([new Date(5), /a/g, Float64Array.of(1), new Uint8Array(2).buffer, Array(1)])).toMatchInlineSnapshot(
      `"018a0591000000000000144092a161a167950808000000000000f03f940200008a018bf87071f4"`,
    );
  });

  it('gives equal bytes for equal data', () => {
    fc.assert(
      fc.property(plainData, value => {
        expect(encode(structuredClone(value))).toEqual(encode(value));
      }),
    );
  });

  it('gives the same bytes in steps of any size', () => {
    fc.assert(
      fc.property(fc.array(plainData), fc.integer({ min: 1, max: 5 }), (values, steps) => {
        const inSteps = new Encoder();
        const atOnce = new Encoder();
        for (const value of values) {
          inSteps.begin('here', [1, value]);
          while (!inSteps.run(steps));
          atOnce.begin('here', [1, value]);
          atOnce.run(Number.MAX_SAFE_INTEGER);
        }
        expect(inSteps.take(inSteps.length)).toEqual(atOnce.take(atOnce.length));
      }),
    );
  });

  it('says what cannot be kept, and where it is', () => {
    class Account {
      total = 1;
    }
    const at = (value: unknown) => refusal(() => encode(value, 'windowBy/delays'));
    expect(at({ a: [1, { 'b c': () => 1 }] })).toMatch(
      'UNSTORABLE: windowBy/delays: a function (function b c) at state.a[1]["b c"] cannot be kept',
    );
    expect(at([new Map([['x', new Set([1, new Account()])]])])).toMatch(
      'windowBy/delays: an instance of Account (Account {"total":1}) at state[0].get("x").value(1) cannot be kept',
    );
    expect(at(new Map([[Symbol.iterator, 1]]))).toMatch('a symbol');
    expect(at(new (class Rows extends Map {})())).toMatch('an instance of Rows');
    expect(at(new (class OwnError extends Error {})('x'))).toMatch('an instance of OwnError');
    expect(at(new WeakMap())).toMatch('an instance of WeakMap');
    expect(at(Promise.resolve())).toMatch('an instance of Promise');
    const circle: unknown[] = [];
    circle.push({ circle });
    expect(at(circle)).toMatch('more than 1000 values in each other, or a circle at state[0].circle[0].circle');
  });

  it('is not larger than JSON and v8.serialize for rows', () => {
    const rows = Array.from({ length: 1000 }, (_, id) => ({ key: `airport-${id % 50}`, count: id, total: id * 1.5 }));
    expect(encode(rows).length).toBeLessThan(JSON.stringify(rows).length * 0.75);
    expect(encode(rows).length).toBeLessThan(serialize(rows).length * 0.75);
  });

  it('keeps names that many objects do not share, and more shapes than it counts', () => {
    const odd = Array.from({ length: 5000 }, (_, id) => ({ [`name${id}`]: id }));
    const wide = Object.fromEntries(Array.from({ length: 200 }, (_, id) => [`n${id}`, id]));
    expect(decode(encode([odd, wide, wide, odd]))).toEqual([odd, wide, wide, odd]);
  });
});
