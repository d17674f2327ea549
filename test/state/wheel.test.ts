import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Wheel } from '../../src/state/wheel.js';

interface Item {
  readonly name: string;
  due: number;
  armed: number;
}

const item = (name: string, due: number): Item => ({ name, due, armed: Number.POSITIVE_INFINITY });

function taken(wheel: Wheel<Item>, now: number): string[] {
  const names: string[] = [];
  wheel.take(now, ({ name }) => void names.push(name));
  return names.sort();
}

describe('a wheel', () => {
  it('gives back what is due, once', () => {
    const wheel = new Wheel<Item>(({ due }) => due);
    for (const one of [item('a', 5), item('b', 25), item('c', 5)]) wheel.arm(one, one.due);
    expect(taken(wheel, 4)).toEqual([]);
    expect(taken(wheel, 5)).toEqual(['a', 'c']);
    expect(taken(wheel, 24)).toEqual([]);
    expect(taken(wheel, 1000)).toEqual(['b']);
    expect(wheel.next).toBe(Number.POSITIVE_INFINITY);
  });

  it('asks for the true deadline when the old one comes up', () => {
    const wheel = new Wheel<Item>(({ due }) => due);
    const [later, gone] = [item('later', 12), item('gone', 13)];
    for (const one of [later, gone]) wheel.arm(one, one.due);
    later.due = 47;
    gone.due = Number.POSITIVE_INFINITY;
    expect(taken(wheel, 46)).toEqual([]);
    expect(taken(wheel, 47)).toEqual(['later']);
    expect(wheel.next).toBe(Number.POSITIVE_INFINITY);
  });

  it('is a list of deadlines, however they move', () => {
    const step = fc.oneof(
      fc.record({ arm: fc.nat(5), due: fc.integer({ min: 0, max: 60 }) }),
      fc.record({ putOff: fc.nat(5), by: fc.integer({ min: 0, max: 40 }) }),
      fc.record({ now: fc.integer({ min: 0, max: 80 }) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60, size: 'max' }), fc.constantFrom(1, 3, 40, 700), (steps, unit) => {
        const wheel = new Wheel<Item>(({ due }) => due);
        const items = Array.from({ length: 6 }, (_, i) => item(`${i}`, Number.POSITIVE_INFINITY));
        let clock = 0;
        for (const one of steps) {
          if ('arm' in one) {
            const it = items[one.arm] as Item;
            it.due = clock + (1 + one.due) * unit;
            wheel.arm(it, it.due);
          } else if ('putOff' in one) {
            (items[one.putOff] as Item).due += one.by * unit;
          } else {
            clock = Math.max(clock, one.now * unit);
            const due = items.filter(it => it.due <= clock);
            expect(taken(wheel, clock)).toEqual(due.map(({ name }) => name));
            for (const it of due) it.due = Number.POSITIVE_INFINITY;
            expect(wheel.next).toBeGreaterThan(clock);
            expect(wheel.next).toBeLessThanOrEqual(Math.min(...items.map(it => it.due)));
          }
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
