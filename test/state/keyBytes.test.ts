import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeKey } from '../../src/aggregates/encodeKey.js';
import { keyBytes, numberBytes, numberOf } from '../../src/state/keyBytes.js';

const leaf = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 4 }),
  fc.string({ maxLength: 4 }),
  fc.double(),
  fc.integer({ min: -3, max: 3 }),
  fc.bigInt({ min: -70_000n, max: 70_000n }),
  fc.bigInt(),
  fc.boolean(),
  fc.constantFrom(undefined, null),
  fc.date({ noInvalidDate: false }),
);
const key = fc.letrec<{ key: unknown }>(tie => ({
  key: fc.oneof(
    { maxDepth: 2 },
    leaf,
    fc.array(tie('key'), { maxLength: 3 }),
    fc.dictionary(fc.string({ maxLength: 2 }), tie('key'), { maxKeys: 2 }),
  ),
})).key;

describe('keyBytes', () => {
  it('gives equal keys, and none but them, the same bytes', () => {
    fc.assert(
      fc.property(key, key, (a, b) => {
        expect(keyBytes(a) === keyBytes(b)).toBe(encodeKey(a) === encodeKey(b));
        expect(keyBytes(structuredClone(a))).toBe(keyBytes(a));
      }),
    );
  });

  it('is made of bytes', () => {
    fc.assert(
      fc.property(key, some => {
        expect([...keyBytes(some)].every(char => char.charCodeAt(0) < 256)).toBe(true);
      }),
    );
  });

  const order = <T>(arbitrary: fc.Arbitrary<T>, less: (a: T, b: T) => boolean): void =>
    fc.assert(
      fc.property(arbitrary, arbitrary, (a, b) => {
        expect(keyBytes(a) < keyBytes(b)).toBe(less(a, b));
      }),
    );

  it('sorts numbers, bigints, dates and texts as they sort themselves', () => {
    order(fc.oneof(fc.double({ noNaN: true }), fc.integer()), (a, b) => a < b);
    order(fc.oneof(fc.bigInt(), fc.bigInt({ min: -300n, max: 300n })), (a, b) => a < b);
    order(fc.date({ noInvalidDate: true }), (a, b) => a < b);
    order(fc.string({ unit: 'binary', maxLength: 3 }), (a, b) => a < b);
  });

  it('sorts arrays element by element, a shorter one before those that begin with it', () => {
    order(fc.array(fc.integer({ min: -2, max: 2 }), { maxLength: 3 }), (a, b) => {
      for (let i = 0; i < a.length && i < b.length; i++) if (a[i] !== b[i]) return (a[i] as number) < (b[i] as number);
      return a.length < b.length;
    });
  });

  it('sorts kinds in one order', () => {
    const kinds = [undefined, null, false, true, -1, Infinity, NaN, -1n, 1n, '', 'z', new Date(0), [], [1], {}, { a: 1 }];
    const bytes = kinds.map(keyBytes);
    expect([...bytes].sort()).toEqual(bytes);
    expect(keyBytes(-0)).toBe(keyBytes(0));
  });

  it('refuses what has no identity', () => {
    for (const bad of [() => 1, Symbol('s'), new Map(), [new Set()]]) expect(() => keyBytes(bad)).toThrow('key must be a primitive');
  });
});

describe('numberBytes', () => {
  it('reads back, also from within a text', () => {
    fc.assert(
      fc.property(fc.double(), number => {
        const bytes = numberBytes(number);
        expect(bytes.length).toBe(8);
        expect(numberOf(`12345678${bytes}`, 8)).toBe(number === 0 ? 0 : number);
      }),
    );
  });
});
