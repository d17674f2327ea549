import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Timed, Timeline } from '../../src/state/timeline.js';

interface Item extends Timed {
  readonly id: number;
}

type Act =
  | { readonly insert: number }
  | { readonly each: readonly [number, number] }
  | { readonly take: number }
  | { readonly remove: number };

/** The same by a sorted array. */
class Plain {
  items: Item[] = [];

  insert(item: Item): void {
    const at = this.items.findIndex(({ time }) => time > item.time);
    this.items.splice(at < 0 ? this.items.length : at, 0, item);
  }
}

describe('a timeline', () => {
  it('does what a sorted array does', () => {
    const time = fc.integer({ min: -20, max: 300 });
    const many = fc.array(time, { minLength: 200, maxLength: 900 }).map(times => times.map((insert): Act => ({ insert })));
    const ascending = fc.nat(700).map(n => Array.from({ length: n }, (_none, i): Act => ({ insert: i >> 2 })));
    const act: fc.Arbitrary<Act> = fc.oneof(
      { weight: 4, arbitrary: fc.record({ insert: time }) },
      { weight: 2, arbitrary: fc.record({ each: fc.tuple(time, time) }) },
      { weight: 1, arbitrary: fc.record({ take: time }) },
      { weight: 3, arbitrary: fc.record({ remove: fc.nat(1000) }) },
    );
    const acts = fc.tuple(fc.oneof(many, ascending), fc.array(act, { maxLength: 60, size: 'max' })).map(lists => lists.flat());
    fc.assert(
      fc.property(acts, all => {
        const timeline = new Timeline<Item>();
        const plain = new Plain();
        all.forEach((one, id) => {
          if ('insert' in one) {
            const item = { time: one.insert, id };
            timeline.insert(item);
            plain.insert(item);
          } else if ('each' in one) {
            const [from, to] = one.each;
            const met: Item[] = [];
            timeline.each(from, to, item => void met.push(item));
            expect(met).toEqual(plain.items.filter(item => from <= item.time && item.time <= to));
          } else if ('take' in one) {
            const taken: Item[] = [];
            timeline.take(one.take, item => void taken.push(item));
            expect(taken).toEqual(plain.items.filter(item => item.time <= one.take));
            plain.items = plain.items.filter(item => item.time > one.take);
          } else if (plain.items.length > 0) {
            const [item] = plain.items.splice(one.remove % plain.items.length, 1) as [Item];
            timeline.remove(item);
            expect(timeline.at(item.time)).toEqual(plain.items.filter(other => other.time === item.time));
          }
        });
        expect(timeline.all()).toEqual(plain.items);
        expect([timeline.size, timeline.first()]).toEqual([plain.items.length, plain.items[0]]);
      }),
      { numRuns: 100 },
    );
  });

  it('does not mind the removal of what is not there', () => {
    const timeline = new Timeline<Item>();
    timeline.insert({ time: 1, id: 1 });
    timeline.remove({ time: 1, id: 2 });
    timeline.remove({ time: 5, id: 3 });
    expect(timeline.size).toBe(1);
  });
});
