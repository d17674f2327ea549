import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Marks } from '../../src/state/marks.js';

describe('Marks', () => {
  it('are as in a map, and their blocks come in order', () => {
    const block = fc.oneof(fc.nat(20), fc.nat(2_000), fc.constantFrom(2 ** 24, 2 ** 24 + 1, 3 * 2 ** 24, 2 ** 44));
    fc.assert(
      fc.property(fc.array(fc.record({ block, mark: fc.nat(3), tidy: fc.boolean() })), all => {
        const marks = new Marks();
        const model = new Map<number, number>();
        for (const { block: at, mark, tidy } of all) {
          marks.set(at, mark);
          if (mark > 0) model.set(at, mark);
          else model.delete(at);
          if (tidy) marks.tidy();
          expect(marks.get(at)).toBe(mark);
        }
        const marked = [...marks.blocks()].filter(at => marks.get(at) > 0);
        expect(marked).toEqual([...model.keys()].sort((a, b) => a - b));
        expect(marked.map(at => marks.get(at))).toEqual(marked.map(at => model.get(at)));
      }),
    );
  });

  it('forget what has come to nothing, when they are told to', () => {
    const marks = new Marks();
    marks.set(1_000_000, 1);
    marks.set(1_000_000, 0);
    expect([...marks.blocks()].length).toBe(256);
    marks.tidy();
    expect([...marks.blocks()]).toEqual([]);
  });
});
