import { describe, expect, it } from 'vitest';
import { END_OF_TIME, START_OF_TIME } from '../../src/time/timestamp.js';
import { countWindow } from '../../src/windows/countWindow.js';
import { assigned, refusal } from './support.js';

describe('countWindow', () => {
  it('is the global window with a trigger that counts', () => {
    const hundreds = countWindow(100);
    expect([-5, 0, END_OF_TIME].map(t => assigned(hundreds, t))).toEqual(Array(3).fill([[START_OF_TIME, END_OF_TIME]]));
    expect([hundreds.trigger?.name, hundreds.merging, hundreds.name]).toEqual(['repeatedly(afterCount(100))', false, 'countWindow(100)']);
    expect(Object.isFrozen(hundreds)).toBe(true);
    expect(countWindow(1).trigger?.name).toBe('repeatedly(afterCount(1))');
  });

  it.each([0, -1, 1.5, Number.NaN, Infinity])('refuses a count of %s', count => {
    expect(refusal(() => countWindow(count))).toBe(
      `BAD_OPTION: countWindow(): count must be an integer of at least 1, but came as ${count}.`,
    );
  });

  it('refuses a count that is no number', () => {
    expect(refusal(() => countWindow('10' as never))).toBe(
      'BAD_OPTION: countWindow(): count must be an integer of at least 1, but came as "10".',
    );
  });
});
