import fc from 'fast-check';
import { expect, it } from 'vitest';
import { BoundsMeter } from '../../src/disorder/bounds.js';

it('says exactly how many exceed the bounds that it names, and waits for each', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.oneof(fc.constant(0), fc.nat(1_000), fc.nat(100_000_000)), fc.nat(200))), seen => {
      const meter = new BoundsMeter();
      for (const [behind, wait] of seen) meter.add(behind, wait);
      const { elements, outOfOrder, longest, suggestions, curve } = meter.bounds();
      const lags = seen.map(([behind]) => behind).toSorted((a, b) => b - a);
      expect([elements, outOfOrder, longest]).toEqual([seen.length, lags.filter(lag => lag > 0).length, lags[0] ?? 0]);
      for (const { bound, late, resultLag } of [...suggestions, ...curve]) {
        expect(late).toBe(lags.filter(lag => lag > bound).length);
        expect(resultLag.p99).toBeLessThanOrEqual(bound + 201);
        expect(resultLag.mean).toBeGreaterThanOrEqual(bound);
      }
      for (const { completeness, bound } of suggestions) {
        const exact = lags[Math.floor((1 - completeness) * seen.length + 1e-6)] ?? 0;
        expect(bound).toBeGreaterThanOrEqual(exact);
        expect(bound).toBeLessThanOrEqual(exact * (1 + 1 / 128));
      }
      expect(curve[0]?.bound).toBe(0);
      expect(curve.at(-1)).toMatchObject({ bound: longest, late: 0 });
      curve.slice(1).forEach((row, index) => expect(row.bound).toBeGreaterThan(curve[index]!.bound));
    }),
  );
});

it('lets one in a thousand of a thousand be late', () => {
  const meter = new BoundsMeter();
  for (let lag = 1; lag <= 1_000; lag++) meter.add(lag <= 999 ? 1 : 77, 0);
  expect(meter.bounds().suggestions.map(({ completeness, bound, late }) => [completeness, bound, late])).toEqual([
    [0.9, 1, 1],
    [0.99, 1, 1],
    [0.999, 1, 1],
    [0.9999, 77, 0],
    [1, 77, 0],
  ]);
});

it('is copied to go its own way', () => {
  const meter = new BoundsMeter();
  meter.add(4, 1);
  const copy = meter.copy();
  copy.add(8, 1);
  expect([meter.bounds().elements, meter.mean, copy.bounds().elements, copy.mean]).toEqual([1, 4, 2, 6]);
});
