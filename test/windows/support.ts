/** What the tests of assigners share: reading one, arbitrary times, an exact naive model, and the laws of slices. */
import fc from 'fast-check';
import { expect } from 'vitest';
import type { Slicing, WindowAssigner } from '../../src/engine/window.js';
import { TidemarkError } from '../../src/errors.js';
import { END_OF_TIME, START_OF_TIME, type Timestamp } from '../../src/time/timestamp.js';

export type Bounds = readonly [start: Timestamp, end: Timestamp];

/** The windows of an element, in the order in which they are added. */
export function assigned<T>(assigner: WindowAssigner<T>, timestamp: Timestamp, value?: T): Bounds[] {
  const found: Bounds[] = [];
  assigner.assign(timestamp, value as T, (start, end) => found.push([start, end]));
  return found;
}

export function slicingOf(assigner: WindowAssigner<unknown>): Slicing {
  if (!assigner.slicing) throw new Error(`${assigner.name} has no slicing`);
  return assigner.slicing;
}

export function sliceAt(assigner: WindowAssigner<unknown>, timestamp: Timestamp): Bounds {
  const into = { start: 0, end: 0 };
  slicingOf(assigner).slice(timestamp, into);
  return [into.start, into.end];
}

/** `known`: those that begin before it are known, and may be left out. */
export function windowsOfSlice(assigner: WindowAssigner<unknown>, [start, end]: Bounds, known?: Timestamp): Bounds[] {
  const found: Bounds[] = [];
  slicingOf(assigner).windows(start, end, (from, to) => found.push([from, to]), known);
  return found;
}

/** The error that `act` throws, as `CODE: sentence`. */
export function refusal(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof TidemarkError) return `${error.code}: ${error.message}`;
    throw error;
  }
  throw new Error('nothing was thrown');
}

/** Timestamps of all sizes and signs, with those at the ends of time often among them. */
export const timestamps: fc.Arbitrary<Timestamp> = fc.oneof(
  fc.integer({ min: -5_000, max: 5_000 }),
  fc.integer({ min: -2_000_000_000_000, max: 2_000_000_000_000 }),
  fc.maxSafeInteger(),
  fc.integer({ min: START_OF_TIME, max: START_OF_TIME + 5_000 }),
  fc.integer({ min: END_OF_TIME - 5_000, max: END_OF_TIME - 1 }),
  fc.constantFrom(START_OF_TIME, END_OF_TIME),
);

/** Lengths of all magnitudes. */
export const lengths: fc.Arbitrary<number> = fc.oneof(
  fc.integer({ min: 1, max: 100 }),
  fc.integer({ min: 1, max: 100_000_000 }),
  fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
);

/** An offset for a period: shorter than it, in either direction. */
export function offsetsFor(period: number): fc.Arbitrary<number> {
  return fc.oneof(fc.constant(0), fc.integer({ min: 1 - period, max: period - 1 }));
}

/**
 * All windows `[k * every + offset + from, k * every + offset + to)` that hold a timestamp, by trying every k near it, in
 * integers of any size, and only then clamped to the ends of time.
 */
export function naive(timestamp: Timestamp, every: number, offset: number, from: number, to: number): Bounds[] {
  // An element at END_OF_TIME counts at the instant before it.
  const [t, step, base] = [BigInt(Math.min(timestamp, END_OF_TIME - 1)), BigInt(every), BigInt(offset)];
  const middle = (t - base) / step;
  const reach = BigInt(to) / step + 3n;
  const found: Bounds[] = [];
  for (let k = middle - reach; k <= middle + reach; k++) {
    const start = k * step + base + BigInt(from);
    const end = k * step + base + BigInt(to);
    if (start <= t && t < end) found.push([clamp(start), clamp(end)]);
  }
  return found;
}

function clamp(time: bigint): Timestamp {
  return Number(time < BigInt(START_OF_TIME) ? BigInt(START_OF_TIME) : time > BigInt(END_OF_TIME) ? BigInt(END_OF_TIME) : time);
}

/**
 * The laws of slices at one timestamp: its slice holds it, the whole slice has the windows that `assign` says, each window
 * covers the slice, and the next slice begins where this one ends.
 */
export function expectSliceLaws(assigner: WindowAssigner<unknown>, timestamp: Timestamp): void {
  const slice = sliceAt(assigner, timestamp);
  const [start, end] = slice;
  expect(start).toBeLessThanOrEqual(timestamp);
  // An element at END_OF_TIME counts at the instant before it.
  expect(end).toBeGreaterThan(Math.min(timestamp, END_OF_TIME - 1));
  const windows = windowsOfSlice(assigner, slice);
  for (const inside of [timestamp, start, end - 1, start + Math.floor((end - 1 - start) / 2)]) {
    expect(assigned(assigner, inside)).toEqual(windows);
    expect(sliceAt(assigner, inside)).toEqual(slice);
  }
  for (const [from, to] of windows) expect(from <= start && end <= to).toBe(true);
  // What is known ends with a slice before, and so behind START_OF_TIME.
  for (const known of [-Infinity, ...windows.slice(0, 9).map(([from]) => from + 1), Math.max(start, START_OF_TIME + 1), Infinity]) {
    const some = windowsOfSlice(assigner, slice, known);
    expect(windows.filter(window => some.some(one => String(one) === String(window)))).toEqual(some);
    expect([some[0], some.at(-1)]).toEqual([windows[0], windows.at(-1)]);
    expect(some.filter(([from]) => from >= known)).toEqual(windows.filter(([from]) => from >= known));
  }
  if (end < END_OF_TIME) expect(sliceAt(assigner, end)[0]).toBe(end);
  if (start > START_OF_TIME) expect(sliceAt(assigner, start - 1)[1]).toBe(start);
}

/** Windows come in order of their end, and none comes twice. */
export function expectOrdered(windows: readonly Bounds[]): void {
  for (const [index, [start, end]] of windows.entries()) {
    expect(start).toBeLessThan(end);
    const next = windows[index + 1];
    if (next) expect(end < next[1] || (end === next[1] && start < next[0])).toBe(true);
  }
}
