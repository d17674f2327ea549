import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { END_OF_TIME, START_OF_TIME } from '../../src/time/timestamp.js';
import { globalWindow } from '../../src/windows/globalWindow.js';
import { assigned, timestamps } from './support.js';

describe('globalWindow', () => {
  it('puts every element into the one window of all time', () => {
    fc.assert(
      fc.property(timestamps, timestamp => {
        expect(assigned(globalWindow(), timestamp)).toEqual([[START_OF_TIME, END_OF_TIME]]);
      }),
    );
    expect(assigned(globalWindow(), END_OF_TIME)).toEqual([[START_OF_TIME, END_OF_TIME]]);
  });

  it('is a frozen value without merging or a trigger of its own', () => {
    const all = globalWindow();
    expect(Object.isFrozen(all)).toBe(true);
    expect([all.name, all.merging, all.trigger]).toEqual(['globalWindow()', false, undefined]);
  });
});
