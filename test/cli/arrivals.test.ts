import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Arrivals, type Element } from '../../src/cli/arrivals.js';

it('come out in the order in which they arrived, those of one time as they came in', () => {
  const element = fc.record({ event: fc.integer(), arrival: fc.nat(20), source: fc.constantFrom('a', 'b', 7, '7', undefined, { id: 1 }) });
  fc.assert(
    fc.property(fc.array(element), elements => {
      const arrivals = new Arrivals();
      for (const { event, arrival, source } of elements) arrivals.add(event, arrival, source);
      expect([...arrivals.inOrder()]).toEqual(elements.toSorted((a, b) => a.arrival - b.arrival));
    }),
  );
});

it('are as many as there are', () => {
  const arrivals = new Arrivals();
  for (let count = 0; count < 5_000; count++) arrivals.add(count, -count, count % 3);
  const sorted: Element[] = [...arrivals.inOrder()];
  expect([sorted.length, sorted[0], sorted.at(-1)]).toEqual([
    5_000,
    { event: 4_999, arrival: -4_999, source: 1 },
    { event: 0, arrival: -0, source: 0 },
  ]);
});
