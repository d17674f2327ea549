import { describe, expect, it } from 'vitest';
import { byRank } from '../../src/aggregates/ranked.js';
import { fold } from './support.js';

describe('byRank', () => {
  it('keeps the element, its number and its time as plain data', () => {
    const aggregate = byRank('maxBy', (x: { n: number }) => x.n, -1);
    expect(structuredClone(fold(aggregate, [{ n: 1 }, { n: 3 }, { n: 2 }]))).toEqual({ element: { n: 3 }, rank: 3, timestamp: 1 });
    expect(aggregate.create()).toBe(undefined);
  });

  it('asks for the number of each element once', () => {
    let asked = 0;
    const aggregate = byRank('minBy', (x: number) => x + 0 * asked++, 1);
    aggregate.result(aggregate.merge(fold(aggregate, [3, 1, 2]), fold(aggregate, [5, 4])));
    expect(asked).toBe(5);
  });
});
