import { describe, expect, it } from 'vitest';
import { byTime } from '../../src/aggregates/timed.js';
import { fold } from './support.js';

describe('byTime', () => {
  it('asks for the value of an element only if its time does not lose', () => {
    const asked: string[] = [];
    const aggregate = byTime(
      'first',
      (x: string) => {
        asked.push(x);
        return x;
      },
      1,
    );
    expect(fold(aggregate, ['b', 'c', 'a', 'd'], [20, 30, 10, 10])).toEqual({ value: 'a', timestamp: 10 });
    expect(asked).toEqual(['b', 'a', 'd']);
  });

  it('keeps plain data, which structuredClone copies', () => {
    const aggregate = byTime<number, number>('last', undefined, -1);
    expect(structuredClone(fold(aggregate, [1, 2], [5, 3]))).toEqual({ value: 1, timestamp: 5 });
    expect(aggregate.create()).toBe(undefined);
  });

  it('hands the second accumulator of a merge to nobody', () => {
    const aggregate = byTime<number, number>('first', undefined, 1);
    const b = fold(aggregate, [1]);
    expect(aggregate.merge(undefined, b)).toEqual(b);
    expect(aggregate.merge(undefined, b)).not.toBe(b);
  });
});
