import fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import type { TimeWindow, WindowAssigner } from '../../src/engine/window.js';
import type { Duration } from '../../src/time/duration.js';
import { END_OF_TIME } from '../../src/time/timestamp.js';
import { session } from '../../src/windows/session.js';
import { assigned, refusal, timestamps } from './support.js';

const window = (start: number, end: number): TimeWindow => ({ start, end });

function meet(assigner: WindowAssigner<unknown>, a: TimeWindow, b: TimeWindow): TimeWindow | undefined {
  expect(assigner.merge?.(b, a)).toEqual(assigner.merge?.(a, b));
  return assigner.merge?.(a, b);
}

/** The sessions of some windows that come one by one, each merged with all that it meets. */
function sessions(assigner: WindowAssigner, windows: readonly TimeWindow[]): TimeWindow[] {
  let live: TimeWindow[] = [];
  for (let next of windows) {
    for (let apart: TimeWindow[] | undefined; apart?.length !== live.length; live = apart) {
      apart = [];
      for (const other of live) {
        const hull = assigner.merge?.(next, other);
        if (hull) next = hull;
        else apart.push(other);
      }
    }
    live = [...live, next];
  }
  return live.sort((a, b) => a.start - b.start || a.end - b.end);
}

describe('session with a fixed gap', () => {
  it('gives an element the window from its time to a gap later', () => {
    fc.assert(
      fc.property(timestamps, t => {
        const at = Math.min(t, END_OF_TIME - 1); // where an element at END_OF_TIME counts
        expect(assigned(session(10), t)).toEqual([[at, Math.min(at + 10, END_OF_TIME)]]);
      }),
    );
    expect(assigned(session('30m'), -1)).toEqual([[-1, 1_799_999]]);
    expect(assigned(session(10), END_OF_TIME)).toEqual([[END_OF_TIME - 1, END_OF_TIME]]);
  });

  it('merges windows that overlap into their hull', () => {
    // 0         10        20
    // |---------|
    //          |---------|
    expect(meet(session(10), window(0, 10), window(9, 19))).toEqual(window(0, 19));
    expect(meet(session(10), window(0, 30), window(5, 15))).toEqual(window(0, 30));
    expect(meet(session(10), window(5, 15), window(5, 15))).toEqual(window(5, 15));
  });

  it('keeps windows apart that only touch, unless mergeTouching', () => {
    expect(meet(session(10), window(0, 10), window(10, 20))).toBeUndefined();
    expect(meet(session(10, { mergeTouching: true }), window(0, 10), window(10, 20))).toEqual(window(0, 20));
    expect(meet(session(10, { mergeTouching: true }), window(0, 10), window(11, 21))).toBeUndefined();
  });

  it('is a frozen value whose name tells its arguments', () => {
    const visits = session('30m');
    expect(Object.isFrozen(visits)).toBe(true);
    expect([visits.merging, visits.slicing]).toEqual([true, undefined]);
    expect([visits, session(5, { mergeTouching: false }), session(5, { mergeTouching: true }), session(() => 5)].map(a => a.name)).toEqual([
      'session(30m)',
      'session(5)',
      'session(5, mergeTouching)',
      'session(per element)',
    ]);
    expect(session(() => 5, { mergeTouching: true }).name).toBe('session(per element, mergeTouching)');
  });

  it('refuses a gap that is not longer than zero and finite', () => {
    expect(refusal(() => session(0))).toBe('BAD_OPTION: session(): gap must be longer than zero and finite, but came as 0.');
    expect(refusal(() => session('-5m'))).toBe('BAD_OPTION: session(): gap must be longer than zero and finite, but came as "-5m".');
    expect(refusal(() => session('half an hour' as Duration))).toMatch(/^BAD_DURATION: session\(\): gap must be .* "half an hour"\.$/);
  });

  it('refuses options that it does not know', () => {
    expect(refusal(() => session(5, { touching: true } as never))).toBe(
      'BAD_OPTION: session(): there is no option "touching". There are: mergeTouching.',
    );
    expect(refusal(() => session(5, { mergeTouching: 'yes' } as never))).toBe(
      'BAD_OPTION: session(): mergeTouching must be true or false, but came as "yes".',
    );
  });
});

describe('session with a gap per element', () => {
  const byGap = session((value: { gap: Duration }) => value.gap);
  const of = (gap: unknown) => () => assigned(byGap, 0, { gap: gap as Duration });

  it('reads the gap of each element, as a number or a text', () => {
    expect(of(7)()).toEqual([[0, 7]]);
    expect(of('2s')()).toEqual([[0, 2000]]);
    expect(of('2s')()).toEqual([[0, 2000]]);
    expect(of('1.5m')()).toEqual([[0, 90_000]]);
  });

  it('reads any number of different texts right', () => {
    for (let round = 0; round < 2; round++) {
      for (let n = 1; n <= 200; n++) expect(of(`${n}s`)()).toEqual([[0, n * 1000]]);
    }
  });

  it('gives the element of a gap of 0 its instant alone', () => {
    expect(of(0)()).toEqual([[0, 0]]);
    expect(of('0s')()).toEqual([[0, 0]]);
  });

  it('lets an instant join the session that holds it', () => {
    const instant = window(5, 5);
    for (const assigner of [session(10), session(10, { mergeTouching: true })]) {
      expect(meet(assigner, instant, window(0, 10))).toEqual(window(0, 10));
      expect(meet(assigner, instant, window(5, 15))).toEqual(window(5, 15));
      expect(meet(assigner, instant, instant)).toEqual(instant);
      expect(meet(assigner, instant, window(6, 16))).toBeUndefined();
      expect(meet(assigner, instant, window(-6, 4))).toBeUndefined();
    }
    expect(meet(session(10), instant, window(-5, 5))).toBeUndefined();
    expect(meet(session(10, { mergeTouching: true }), instant, window(-5, 5))).toEqual(window(-5, 5));
  });

  it('refuses a negative or endless gap, naming the element', () => {
    expect(refusal(of(-1))).toBe(
      'BAD_WINDOW: session(): the gap of the element {"gap":-1} must be zero or longer and finite, but came as -1. Check the gap function.',
    );
    expect(refusal(of('-5s'))).toContain('BAD_WINDOW: session(): the gap of the element {"gap":"-5s"} must be zero or longer');
    expect(refusal(of(Infinity))).toContain('must be zero or longer and finite, but came as Infinity.');
  });

  it.each([Number.NaN, 1.5, '5 min', '', undefined, null, 5n, {}])('refuses a gap of %s, naming the element', gap => {
    expect(refusal(of(gap))).toMatch(/^BAD_DURATION: session\(\): the gap of the element .* must be a whole number of milliseconds/);
  });

  it('refuses a bad text each time that it comes', () => {
    expect(refusal(of('soon'))).toBe(refusal(of('soon')));
  });

  it('lets an error of the gap function pass unchanged', () => {
    const error = new Error('no plan');
    const failing = session(() => {
      throw error;
    });
    expect(() => assigned(failing, 0)).toThrow(error);
  });

  it('knows the type of its elements', () => {
    expectTypeOf(byGap).toEqualTypeOf<WindowAssigner<{ gap: Duration }>>();
    expectTypeOf(session('5m')).toEqualTypeOf<WindowAssigner<unknown>>();
  });
});

describe('sessions of a key', () => {
  const windows = fc.array(fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 6 })), { maxLength: 12 });

  it.each([false, true])('are the same in any order of arrival, with mergeTouching %s', mergeTouching => {
    const assigner = session((gap: number) => gap, { mergeTouching });
    const shuffled = windows.chain(all => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })));
    fc.assert(
      fc.property(shuffled, ([one, other]) => {
        const proto = (all: readonly [number, number][]) => all.map(([start, gap]) => window(start, start + gap));
        const result = sessions(assigner, proto(one));
        expect(sessions(assigner, proto(other))).toEqual(result);
        for (const [index, { start, end }] of result.entries()) {
          const next = result[index + 1];
          if (next) expect(mergeTouching ? end < next.start : end <= next.start && start < next.start).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });
});
