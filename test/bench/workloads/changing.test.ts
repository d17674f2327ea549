import { describe, expect, it } from 'vitest';
import { changingSeconds } from '../../../bench/workloads/changing.js';
import { BEGIN, stringKeys } from '../../../bench/workloads/events.js';

describe('changingSeconds', () => {
  const seconds = changingSeconds({ events: 1_000, perSecond: 10 }, stringKeys(100));

  it('gives every key an event in the first second, and then as many different keys a second as it is told', () => {
    expect(new Set(seconds[0]?.map(({ key }) => key)).size).toBe(100);
    expect(seconds).toHaveLength(91);
    for (const second of seconds.slice(1)) expect(new Set(second.map(({ key }) => key)).size).toBe(10);
    expect(new Set(seconds.slice(1, 11).flatMap(second => second.map(({ key }) => key))).size).toBe(100);
  });

  it('is in order, each array within its second', () => {
    seconds.forEach((second, i) => {
      const times = second.map(({ timestamp }) => timestamp);
      expect(times).toEqual([...times].sort((a, b) => a - b));
      expect(times[0]).toBe(BEGIN + i * 1_000);
      expect(times.at(-1)).toBeLessThan(BEGIN + (i + 1) * 1_000);
    });
  });
});
