import { describe, expect, it } from 'vitest';
import { collect } from '../../src/aggregates/collect.js';
import { copyOf } from '../../src/aggregates/copyOf.js';

describe('copyOf', () => {
  it('uses the copy of the aggregate', () => {
    const element = { a: 1 };
    expect(copyOf(collect<object>(), [element])[0]).toBe(element);
  });

  it('clones plain data where there is none', () => {
    const bare = { create: () => ({ n: [0] }), add: (a: { n: number[] }) => a, merge: (a: { n: number[] }) => a, result: () => 0 };
    const acc = { n: [1] };
    const copy = copyOf(bare, acc);
    acc.n.push(2);
    expect(copy).toEqual({ n: [1] });
  });
});
