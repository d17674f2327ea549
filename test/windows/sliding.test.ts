import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { END_OF_TIME, START_OF_TIME } from '../../src/time/timestamp.js';
import { sliding } from '../../src/windows/sliding.js';
import { assigned, expectOrdered, expectSliceLaws, naive, offsetsFor, refusal, sliceAt, timestamps, windowsOfSlice } from './support.js';

/** Sizes and slides in every relation, with few enough windows per element to search them all. */
const shapes = fc
  .oneof(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 10_000_000 }), fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }))
  .chain(slide => fc.tuple(fc.integer({ min: 1, max: Math.min(slide * 20, Number.MAX_SAFE_INTEGER) }), fc.constant(slide)))
  .chain(([size, slide]) =>
    fc.record({ size: fc.constant(size), slide: fc.constant(slide), offset: offsetsFor(slide), timestamp: timestamps }),
  );

describe('sliding', () => {
  it('puts an element into all windows that hold it, in order of their end', () => {
    // -10  -5   0    5    10   15
    //  |---------|
    //       |---------|
    //            |---------|
    const windows = sliding(10, 5);
    expect(assigned(windows, 4)).toEqual([
      [-5, 5],
      [0, 10],
    ]);
    expect(assigned(windows, 5)).toEqual([
      [0, 10],
      [5, 15],
    ]);
    expect(assigned(windows, -1)).toEqual([
      [-10, 0],
      [-5, 5],
    ]);
  });

  it('moves the windows by the offset', () => {
    expect(assigned(sliding(10, 5, { offset: 2 }), 4)).toEqual([
      [-3, 7],
      [2, 12],
    ]);
    expect(assigned(sliding(10, 5, { offset: -3 }), 4)).toEqual([
      [-3, 7],
      [2, 12],
    ]);
  });

  it('leaves an element in a hole without a window when the slide is longer than the size', () => {
    // 0    5    10   15   20
    // |----|    |----|
    const windows = sliding(5, 10);
    expect([0, 4, 5, 9, 10].map(t => assigned(windows, t))).toEqual([[[0, 5]], [[0, 5]], [], [], [[10, 15]]]);
    expect([sliceAt(windows, 4), sliceAt(windows, 5)]).toEqual([
      [0, 5],
      [5, 10],
    ]);
    expect(windowsOfSlice(windows, [5, 10])).toEqual([]);
  });

  it('cuts a slide in one slice when it divides the size, else in two', () => {
    expect([0, 4, 5].map(t => sliceAt(sliding(10, 5), t))).toEqual([
      [0, 5],
      [0, 5],
      [5, 10],
    ]);
    // Windows of 12 every 5: starts at 0, 5, 10, ends at 2, 7, 12.
    expect([0, 2, 5, 7].map(t => sliceAt(sliding(12, 5), t))).toEqual([
      [0, 2],
      [2, 5],
      [5, 7],
      [7, 10],
    ]);
    expect(windowsOfSlice(sliding(12, 5), [2, 5])).toEqual([
      [-5, 7],
      [0, 12],
    ]);
  });

  it('equals a search over all windows near the timestamp', () => {
    fc.assert(
      fc.property(shapes, ({ size, slide, offset, timestamp }) => {
        const found = assigned(sliding(size, slide, { offset }), timestamp);
        expect(found).toEqual(naive(timestamp, slide, offset, 0, size));
        expectOrdered(found);
      }),
      { numRuns: 1_000 },
    );
  });

  it('has slices that partition time and know their windows', () => {
    fc.assert(
      fc.property(shapes, ({ size, slide, offset, timestamp }) => expectSliceLaws(sliding(size, slide, { offset }), timestamp)),
      {
        numRuns: 500,
      },
    );
  });

  it('clamps the windows at the ends of time, each still a window of its own', () => {
    expect(assigned(sliding(2000, 1000), START_OF_TIME)).toEqual([
      [START_OF_TIME, -9_007_199_254_740_000],
      [START_OF_TIME, -9_007_199_254_739_000],
    ]);
    expect(assigned(sliding(2000, 1000), END_OF_TIME)).toEqual([
      [9_007_199_254_739_000, END_OF_TIME],
      [9_007_199_254_740_000, END_OF_TIME],
    ]);
  });

  it('is a frozen value whose name tells its arguments', () => {
    const windows = sliding('1h', '5m');
    expect(Object.isFrozen(windows) && Object.isFrozen(windows.slicing)).toBe(true);
    expect(windows.merging).toBe(false);
    expect([windows.name, sliding(10, 5, { offset: '1ms' }).name]).toEqual(['sliding(1h, 5m)', 'sliding(10, 5, offset 1ms)']);
  });

  it('refuses sizes, slides and offsets that cannot be', () => {
    expect(refusal(() => sliding(0, 1))).toBe('BAD_OPTION: sliding(): size must be longer than zero and finite, but came as 0.');
    expect(refusal(() => sliding('1h', '0m'))).toBe('BAD_OPTION: sliding(): slide must be longer than zero and finite, but came as "0m".');
    expect(refusal(() => sliding(1, -1))).toBe('BAD_OPTION: sliding(): slide must be longer than zero and finite, but came as -1.');
    expect(refusal(() => sliding(1, 0.5))).toMatch(/^BAD_DURATION: sliding\(\): slide must be a whole number .* came as 0\.5\.$/);
    expect(refusal(() => sliding('1h', '5m', { offset: '5m' }))).toBe(
      'BAD_OPTION: sliding(): offset must be shorter than 300000 ms, in either direction, but came as "5m".',
    );
    expect(refusal(() => sliding(10, 5, { shift: 1 } as never))).toBe(
      'BAD_OPTION: sliding(): there is no option "shift". There are: offset.',
    );
  });
});
