import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bucketOf, grown, Histogram, topOf } from '../../src/time/histogram.js';

const number = fc.oneof(fc.nat(300), fc.nat(), fc.maxSafeNat());

describe('buckets', () => {
  it('are in order, hold their number, and are narrow', () => {
    fc.assert(
      fc.property(number, fc.integer({ min: 1, max: 8 }), (value, bits) => {
        const bucket = bucketOf(value, bits);
        const [top, below] = [topOf(bucket, bits), bucket === 0 ? -1 : topOf(bucket - 1, bits)];
        expect(below).toBeLessThan(value);
        expect(value).toBeLessThanOrEqual(top);
        expect(bucketOf(top, bits)).toBe(bucket);
        expect(top - below - 1).toBeLessThanOrEqual((below + 1) / 2 ** bits);
      }),
    );
  });

  it('hold one number each at first', () => {
    const values = Array.from({ length: 256 }, (_, value) => value);
    expect(values.map(value => bucketOf(value, 7))).toEqual(values);
    expect(values.map(bucket => topOf(bucket, 7))).toEqual(values);
    expect([255, 256, 257, 258].map(value => bucketOf(value, 7))).toEqual([255, 256, 256, 257]);
  });

  it('are few, up to the largest number', () => {
    expect(bucketOf(Number.MAX_SAFE_INTEGER, 7)).toBeLessThan((54 - 7) * 2 ** 7);
    expect([2 ** 31 - 1, 2 ** 31, 2 ** 32, 2 ** 52].map(value => bucketOf(value, 7))).toEqual([3199, 3200, 3328, 5888]);
  });

  it('find room', () => {
    expect([...grown(Float64Array.of(1, 2), 2)]).toEqual([1, 2, 0, 0]);
    expect(grown(Float64Array.of(1), 9)).toHaveLength(10);
  });
});

describe('Histogram', () => {
  const of = (values: readonly number[], bits = 7): Histogram => {
    const histogram = new Histogram(bits);
    for (const value of values) histogram.add(value);
    return histogram;
  };

  it('equals a sorted list, up to the width of a bucket', () => {
    fc.assert(
      fc.property(fc.array(number, { minLength: 1 }), fc.nat(120), (values, count) => {
        const histogram = of(values);
        const sorted = values.toSorted((a, b) => b - a);
        const exact = sorted[count] ?? 0;
        const said = histogram.exceededBy(count);
        expect(said).toBeGreaterThanOrEqual(exact);
        expect(said).toBeLessThanOrEqual(exact + exact / 128);
        expect(histogram.countAbove(said)).toBe(values.filter(value => value > said).length);
        expect(histogram.countAbove(said)).toBeLessThanOrEqual(count);
        expect(histogram.largest).toBe(sorted[0]);
        expect(histogram.count).toBe(values.length);
        for (const top of histogram.tops()) expect(histogram.countAbove(top)).toBe(values.filter(value => value > top).length);
      }),
    );
  });

  it('takes those in a bucket for larger than a number in the midst of it', () => {
    expect([1000, 1003, 1004].map(value => of([1000, 1003, 5000]).countAbove(value))).toEqual([3, 1, 1]);
  });

  it('is empty at first', () => {
    const empty = of([]);
    expect([empty.count, empty.mean, empty.largest, empty.exceededBy(0), empty.countAbove(0), ...empty.tops()]).toEqual([0, 0, 0, 0, 0]);
  });

  it('has the exact mean and largest number', () => {
    expect([of([1, 2, 6]).mean, of([70_000, 70_001]).largest, of([70_000]).exceededBy(0)]).toEqual([3, 70_001, 70_000]);
  });

  it('takes what is too large for the largest', () => {
    expect(of([2 ** 54]).largest).toBe(Number.MAX_SAFE_INTEGER);
  });

  it('is copied to go its own way', () => {
    const first = of([5]);
    const second = first.copy();
    second.add(9);
    expect([first.count, second.count, second.largest, second.mean, first.countAbove(5), second.countAbove(5)]).toEqual([1, 2, 9, 7, 0, 1]);
  });
});
