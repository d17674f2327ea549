import { describe, expect, it } from 'vitest';
import { AheadGuard } from '../../src/disorder/ahead.js';

/** What is found in timestamps, of which no arrival is known. */
function guard(timestamps: readonly number[]): AheadGuard {
  const guarded = new AheadGuard();
  let highest = -Infinity;
  timestamps.forEach((timestamp, index) => {
    guarded.add(index + 1, timestamp, undefined, undefined, Math.max(highest - timestamp, 0));
    highest = Math.max(highest, timestamp);
  });
  return guarded.settled();
}

/** So many timestamps from `start` on, one apart. */
const from = (start: number, count: number): number[] => Array.from({ length: count }, (_, index) => start + index);

describe('AheadGuard, without a clock', () => {
  it('sets aside one that leaps ahead of all that follows, and counts who is behind for it alone', () => {
    const found = guard([...from(100, 50), 9_000, ...from(150, 30)]);
    expect(found.found()).toEqual({ count: 1, shadowed: 30, worst: [{ element: 51, timestamp: 9_000, by: 8_851 }] });
    expect(found.meter.bounds()).toMatchObject({ elements: 80, outOfOrder: 0, longest: 0 });
  });

  it('sets aside several, names the five worst, the furthest first', () => {
    const leaps = [9_000, 12_000, 11_000, 20_000, 15_000, 14_000];
    const found = guard([...from(0, 20), ...leaps.flatMap((leap, index) => [leap, ...from(20 + 15 * index, 15)])]);
    expect(found.found()).toMatchObject({ count: 6, shadowed: 90 });
    expect(found.found().worst.map(({ timestamp }) => timestamp)).toEqual([20_000, 15_000, 14_000, 12_000, 11_000]);
    expect(found.settled().meter.bounds().longest).toBe(0);
  });

  it('believes a leap that others follow: the stream was silent', () => {
    const found = guard([...from(100, 50), ...from(9_000, 30)]);
    expect(found.found()).toEqual({ count: 0, shadowed: 0, worst: [] });
    expect(found.settled().meter.bounds()).toMatchObject({ elements: 80, outOfOrder: 0 });
  });

  it('believes a leap when the tenth follows it, and counts how far behind the others are', () => {
    const found = guard([...from(100, 50), 9_000, ...from(150, 9), 9_001]);
    expect(found.found()).toEqual({ count: 0, shadowed: 0, worst: [] });
    expect(found.settled().meter.bounds()).toMatchObject({ elements: 61, outOfOrder: 9, longest: 8_850 });
  });

  it('believes a leap once an element comes beyond the middle of it', () => {
    const leap = [...from(100, 50), 1_149]; // by 1,000
    expect(guard([...leap, ...from(150, 8), 649, ...from(200, 5)]).found().count).toBe(1);
    expect(guard([...leap, ...from(150, 8), 658, ...from(200, 5)]).found().count).toBe(0);
  });

  it('does not take usual disorder for a leap', () => {
    const jittered = from(0, 2_000).map(index => index * 10 - ((index * 7_919) % 1_000));
    expect(guard(jittered).found()).toEqual({ count: 0, shadowed: 0, worst: [] });
  });

  it('believes the last leap while nobody knows, also in the midst', () => {
    const found = new AheadGuard();
    for (const [index, timestamp] of [...from(100, 5), 9_000, 105, 106].entries()) found.add(index + 1, timestamp, undefined, undefined, 0);
    expect(found.settled().meter.bounds()).toMatchObject({ elements: 8, outOfOrder: 2, longest: 8_895 });
    // Asking has changed nothing.
    from(107, 8).forEach((timestamp, index) => {
      found.add(9 + index, timestamp, undefined, undefined, 1);
    });
    expect(found.found().count).toBe(1);
    expect(found.settled().meter.bounds().longest).toBe(0);
  });

  it('names the source', () => {
    const found = new AheadGuard();
    for (const [index, timestamp] of [...from(0, 5), 900, ...from(5, 10)].entries()) found.add(index + 1, timestamp, 'a', undefined, 0);
    expect(found.found().worst).toEqual([{ element: 6, timestamp: 900, by: 896, source: 'a' }]);
  });
});

it('is told who is ahead of the clock, and then believes every other leap', () => {
  const found = new AheadGuard();
  found.add(1, 10, undefined, 10, 0);
  found.setAside({ element: 2, timestamp: 500, by: 488 });
  found.add(3, 40, undefined, 45, 460);
  found.add(4, 30, undefined, 50, 470);
  expect(found.found()).toMatchObject({ count: 1, shadowed: 1 });
  expect(found.settled().meter.bounds()).toMatchObject({ elements: 3, outOfOrder: 1, longest: 10 });
  expect(found.front).toBe(40);
});
