import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { END_OF_TIME, START_OF_TIME } from '../../src/time/timestamp.js';
import { cumulative } from '../../src/windows/cumulative.js';
import { assigned, type Bounds, expectOrdered, expectSliceLaws, naive, offsetsFor, refusal, sliceAt, timestamps } from './support.js';

const shapes = fc
  .tuple(fc.integer({ min: 1, max: 20 }), fc.oneof(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 2 ** 48 })))
  .chain(([steps, step]) =>
    fc.record({ steps: fc.constant(steps), step: fc.constant(step), offset: offsetsFor(steps * step), timestamp: timestamps }),
  );

/** Each length of window searched for by itself; those that clamping made equal are one. */
function naiveCumulative(timestamp: number, steps: number, step: number, offset: number): Bounds[] {
  const found = Array.from({ length: steps }, (_, k) => naive(timestamp, steps * step, offset, 0, (k + 1) * step)).flat();
  return found.filter(([, end], index) => end !== found[index - 1]?.[1]);
}

describe('cumulative', () => {
  it('puts an element into all windows of its period that end after it', () => {
    // 0    10   20   30
    // |----|
    // |---------|
    // |--------------|
    const windows = cumulative(30, 10);
    expect(assigned(windows, 0)).toEqual([
      [0, 10],
      [0, 20],
      [0, 30],
    ]);
    expect(assigned(windows, 19)).toEqual([
      [0, 20],
      [0, 30],
    ]);
    expect(assigned(windows, 29)).toEqual([[0, 30]]);
    expect(assigned(windows, -1)).toEqual([[-30, 0]]);
  });

  it('moves the periods by the offset, which may be longer than a step', () => {
    expect(assigned(cumulative(30, 10, { offset: 25 }), 0)).toEqual([
      [-5, 5],
      [-5, 15],
      [-5, 25],
    ]);
    expect(sliceAt(cumulative(30, 10, { offset: 25 }), 0)).toEqual([-5, 5]);
  });

  it('equals a search over all windows near the timestamp', () => {
    fc.assert(
      fc.property(shapes, ({ steps, step, offset, timestamp }) => {
        const found = assigned(cumulative(steps * step, step, { offset }), timestamp);
        expect(found).toEqual(naiveCumulative(timestamp, steps, step, offset));
        expectOrdered(found);
      }),
      { numRuns: 1_000 },
    );
  });

  it('has slices that partition time and know their windows', () => {
    fc.assert(
      fc.property(shapes, ({ steps, step, offset, timestamp }) => expectSliceLaws(cumulative(steps * step, step, { offset }), timestamp)),
      { numRuns: 500 },
    );
  });

  it('adds one window, not several equal ones, at the end of time', () => {
    expect(assigned(cumulative(3000, 1000), END_OF_TIME)).toEqual([[9_007_199_254_740_000, END_OF_TIME]]);
    expect(assigned(cumulative(3000, 1000), START_OF_TIME).map(([start]) => start)).toEqual([START_OF_TIME]);
  });

  it('is a frozen value whose name tells its arguments', () => {
    const windows = cumulative('1d', '1h');
    expect(Object.isFrozen(windows) && Object.isFrozen(windows.slicing)).toBe(true);
    expect(windows.merging).toBe(false);
    expect([windows.name, cumulative(30, 10, { offset: -5 }).name]).toEqual(['cumulative(1d, 1h)', 'cumulative(30, 10, offset -5)']);
  });

  it('refuses a step that does not divide the size', () => {
    expect(refusal(() => cumulative('1d', '5h'))).toBe(
      'BAD_OPTION: cumulative(): step must be a divisor of the size of "1d", but came as "5h".',
    );
    expect(refusal(() => cumulative(10, 20))).toContain('step must be a divisor of the size of 10, but came as 20.');
  });

  it('refuses sizes, steps and offsets that cannot be', () => {
    expect(refusal(() => cumulative(0, 1))).toBe('BAD_OPTION: cumulative(): size must be longer than zero and finite, but came as 0.');
    expect(refusal(() => cumulative(10, 0))).toBe('BAD_OPTION: cumulative(): step must be longer than zero and finite, but came as 0.');
    expect(refusal(() => cumulative(10, '1 s' as never))).toMatch(/^BAD_DURATION: cumulative\(\): step must be .* but came as "1 s"\.$/);
    expect(refusal(() => cumulative(10, 5, { offset: -10 }))).toBe(
      'BAD_OPTION: cumulative(): offset must be shorter than 10 ms, in either direction, but came as -10.',
    );
    expect(refusal(() => cumulative(10, 5, 5 as never))).toContain('cumulative(): options must be an object');
  });
});
