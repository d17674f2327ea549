import { describe, expect, it } from 'vitest';
import type { WindowAssigner } from '../../src/engine/window.js';
import { assertAssignerLaws } from '../../src/testing/assignerLaws.js';
import { END_OF_TIME, START_OF_TIME } from '../../src/time/timestamp.js';
import { days, months, weeks, years } from '../../src/windows/calendar.js';
import { countWindow } from '../../src/windows/countWindow.js';
import { cumulative } from '../../src/windows/cumulative.js';
import { globalWindow } from '../../src/windows/globalWindow.js';
import { session } from '../../src/windows/session.js';
import { sliding } from '../../src/windows/sliding.js';
import { tumbling } from '../../src/windows/tumbling.js';
import { refusal } from '../support.js';

const values = [0, 1, 2];

/** Tens, with a slice for each: keeps all laws. */
const tens: WindowAssigner<number> = {
  name: 'tens',
  merging: false,
  assign: (timestamp, _value, add) => add(floor(timestamp), floor(timestamp) + 10),
};
const slicing = {
  slice(timestamp: number, into: { start: number; end: number }) {
    into.start = floor(timestamp);
    into.end = into.start + 10;
  },
  windows: (start: number, end: number, add: (start: number, end: number) => void) => add(start, end),
};

/** Sessions of ten: keeps all laws. */
const tenApart: WindowAssigner<number> = {
  name: 'tenApart',
  merging: true,
  assign: (timestamp, value, add) => add(timestamp, timestamp + 10 * value),
  merge: (a, b) => (a.start <= b.end && b.start <= a.end ? { start: Math.min(a.start, b.start), end: Math.max(a.end, b.end) } : undefined),
};

function floor(timestamp: number): number {
  return Math.floor(timestamp / 10) * 10;
}

/** The law that a broken assigner is found to break. */
function broken(assigner: WindowAssigner<number>): string | undefined {
  try {
    assertAssignerLaws(assigner, { values });
  } catch (error) {
    return /breaks the law "(.*)" \(seed/.exec((error as Error).message)?.[1] ?? String(error);
  }
  return undefined;
}

describe('assertAssignerLaws', () => {
  const ours: WindowAssigner<number>[] = [
    tumbling('1h'),
    tumbling(7, { offset: -3 }),
    sliding('1h', '5m'),
    sliding(10, 4, { offset: 1 }),
    sliding(5, 12),
    cumulative('1d', '1h'),
    cumulative(60, 20, { offset: 7 }),
    session('30m'),
    session(1, { mergeTouching: true }),
    session((value: number) => value * 10),
    globalWindow(),
    countWindow(3),
    days('Europe/Amsterdam'),
    days('Australia/Lord_Howe', { count: 3 }),
    weeks('America/New_York'),
    months('Asia/Kathmandu'),
    years('UTC'),
  ];
  const timestamps = [0, -1, Date.UTC(2024, 2, 31, 1), Date.UTC(2024, 9, 27, 1), 8.6e15, -8.6e15];
  const ends = [START_OF_TIME, START_OF_TIME + 1, END_OF_TIME - 1, END_OF_TIME - 10];

  it.each(ours.map(assigner => [assigner.name, assigner] as const))('holds for %s', (_name, assigner) => {
    assertAssignerLaws(assigner, { values, timestamps, runs: 300 });
    assertAssignerLaws(assigner, { values, timestamps, runs: 100, seed: 2024 });
    const reachesTheEnds = !/days|weeks|months|years/.test(assigner.name);
    if (reachesTheEnds) assertAssignerLaws(assigner, { values, timestamps: ends, runs: 40 });
  });

  it('holds for one of your own', () => {
    assertAssignerLaws(tens, { values });
    assertAssignerLaws({ ...tens, slicing }, { values });
    assertAssignerLaws(tenApart, { values });
  });

  it('finds bounds that are no times', () => {
    const law = 'bounds are integers in range';
    expect(broken({ ...tens, assign: (timestamp, _value, add) => add(timestamp / 10, timestamp + 10) })).toBe(law);
    expect(broken({ ...tens, assign: (_timestamp, _value, add) => add(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY) })).toBe(law);
    expect(broken({ ...tens, assign: (_timestamp, _value, add) => add(Number.NaN, 0) })).toBe(law);
  });

  it('finds windows without their element', () => {
    const law = 'every window holds its element';
    expect(broken({ ...tens, assign: (timestamp, _value, add) => add(timestamp - 10, timestamp) })).toBe(law);
    expect(broken({ ...tens, assign: (timestamp, _value, add) => add(timestamp + 1, timestamp + 2) })).toBe(law);
    expect(broken({ ...tens, assign: (timestamp, _value, add) => add(timestamp, timestamp) })).toBe(law);
    expect(
      broken({ ...tens, assign: (timestamp, _value, add) => add(Math.trunc(timestamp / 10) * 10, Math.trunc(timestamp / 10) * 10 + 10) }),
    ).toBe(law);
  });

  it('finds a window that comes twice', () => {
    const twice: WindowAssigner<number>['assign'] = (timestamp, value, add) => {
      tens.assign(timestamp, value, add);
      tens.assign(timestamp, value, add);
    };
    expect(broken({ ...tens, assign: twice })).toBe('no window comes twice');
  });

  it('finds memory', () => {
    let last = 0;
    const remembering: WindowAssigner<number>['assign'] = (timestamp, _value, add) => {
      add(timestamp, timestamp + 1 + Math.abs(last % 7));
      last = timestamp;
    };
    expect(broken({ ...tens, assign: remembering })).toBe('the same element always gets the same windows');
  });

  it('finds slices that are no partition', () => {
    const law = 'slices partition time';
    const cut = (slice: typeof slicing.slice) => broken({ ...tens, slicing: { ...slicing, slice } });
    expect(cut(() => {})).toBe(law);
    expect(cut((timestamp, into) => Object.assign(into, { start: timestamp, end: timestamp + 10 }))).toBe(law);
    expect(cut((timestamp, into) => Object.assign(into, { start: floor(timestamp), end: floor(timestamp) + 20 }))).toBe(law);
    expect(cut((timestamp, into) => Object.assign(into, { start: floor(timestamp) - 5, end: floor(timestamp) + 5 }))).toBe(law);
  });

  it('finds slices with other windows than their elements', () => {
    const law = 'the windows of a slice are those of its elements';
    expect(broken({ ...tens, slicing: { ...slicing, windows: () => {} } })).toBe(law);
    expect(broken({ ...tens, slicing: { ...slicing, windows: (start, end, add) => add(start - 10, end) } })).toBe(law);
    expect(
      broken({ ...tens, assign: (timestamp, value, add) => add(floor(timestamp), floor(timestamp) + 10 * (value + 1)), slicing }),
    ).toBe(law);
    const backwards: WindowAssigner<number> = {
      ...tens,
      assign(timestamp, _value, add) {
        add(floor(timestamp), floor(timestamp) + 10);
        add(floor(timestamp), floor(timestamp) + 20);
      },
      slicing: {
        ...slicing,
        windows(start, end, add) {
          add(start, end + 10);
          add(start, end);
        },
      },
    };
    expect(broken(backwards)).toBe(law);
    const inside: WindowAssigner<number> = {
      ...tens,
      assign: (timestamp, _value, add) => add(floor(timestamp), floor(timestamp) + 10),
      slicing: {
        slice(timestamp, into) {
          into.start = Math.floor(timestamp / 20) * 20;
          into.end = into.start + 20;
        },
        windows: (start, _end, add) => add(start, start + 10),
      },
    };
    expect(broken(inside)).toBe(law);
  });

  it('finds a merge that depends on order, or loses time', () => {
    const law = 'merge does not depend on order, and covers both';
    expect(
      broken({ ...tenApart, merge: (a, b) => (a.start <= b.start ? { start: a.start, end: Math.max(a.end, b.end) } : undefined) }),
    ).toBe(law);
    expect(broken({ ...tenApart, merge: (a, b) => ({ start: Math.max(a.start, b.start), end: Math.max(a.end, b.end) }) })).toBe(law);
    expect(broken({ ...tenApart, merge: (a, b) => ({ start: Math.min(a.start, b.start) - 0.5, end: Math.max(a.end, b.end) }) })).toBe(law);
  });

  it('says the law, the seed, the elements, what was expected and what came', () => {
    const shifted: WindowAssigner<number> = { ...tens, assign: (timestamp, _value, add) => add(timestamp + 1, timestamp + 2) };
    expect(() => assertAssignerLaws(shifted, { values: [7], timestamps: [5], seed: 3, runs: 50 })).toThrow(
      /^assertAssignerLaws: tens breaks the law "every window holds its element" \(seed 3, run 1 of 50\)\n {2}elements: 7 at 5, 7 at -?\d+\n {2}expected: a window with 5\n {2}got: \[6, 7\)$/,
    );
  });

  it('says what an assigner throws', () => {
    const failing: WindowAssigner<number> = {
      ...tens,
      assign() {
        throw new RangeError('no calendar');
      },
    };
    expect(() => assertAssignerLaws(failing, { values })).toThrow('  threw: RangeError: no calendar');
  });

  it('refuses no values and no runs', () => {
    expect(refusal(() => assertAssignerLaws(tens, { values: [] }))).toBe(
      'BAD_OPTION: assertAssignerLaws: values must be an array of at least one element, but came as [].',
    );
    expect(refusal(() => assertAssignerLaws(tens, { values, runs: 1.5 }))).toBe(
      'BAD_OPTION: assertAssignerLaws: runs must be a whole number of at least 1, but came as 1.5.',
    );
  });
});
