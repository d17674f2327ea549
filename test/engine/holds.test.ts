import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Holds } from '../../src/engine/holds.js';

interface Item {
  time: number;
  held: number;
}

const item = (time: number): Item => ({ time, held: Infinity });
const holds = (): Holds<Item> => new Holds<Item>(({ time }) => time);

describe('Holds', () => {
  it('holds the watermark at the earliest time, and lets it go when nothing has one', () => {
    const held = holds();
    const [a, b] = [item(20), item(10)];
    expect(held.bound(50)).toBe(50);
    held.hold(a);
    held.hold(b);
    expect([held.bound(5), held.bound(50)]).toEqual([5, 10]);
    b.time = Infinity;
    expect(held.bound(50)).toBe(20);
    a.time = Infinity;
    expect(held.bound(50)).toBe(50);
  });

  it('follows an item whose time moves, in either direction', () => {
    const held = holds();
    const only = item(20);
    held.hold(only);
    only.time = 30;
    expect([held.bound(50), only.held]).toEqual([30, 30]);
    only.time = 10;
    held.hold(only);
    expect([held.bound(50), only.held]).toEqual([10, 10]);
  });

  it('queues nothing for an item without a time', () => {
    const held = holds();
    const only = item(Infinity);
    held.hold(only);
    expect([held.bound(50), only.held]).toEqual([50, Infinity]);
  });

  it('equals the minimum over all items, whatever their times do', () => {
    const step = fc.record({
      of: fc.nat(4),
      time: fc.oneof(fc.integer({ min: 0, max: 20 }), fc.constant(Infinity)),
      watermark: fc.nat(25),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), steps => {
        const held = holds();
        const items = [0, 1, 2, 3, 4].map(() => item(Infinity));
        for (const { of, time, watermark } of steps) {
          const moved = items[of] as Item;
          moved.time = time;
          held.hold(moved);
          expect(held.bound(watermark)).toBe(Math.min(watermark, ...items.map(one => one.time)));
        }
      }),
    );
  });
});
