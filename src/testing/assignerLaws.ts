/**
 * The laws of a window assigner, checked on random elements. They are what lets the engine find a window again, share slices
 * among windows, and merge sessions in any order. The generator is seeded and its own.
 */
import type { Slicing, TimeWindow, WindowAssigner } from '../engine/window.js';
import { show } from '../errors.js';
import { END_OF_TIME, START_OF_TIME, type Timestamp } from '../time/timestamp.js';
import { Breach, begins, lawBroken } from './laws.js';
import { below, mulberry32 } from './random.js';

/** What {@link assertAssignerLaws} needs to know. */
export interface AssignerLawsOptions<T> {
  /** Elements to choose from, with repetition. */
  readonly values: readonly T[];
  /** Times to choose from, besides random ones of all sizes and signs and the bounds of windows. Default: none. */
  readonly timestamps?: readonly Timestamp[];
  /** How many rounds. Default: 200. */
  readonly runs?: number;
  /** Seed of the random elements; the same seed gives the same ones. Default: 1. */
  readonly seed?: number;
}

/** An element, and another one near it. */
interface Sample<T> {
  readonly value: T;
  readonly timestamp: Timestamp;
  readonly other: T;
  readonly near: Timestamp;
}

/**
 * Checks that an assigner keeps the laws: every window holds its element; its bounds are integers in range; no window comes
 * twice; the same element always gets the same windows. If it slices: slices partition time, and the windows of a slice are
 * those of its elements. If it merges: `merge` does not depend on order, and gives a window that covers both.
 *
 * @throws Error that names the law, the seed and the elements; TidemarkError `BAD_OPTION` without values.
 * @example
 * ```ts
 * import { defineAssigner } from 'tidemark';
 * import { assertAssignerLaws } from 'tidemark/testing';
 *
 * const tradingDays = defineAssigner({
 *   name: 'tradingDays',
 *   merging: false,
 *   assign(timestamp, _value, add) {
 *     const day = 86_400_000, offset = 22 * 3_600_000;
 *     const start = Math.floor((timestamp - offset) / day) * day + offset;
 *     add(start, start + day);
 *   },
 * });
 *
 * assertAssignerLaws(tradingDays, { values: [undefined], timestamps: [Date.UTC(2024, 1, 29)] });
 * ```
 */
export function assertAssignerLaws<T>(assigner: WindowAssigner<T>, options: AssignerLawsOptions<T>): void {
  const { values, timestamps = [], runs = 200, seed = 1 } = begins('assertAssignerLaws', options);
  const random = mulberry32(seed);
  const value = (): T => values[below(random, values.length)] as T;
  for (let run = 0; run < runs; run++) {
    const timestamp =
      timestamps.length > 0 && run % 2 === 0 ? (timestamps[below(random, timestamps.length)] as Timestamp) : anyTime(random);
    const first = value();
    const sample = { value: first, timestamp, other: value(), near: nearby(assigner, timestamp, first, random) };
    for (const [law, check] of Object.entries(LAWS)) {
      try {
        check(assigner, sample);
      } catch (error) {
        const { value, timestamp, other, near } = sample;
        const elements = `elements: ${show(value)} at ${timestamp}, ${show(other)} at ${near}`;
        throw lawBroken(`assertAssignerLaws: ${assigner.name}`, law, `seed ${seed}, run ${run + 1} of ${runs}`, elements, error);
      }
    }
  }
}

type Law = <T>(assigner: WindowAssigner<T>, sample: Sample<T>) => void;

const LAWS: Readonly<Record<string, Law>> = {
  'bounds are integers in range': (assigner, { value, timestamp }) => {
    for (const window of windowsOf(assigner, timestamp, value)) {
      if (!inRange(window.start) || !inRange(window.end)) throw new Breach('bounds from START_OF_TIME to END_OF_TIME', print([window]));
    }
  },
  'every window holds its element': (assigner, { value, timestamp }) => {
    for (const window of windowsOf(assigner, timestamp, value)) {
      const { start, end } = window;
      const holds = start <= timestamp && (timestamp < end || (assigner.merging && start === timestamp && end === timestamp));
      if (!holds) throw new Breach(`a window with ${timestamp}`, print([window]));
    }
  },
  'no window comes twice': (assigner, { value, timestamp }) => {
    const windows = windowsOf(assigner, timestamp, value);
    if (new Set(windows.map(window => print([window]))).size < windows.length) throw new Breach('distinct windows', print(windows));
  },
  'the same element always gets the same windows': (assigner, { value, timestamp, other, near }) => {
    const before = windowsOf(assigner, timestamp, value);
    windowsOf(assigner, near, other);
    same(before, windowsOf(assigner, timestamp, value));
  },
  'slices partition time': ({ slicing }, { timestamp, near }) => {
    if (!slicing) return;
    for (const time of [timestamp, near]) {
      const slice = sliceAt(slicing, time);
      if (!(slice.start <= time && time < slice.end)) throw new Breach(`a slice with ${time}`, print([slice]));
      same([slice], [sliceAt(slicing, slice.start)]);
      same([slice], [sliceAt(slicing, slice.end - 1)]);
      if (slice.end < END_OF_TIME) expectBound(sliceAt(slicing, slice.end).start, slice.end);
      if (slice.start > START_OF_TIME) expectBound(sliceAt(slicing, slice.start - 1).end, slice.start);
    }
  },
  'the windows of a slice are those of its elements': (assigner, { value, timestamp }) => {
    const { slicing } = assigner;
    if (!slicing) return;
    const slice = sliceAt(slicing, timestamp);
    const windows: TimeWindow[] = [];
    slicing.windows(slice.start, slice.end, (start, end) => windows.push({ start, end }));
    same(sorted(windowsOf(assigner, timestamp, value)), sorted(windows));
    same(
      windows.slice().sort((a, b) => a.end - b.end),
      windows,
    );
    for (const { start, end } of windows) {
      if (start > slice.start || end < slice.end) throw new Breach(`windows of whole slices, such as ${print([slice])}`, print(windows));
    }
  },
  'merge does not depend on order, and covers both': (assigner, { value, timestamp, other, near }) => {
    const { merge } = assigner;
    if (!merge) return;
    for (const a of windowsOf(assigner, timestamp, value)) {
      for (const b of windowsOf(assigner, near, other)) {
        const forth = merge.call(assigner, a, b);
        same(forth ? [forth] : [], [merge.call(assigner, b, a) ?? []].flat());
        if (!forth) continue;
        const covers = forth.start <= Math.min(a.start, b.start) && forth.end >= Math.max(a.end, b.end);
        if (!covers || !inRange(forth.start) || !inRange(forth.end))
          throw new Breach(`a window that covers ${print([a, b])}`, print([forth]));
      }
    }
  },
};

function windowsOf<T>(assigner: WindowAssigner<T>, timestamp: Timestamp, value: T): TimeWindow[] {
  const windows: TimeWindow[] = [];
  assigner.assign(timestamp, value, (start, end) => windows.push({ start, end }));
  return windows;
}

function sliceAt(slicing: Slicing, timestamp: Timestamp): TimeWindow {
  const slice = { start: NaN, end: NaN };
  slicing.slice(timestamp, slice);
  return slice;
}

function sorted(windows: readonly TimeWindow[]): TimeWindow[] {
  return windows.slice().sort((a, b) => a.end - b.end || a.start - b.start);
}

function same(expected: readonly TimeWindow[], got: readonly TimeWindow[]): void {
  if (print(expected) !== print(got)) throw new Breach(print(expected), print(got));
}

function expectBound(got: Timestamp, expected: Timestamp): void {
  if (got !== expected) throw new Breach(`the next slice to begin where this one ends, at ${expected}`, String(got));
}

function print(windows: readonly TimeWindow[]): string {
  return windows.length === 0 ? 'no window' : windows.map(({ start, end }) => `[${start}, ${end})`).join(' ');
}

function inRange(time: Timestamp): boolean {
  return Number.isSafeInteger(time);
}

/** A time of any size and sign, as far from the ends of time as real data is: those who care give such `timestamps`. */
function anyTime(random: () => number): Timestamp {
  return Math.floor((random() * 2 - 1) * 10 ** below(random, 16));
}

/** A time at or next to a bound of a window of the element, where mistakes live, or a little away from it. */
function nearby<T>(assigner: WindowAssigner<T>, timestamp: Timestamp, value: T, random: () => number): Timestamp {
  const times = [timestamp, timestamp + 1, timestamp - 1, timestamp + below(random, 1000)];
  try {
    times.push(...windowsOf(assigner, timestamp, value).flatMap(({ start, end }) => [start - 1, start, end - 1, end]));
  } catch {
    return timestamp; // the first law will say what was thrown
  }
  const close = times.filter(time => inRange(time) && time < END_OF_TIME);
  return close[below(random, close.length)] as Timestamp;
}
