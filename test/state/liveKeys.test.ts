import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LiveKeys } from '../../src/state/liveKeys.js';

describe('live keys', () => {
  it('have one number for as long as they are held', () => {
    const step = fc.record({ key: fc.constantFrom<unknown>('a', 'b', 1, NaN, ['a', 1]), hold: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 50 }), steps => {
        const live = new LiveKeys<unknown>();
        const held = new Map<string, { number: number; times: number }>();
        for (const { key, hold } of steps) {
          const name = String(key);
          const known = held.get(name);
          if (hold) {
            const number = live.hold(key);
            if (known) expect(number).toBe(known.number);
            held.set(name, { number, times: (known?.times ?? 0) + 1 });
          } else if (known) {
            known.times--;
            expect(live.release(known.number)).toBe(known.times === 0);
            if (known.times === 0) held.delete(name);
          }
          expect(live.map.size).toBe(held.size);
          for (const [name, { number }] of held) expect(String(live.keys[number])).toBe(name);
          expect(new Set([...held.values()].map(({ number }) => number)).size).toBe(held.size);
        }
      }),
    );
  });

  it('leave no room behind', () => {
    const live = new LiveKeys<number>();
    for (let key = 0; key < 100; key++) live.release(live.hold(key));
    expect([live.keys, live.map.size]).toEqual([[undefined], 0]);
  });
});
