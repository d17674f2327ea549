import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeKey } from '../../src/aggregates/encodeKey.js';
import { identityOf } from '../../src/aggregates/identity.js';
import { keys, refusal } from './support.js';

describe('identityOf', () => {
  it('is the text of a key', () => {
    fc.assert(fc.property(keys, value => void expect(identityOf(value, 'distinct', value)).toBe(encodeKey(value))));
  });

  it('tells a value without identity as one of its element', () => {
    expect(refusal(() => identityOf(Symbol('id'), 'distinct', { id: 7 }))).toBe(
      'BAD_VALUE: distinct: the value of an element must be a primitive other than a symbol, a Date, or an array or plain object of these, but came as Symbol(id). It is that of the element {"id":7}. Return an id of it instead.',
    );
  });

  it('lets through what a value itself throws', () => {
    const value = {
      get id(): number {
        throw new RangeError('mine');
      },
    };
    expect(() => identityOf(value, 'distinct', value)).toThrow(new RangeError('mine'));
  });
});
