import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeKey, KeyMap } from '../../src/state/keys.js';
import { refusal } from '../support.js';

/** Keys of all kinds, nested. */
const keys: fc.Arbitrary<unknown> = fc.letrec<{ key: unknown }>(tie => ({
  key: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.constantFrom<unknown>(
      undefined,
      null,
      true,
      false,
      0,
      -0,
      Number.NaN,
      1,
      '1',
      1n,
      'a',
      '',
      'null',
      'undefined',
      '1n',
      '[]',
      'Date(0)',
    ),
    fc.integer({ min: -3, max: 3 }),
    fc.double(),
    fc.string({ maxLength: 3, unit: 'binary' }),
    fc.bigInt({ min: -3n, max: 3n }),
    fc.constantFrom(new Date(0), new Date(1), new Date(Number.NaN)),
    fc.array(tie('key'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'a,b', '"', ''), tie('key'), { maxKeys: 3 }),
  ),
})).key;

/** Whether two keys are the same: what the text stands for, written down once more. */
function sameKey(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || a === null || typeof b !== 'object' || b === null) return a === b || (a !== a && b !== b);
  if (a instanceof Date || b instanceof Date) return a instanceof Date && b instanceof Date && Object.is(a.getTime(), b.getTime());
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [left, right] = [Object.entries(a), Object.entries(b)];
  if (left.length !== right.length) return false;
  return left.every(([name, value]) => Object.hasOwn(b, name) && sameKey(value, (b as Record<string, unknown>)[name]));
}

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
    ['a class instance', new Point(), '{"x":1}'],
    ['a Map', new Map(), '{}'],
    ['a class instance in an array', [new Point()], '{"x":1}'],
    ['a symbol in an object', { id: Symbol('id') }, 'Symbol(id)'],
    ['a cycle', cycle, '[object Array]'],
  ])('refuses %s', (_what, key, shown) => {
    const sentence = `BAD_KEY: key must be a primitive other than a symbol, a Date, or an array or plain object of these, but came as ${shown}. Return an id of it instead.`;
    expect(refusal(() => encodeKey(key))).toBe(sentence);
    expect(refusal(() => new KeyMap().set(key, 1))).toBe(sentence);
  });
});

describe('KeyMap', () => {
  it('is a map whose keys are compared by value', () => {
    const operation = fc.record({ key: keys, value: fc.option(fc.nat(), { nil: undefined }) });
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 30 }), operations => {
        const map = new KeyMap<unknown, number>();
        let model: (readonly [unknown, number])[] = [];
        for (const { key, value } of operations) {
          const known = model.find(([other]) => sameKey(other, key));
          expect(map.get(key)).toBe(known?.[1]);
          if (value === undefined) {
            map.delete(key);
            model = model.filter(entry => entry !== known);
          } else {
            map.set(key, value);
            model = known ? model.map(entry => (entry === known ? [known[0], value] : entry)) : [...model, [key, value]];
          }
          expect(map.size).toBe(model.length);
        }
        const texts = (entries: Iterable<readonly [unknown, number]>) =>
          [...entries].map(([key, value]) => `${encodeKey(key)}=${value}`).sort();
        expect(texts(map.entries())).toEqual(texts(model));
        expect([...map.values()].sort()).toEqual(model.map(([, value]) => value).sort());
      }),
    );
  });

  it('finds a key that has been changed since by its old value', () => {
    const map = new KeyMap<unknown, number>();
    const key = { id: 1 };
    map.set(key, 7);
    key.id = 2;
    expect(map.get({ id: 1 })).toBe(7);
    expect(map.get({ id: 2 })).toBe(undefined);
  });
});
