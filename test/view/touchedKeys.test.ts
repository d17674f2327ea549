import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TouchedKeys } from '../../src/view/touchedKeys.js';

describe('keys that have changed', () => {
  it('come once each, at their latest change, from wherever one goes on', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), fc.array(fc.constantFrom('a', 'b', 'c', 'd')), fc.nat(40), (size, touched, from) => {
        const keys = new TouchedKeys<string>(size);
        for (const key of touched) keys.touch(key);
        expect(keys.next).toBe(touched.length);
        expect(keys.oldest).toBe(Math.max(0, touched.length - size));
        const start = Math.max(keys.oldest, Math.min(from, touched.length));
        const found: string[] = [];
        for (let change = keys.after(start); change; change = keys.after(change.next)) found.push(change.key);
        const rest = touched.slice(start);
        expect(found).toEqual(rest.filter((key, i) => rest.lastIndexOf(key) === i));
      }),
    );
  });

  it('are compared by value', () => {
    const keys = new TouchedKeys<readonly number[]>(4);
    keys.touch([1, 2]);
    keys.touch([1, 2]);
    expect(keys.after(0)).toEqual({ key: [1, 2], next: 2 });
    expect(keys.after(2)).toBeUndefined();
  });
});
