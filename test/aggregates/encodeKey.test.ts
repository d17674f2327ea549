import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeKey } from '../../src/aggregates/encodeKey.js';
import { refusal } from '../support.js';
import { keys, sameKey } from './support.js';

describe('encodeKey', () => {
  it('gives equal texts to equal keys, and others to others', () => {
    const holds = fc.property(keys, keys, (a, b) => (encodeKey(a) === encodeKey(b)) === sameKey(a, b));
    fc.assert(holds, { numRuns: 2_000 });
  });

  it('gives a copy the same text', () => {
    fc.assert(fc.property(keys, key => encodeKey(structuredClone(key)) === encodeKey(key)));
  });

  it('does not mind the order of fields, or a missing prototype', () => {
    expect(encodeKey({ a: 1, b: [2] })).toBe(encodeKey({ b: [2], a: 1 }));
    expect(encodeKey(Object.assign(Object.create(null), { a: 1 }))).toBe(encodeKey({ a: 1 }));
    expect(encodeKey({ 'a":1,"b': 2 })).not.toBe(encodeKey({ a: 1, b: 2 }));
    expect(encodeKey({ a: undefined })).not.toBe(encodeKey({}));
  });

  it('takes the same object twice, as long as there is no cycle', () => {
    const shared = { a: 1 };
    expect(encodeKey([shared, shared])).toBe('[{"a":1},{"a":1}]');
  });

  class Point {
    readonly x = 1;
  }
  const cycle: unknown[] = [1];
  cycle.push({ cycle });
  it.each([
    ['a function', encodeKey, 'function encodeKey'],
    ['a symbol', Symbol('id'), 'Symbol(id)'],
    ['a class instance', new Point(), 'Point {"x":1}'],
    ['a Map', new Map(), 'Map {}'],
    ['a class instance in an array', [new Point()], 'Point {"x":1}'],
    ['a symbol in an object', { id: Symbol('id') }, 'Symbol(id)'],
    ['a cycle', cycle, '[object Array]'],
  ])('refuses %s', (_what, key, shown) => {
    const sentence = `BAD_KEY: key must be a primitive other than a symbol, a Date, or an array or plain object of these, but came as ${shown}. Return an id of it instead.`;
    expect(refusal(() => encodeKey(key))).toBe(sentence);
  });
});
