import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assertAssignerLaws } from '../../src/testing/assignerLaws.js';
import { END_OF_TIME, START_OF_TIME } from '../../src/time/timestamp.js';
import { globalWindow } from '../../src/windows/globalWindow.js';
import { assigned, refusal, timestamps } from './support.js';

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
    expect(globalWindow({})).toBe(all);
  });

  it('with a time to live begins with an element and has no end of its own', () => {
    const mortal = globalWindow({ ttl: '1d' });
    expect([mortal.name, mortal.ttl, mortal.merging, Object.isFrozen(mortal)]).toEqual(['globalWindow(ttl 1d)', 86_400_000, false, true]);
    expect(assigned(mortal, 5)).toEqual([[5, END_OF_TIME]]);
    expect(assigned(mortal, END_OF_TIME)).toEqual([[END_OF_TIME - 1, END_OF_TIME]]);
    assertAssignerLaws(mortal, { values: [undefined] });
  });

  it.each([
    [{ ttl: 0 }, 'BAD_OPTION: globalWindow(): ttl must be longer than zero and finite, but came as 0.'],
    [{ ttl: Number.POSITIVE_INFINITY }, 'BAD_OPTION: globalWindow(): ttl must be longer than zero and finite, but came as Infinity.'],
    [{ tll: '1d' }, expect.stringContaining('tll')],
  ])('refuses %o', (options, error) => {
    expect(refusal(() => globalWindow(options as never))).toEqual(error);
  });
});
