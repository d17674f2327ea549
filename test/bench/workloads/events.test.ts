import { describe, expect, it } from 'vitest';
import { BEGIN, chunksOf, DISORDER, makeEvents, stringKeys } from '../../../bench/workloads/events.js';

const shape = { events: 5_000, eventsPerSecond: 50 };

/** How far each event is behind its place. */
function behind(events: readonly { readonly timestamp: number }[]): number[] {
  return events.map(({ timestamp }, i) => BEGIN + i * 20 - timestamp);
}

describe('makeEvents', () => {
  it('is the same in every run', () => {
    expect(makeEvents(shape, stringKeys(7))).toEqual(makeEvents(shape, stringKeys(7)));
  });

  it('is out of order within the bound, save for one straggler in a thousand', () => {
    const far = behind(makeEvents(shape, stringKeys(7))).filter(distance => distance > DISORDER + 1);
    expect(far).toHaveLength(5);
    expect(Math.min(...far)).toBeGreaterThanOrEqual(70_000);
  });

  it('takes another bound, other stragglers or none', () => {
    const none = behind(makeEvents({ ...shape, disorder: 100, stragglers: 'none' }, stringKeys(7)));
    expect(Math.max(...none)).toBeLessThanOrEqual(101);
    const many = behind(makeEvents({ ...shape, stragglers: { oneIn: 10, behind: [6_000, 7_000] } }, stringKeys(7)));
    expect(many.filter(distance => distance >= 6_000)).toHaveLength(500);
  });
});

describe('chunksOf', () => {
  it('cuts without losing anything', () => {
    expect(chunksOf([1, 2, 3, 4, 5], 2)).toEqual([[1, 2], [3, 4], [5]]);
    expect(chunksOf([], 2)).toEqual([]);
  });
});
