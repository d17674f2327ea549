import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Decoder, decode } from '../../src/checkpoint/decode.js';
import { encode } from '../../src/checkpoint/encode.js';
import { TidemarkError } from '../../src/errors.js';
import { refusal } from '../support.js';
import { plainData } from './values.js';

describe('decode', () => {
  it('gives what was encoded', () => {
    fc.assert(
      fc.property(plainData, value => {
        expect(decode(encode(value))).toStrictEqual(structuredClone(value));
      }),
      { numRuns: 500 },
    );
  });

  it('gives errors with their class, message and cause', () => {
    const error = decode(encode(new TypeError('what', { cause: [1] }))) as Error;
    expect(error).toBeInstanceOf(TypeError);
    expect([error.message, error.cause, error.stack?.includes('decode.test')]).toEqual(['what', [1], true]);
  });

  it('gives no prototype to a name that is called so', () => {
    const value = JSON.parse('{"__proto__":{"admin":true},"a":1}');
    const back = decode(encode(value)) as Record<string, unknown>;
    expect(Object.getOwnPropertyNames(back)).toEqual(['__proto__', 'a']);
    expect(Object.getPrototypeOf(back)).toBe(Object.prototype);
  });

  it('refuses bytes that are short or altered, always', () => {
    fc.assert(
      fc.property(plainData, fc.nat(), fc.integer({ min: 1, max: 255 }), (value, place, mask) => {
        const bytes = encode(value);
        expect(refusal(() => decode(bytes.subarray(0, place % bytes.length)))).toMatch('BAD_CHECKPOINT: ');
        bytes[place % bytes.length]! ^= mask;
        expect(refusal(() => decode(bytes))).toMatch('BAD_CHECKPOINT: ');
      }),
    );
  });

  it('never crashes on bytes that no checksum has kept away: a value or an error of its own', () => {
    const attempt = (bytes: Uint8Array) => {
      try {
        new Decoder('here').read(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(TidemarkError);
      }
    };
    fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), attempt), { numRuns: 3000 });
    fc.assert(
      fc.property(plainData, fc.nat(), fc.nat(255), (value, place, byte) => {
        const bytes = encode(value).slice(1, -4);
        bytes[place % bytes.length] = byte;
        attempt(bytes);
      }),
      { numRuns: 1000 },
    );
    attempt(new Uint8Array(100_000).fill(0x8a));
    attempt(Uint8Array.from([0x94, 0xff, 0xff, 0xff, 0xff, 0x7f]));
  });

  it('refuses what is too short', () => {
    expect(refusal(() => decode(new Uint8Array(3)))).toMatch('3 bytes are too few');
  });
});
