import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  copyMultiset,
  countAll,
  countedIn,
  countIn,
  countOut,
  emptyMultiset,
  inOrder,
  type Multiset,
  mostCounted,
  sizeOf,
  subtract,
} from '../../src/aggregates/multiset.js';
import { keys, refusal, sameKey } from './support.js';

const counting = { name: 'test', of: (value: unknown) => value, keep: true };
const setOf = (values: readonly unknown[]) =>
  values.reduce<ReturnType<typeof emptyMultiset>>((set, value) => countIn(set, value, counting), emptyMultiset());
const sortedValues = (set: Multiset) => countedIn(set).sort(inOrder);
const values = fc.array(keys, { maxLength: 30 });

/** The values, each as it came first, with how often it came. */
function model(all: readonly unknown[]): { value: unknown; count: number }[] {
  const counted: { value: unknown; count: number }[] = [];
  for (const value of all) {
    const known = counted.find(one => sameKey(one.value, value));
    if (known) known.count++;
    else counted.push({ value, count: 1 });
  }
  return counted;
}

describe('a multiset', () => {
  it('counts values by structure', () => {
    fc.assert(
      fc.property(values, all => {
        const expected = model(all);
        const counted = sortedValues(setOf(all));
        expect(sizeOf(setOf(all))).toBe(expected.length);
        expect(counted.length).toBe(expected.length);
        for (const { value, count } of expected) {
          expect(counted.find(other => sameKey(other.value, value))?.count).toBe(count);
        }
      }),
    );
  });

  it('forgets what is taken back, to the last byte', () => {
    fc.assert(
      fc.property(values, values, (kept, gone) => {
        const set = setOf([...kept, ...gone]);
        for (const value of gone) countOut(set, value, counting);
        expect(sortedValues(set).map(({ count }) => count)).toEqual(sortedValues(setOf(kept)).map(({ count }) => count));
        for (const value of kept) countOut(set, value, counting);
        expect(sizeOf(set)).toBe(0);
      }),
    );
  });

  it('is joined by adding counts, and copies are independent', () => {
    fc.assert(
      fc.property(values, values, (a, b) => {
        const [left, right] = [setOf(a), setOf(b)];
        const before = sortedValues(right);
        const copy = copyMultiset(left);
        const joined = countAll(left, right);
        expect(sortedValues(joined)).toEqual(sortedValues(setOf([...a, ...b])));
        for (const value of [...a, ...b]) countOut(joined, value, counting);
        expect(sortedValues(right)).toEqual(before);
        expect(sortedValues(copy)).toEqual(sortedValues(setOf(a)));
      }),
    );
  });

  it('sorts values in one order, whatever order they came in', () => {
    const mixed = ['b', 3, undefined, [2], 2n, 'a', -1, null, { a: 1 }, true, new Date(0), NaN, false, 10, [1], 1n];
    const expected = [-1, 3, 10, NaN, 1n, 2n, 'a', 'b', new Date(0), [1], [2], false, null, true, undefined, { a: 1 }];
    const orders = fc.shuffledSubarray(mixed, { minLength: mixed.length });
    fc.assert(fc.property(orders, order => void expect(sortedValues(setOf(order)).map(({ value }) => value)).toEqual(expected)));
  });

  it('keeps values that are no primitives only where it is told to', () => {
    const set = countIn(emptyMultiset(), { user: 'ann' }, { ...counting, keep: false });
    expect(sortedValues(set)).toMatchObject([{ value: undefined, count: 1 }]);
    expect(structuredClone(setOf([{ user: 'ann' }, 1]))).toEqual(setOf([{ user: 'ann' }, 1]));
  });

  it('refuses what has no identity, and to take back what is not there', () => {
    expect(refusal(() => setOf([() => 1]))).toMatch(/^BAD_VALUE: test: the value of an element must be a primitive other than a symbol/);
    expect(refusal(() => countOut(emptyMultiset(), [1], counting))).toMatch(/^BAD_VALUE: test: a retracted item .* came as \[1\]/);
    expect(refusal(() => countOut(emptyMultiset(), 1, counting))).toMatch(/^BAD_VALUE: test: a retracted item .* came as 1\. /);
    expect(refusal(() => countOut(emptyMultiset(), new Set(), counting))).toMatch(/^BAD_VALUE: test: the value of an element/);
  });

  it('counts all less, and forgets what is gone', () => {
    fc.assert(
      fc.property(values, fc.integer({ min: 0, max: 4 }), (all, times) => {
        const set = setOf(all);
        const expected = countedIn(set).filter(({ count }) => count > times);
        subtract(set, times);
        expect(countedIn(set)).toEqual(expected.map(one => ({ ...one, count: one.count - times })));
      }),
    );
  });

  it('gives those that came most often first, and equals in order', () => {
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 9 }), (all, k) => {
        const set = setOf(all);
        expect(mostCounted(set, k)).toEqual(
          countedIn(set)
            .sort((a, b) => b.count - a.count || inOrder(a, b))
            .slice(0, k),
        );
      }),
    );
  });
});
