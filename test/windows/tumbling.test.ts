import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Duration } from '../../src/time/duration.js';
import { END_OF_TIME, START_OF_TIME } from '../../src/time/timestamp.js';
import { tumbling } from '../../src/windows/tumbling.js';
import { assigned, expectSliceLaws, lengths, naive, offsetsFor, refusal, sliceAt, timestamps } from './support.js';

describe('tumbling', () => {
  it('puts an element into the one window that holds it', () => {
    // -10       0         10        20
    //  |--------|---------|---------|
    const windows = tumbling(10);
    expect([-10, -1, 0, 9, 10].map(t => assigned(windows, t))).toEqual([[[-10, 0]], [[-10, 0]], [[0, 10]], [[0, 10]], [[10, 20]]]);
  });

  it('moves the bounds by the offset, in either direction', () => {
    expect(assigned(tumbling(10, { offset: 3 }), 0)).toEqual([[-7, 3]]);
    expect(assigned(tumbling(10, { offset: -7 }), 0)).toEqual([[-7, 3]]);
    expect(assigned(tumbling('1d', { offset: '-1h' }), 0)).toEqual([[-3_600_000, 82_800_000]]);
  });

  it('clamps the windows at the ends of time', () => {
    expect(assigned(tumbling(1000), START_OF_TIME)).toEqual([[START_OF_TIME, -9_007_199_254_740_000]]);
    expect(assigned(tumbling(1000), END_OF_TIME - 1)).toEqual([[9_007_199_254_740_000, END_OF_TIME]]);
    expect(assigned(tumbling(1), END_OF_TIME)).toEqual([[END_OF_TIME - 1, END_OF_TIME]]);
    expect(sliceAt(tumbling(1), END_OF_TIME)).toEqual([END_OF_TIME - 1, END_OF_TIME]);
  });

  const cases = lengths.chain(size => fc.tuple(fc.constant(size), offsetsFor(size), timestamps));

  it('equals a search over all windows near the timestamp', () => {
    fc.assert(
      fc.property(cases, ([size, offset, timestamp]) => {
        expect(assigned(tumbling(size, { offset }), timestamp)).toEqual(naive(timestamp, size, offset, 0, size));
      }),
      { numRuns: 1_000 },
    );
  });

  it('has its windows as slices, and they partition time', () => {
    fc.assert(
      fc.property(cases, ([size, offset, timestamp]) => {
        const windows = tumbling(size, { offset });
        expect([sliceAt(windows, timestamp)]).toEqual(assigned(windows, timestamp));
        expectSliceLaws(windows, timestamp);
      }),
    );
  });

  it('is a frozen value whose name tells its arguments', () => {
    const hours = tumbling('1h');
    expect(Object.isFrozen(hours) && Object.isFrozen(hours.slicing)).toBe(true);
    expect(hours.merging).toBe(false);
    expect([hours, tumbling(5000), tumbling('1d', { offset: '-8h' }), tumbling('1h', { offset: 0 })].map(a => a.name)).toEqual([
      'tumbling(1h)',
      'tumbling(5000)',
      'tumbling(1d, offset -8h)',
      'tumbling(1h)',
    ]);
  });

  it('refuses a size that is not longer than zero and finite', () => {
    expect(refusal(() => tumbling(0))).toBe('BAD_OPTION: tumbling(): size must be longer than zero and finite, but came as 0.');
    expect(refusal(() => tumbling('-1h'))).toBe('BAD_OPTION: tumbling(): size must be longer than zero and finite, but came as "-1h".');
    expect(refusal(() => tumbling(Infinity))).toBe(
      'BAD_OPTION: tumbling(): size must be longer than zero and finite, but came as Infinity.',
    );
  });

  it('refuses a size that is no duration', () => {
    expect(refusal(() => tumbling('1 hour' as Duration))).toMatch(/^BAD_DURATION: tumbling\(\): size must be .* but came as "1 hour"\.$/);
    expect(refusal(() => tumbling(Number.NaN))).toMatch(/^BAD_DURATION: tumbling\(\): size must be .* but came as NaN\.$/);
  });

  it('refuses an offset as long as the window, or one that is not in an object', () => {
    expect(refusal(() => tumbling('1s', { offset: 1000 }))).toBe(
      'BAD_OPTION: tumbling(): offset must be shorter than 1000 ms, in either direction, but came as 1000.',
    );
    expect(refusal(() => tumbling('1s', { offset: '-1s' }))).toContain('in either direction, but came as "-1s".');
    expect(refusal(() => tumbling('1h', '15m' as never))).toBe(
      'BAD_OPTION: tumbling(): options must be an object with offset, but came as "15m".',
    );
  });
});
