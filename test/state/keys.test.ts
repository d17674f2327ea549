import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeKey } from '../../src/aggregates/encodeKey.js';
import { KeyMap } from '../../src/state/keys.js';
import { keys, sameKey } from '../aggregates/support.js';
import { refusal } from '../support.js';

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

  it.each([
    ['a function', encodeKey],
    ['a symbol', Symbol('id')],
    ['a Map', new Map()],
  ])('refuses %s', (_what, key) => {
    expect(refusal(() => new KeyMap().set(key, 1))).toMatch(/^BAD_KEY: key must be a primitive other than a symbol, /);
  });
});
