import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FirstSeen } from '../../src/engine/firstSeen.js';

describe('the order in which keys were first seen', () => {
  const count = fc.oneof({ weight: 4, arbitrary: fc.nat(60) }, { weight: 1, arbitrary: fc.maxSafeNat() });

  it('is that of their counts, wherever they lie', () => {
    const order = new FirstSeen();
    fc.assert(
      fc.property(fc.uniqueArray(count, { maxLength: 40 }), fc.array(fc.nat(40), { maxLength: 20 }), (counts, absent) => {
        const all = counts.map((one, slot) => (absent.includes(slot) ? Infinity : one));
        const expected = [...all.keys()].filter(slot => all[slot] !== Infinity).sort((a, b) => (all[a] as number) - (all[b] as number));
        const there = order.order(Float64Array.from([...all, 1, 2]), all.length);
        expect([...order.slots.subarray(0, there)]).toEqual(expected);
      }),
    );
  });
});
