import { describe, expect, it } from 'vitest';
import { generalMachine } from '../../src/engine/generalMachine.js';
import { afterCount } from '../../src/triggers/afterCount.js';
import { repeatedly } from '../../src/triggers/repeatedly.js';
import { session } from '../../src/windows/session.js';
import type { Options } from '../properties/machineRun.js';
import { Bench } from './support.js';

const bench = (options: Options = {}, touching = false, trigger?: ConstructorParameters<typeof Bench>[3]): Bench =>
  new Bench(generalMachine, session(5, { mergeTouching: touching }), { allowedLateness: 20, ...options }, trigger);
const each = repeatedly(afterCount(1));

describe('sessions', () => {
  //   0    5   8   13  17
  //   [----)               a@0
  //            [----)      a@8
  //       [----)           a@4 meets both: [0,13)
  it('become one when an element joins them', () => {
    const b = bench();
    for (const time of [0, 8, 4]) b.add('a', time);
    expect(b.watermark(13)).toEqual(['+a [0,13) = 3 on-time 0/0']);
  });

  //   0    5    10
  //   [----)           a@0
  //        [----)      a@5 only touches
  it('stay apart when they only touch, unless told otherwise', () => {
    const ends = (touching: boolean): string[] => {
      const b = bench({}, touching);
      return [0, 5].flatMap(time => b.add('a', time)).concat(b.watermark(10));
    };
    expect(ends(false)).toEqual(['+a [0,5) = 1 on-time 0/0', '+a [5,10) = 1 on-time 0/0']);
    expect(ends(true)).toEqual(['+a [0,10) = 2 on-time 0/0']);
  });

  it('of other keys have nothing to do with each other', () => {
    const b = bench();
    b.add('a', 0);
    b.add('b', 3);
    expect(b.watermark(20)).toEqual(['+a [0,5) = 1 on-time 0/0', '+b [3,8) = 1 on-time 0/0']);
  });

  //   0    5   8   13
  //   [----)   [----)      both shown
  //       [----)           a@4
  it('that are no more are withdrawn, in order of time, or named by the next pane', () => {
    const panes = (accumulation: 'accumulating' | 'retracting'): string[] => {
      const b = bench({ accumulation }, false, each);
      for (const time of [8, 0]) b.add('a', time);
      return b.add('a', 4);
    };
    expect(panes('accumulating')).toEqual(['+a [0,13) = 3 early 0/-1 for [0,5) for [8,13)']);
    expect(panes('retracting')).toEqual(['-a [0,5) = 1 early 0/-1', '-a [8,13) = 1 early 0/-1', '+a [0,13) = 3 early 0/-1']);
  });

  it('count their panes anew with new bounds, and on with the same', () => {
    const b = bench({}, false, each);
    b.add('a', 0);
    expect(b.add('a', 0)).toEqual(['+a [0,5) = 2 early 1/-1']);
    expect(b.add('a', 1)).toEqual(['+a [0,6) = 3 early 0/-1 for [0,5)']);
  });

  //   0    5         W=24    |  [0,5) expires at 25
  //   [----)
  //      [----)  a@3: alone it expires at 28, joined with [0,5) as well: judged after merging
  it('are judged late after merging', () => {
    const b = bench({ allowedLateness: 20 });
    b.add('a', 3);
    b.watermark(26);
    // Alone [0,5) has expired; together with [3,8) it has not.
    expect(b.add('a', 0)).toEqual(['+a [0,8) = 2 late 0/0 for [3,8)']);
    expect(b.add('b', 0)).toEqual([expect.stringMatching(/^late b@0 expired/)]);
  });

  it('that are closed neither merge nor absorb, but refuse their very bounds', () => {
    const b = bench({}, false, afterCount(1));
    expect(b.add('a', 0)).toEqual(['+a [0,5) = 1 early 0/-1 last']);
    expect(b.add('a', 0)).toEqual([expect.stringMatching(/^late a@0 closed \[0,5\)/)]);
    expect(b.add('a', 2)).toEqual(['+a [2,7) = 1 early 0/-1 last']);
  });
});
