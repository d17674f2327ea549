import { describe, expect, it } from 'vitest';
import { slicedMachine } from '../../src/engine/slicedMachine.js';
import { END_OF_TIME } from '../../src/time/timestamp.js';
import { cumulative } from '../../src/windows/cumulative.js';
import { sliding } from '../../src/windows/sliding.js';
import { tumbling } from '../../src/windows/tumbling.js';
import { stateOf } from '../cuts.js';
import { Bench } from './support.js';

describe('the sliced machine', () => {
  //      -4    0    4    8    12
  //  [---------)                      [-4,4): slices of 4, windows of 8
  //       [---------)                 [0,8)
  //       a@1  a@5
  it('puts windows together from slices', () => {
    const bench = new Bench(slicedMachine, sliding(8, 4));
    bench.add('a', 1, 10);
    bench.add('a', 5, 1);
    expect(bench.watermark(12)).toEqual([
      '+a [-4,4) = 10 on-time 0/0 last',
      '+a [0,8) = 11 on-time 0/0 last',
      '+a [4,12) = 1 on-time 0/0 last',
    ]);
  });

  //   0    3    6    9
  //   [----)                W=4, lateness 3
  //   [---------)
  //   [--------------)
  //    a@1, late only for the first
  it('corrects the windows that have fired, and counts in the others', () => {
    const bench = new Bench(slicedMachine, cumulative(9, 3), { accumulation: 'retracting', allowedLateness: 3 });
    bench.add('a', 2);
    expect(bench.watermark(4)).toEqual(['+a [0,3) = 1 on-time 0/0']);
    expect(bench.add('a', 1, 5)).toEqual(['-a [0,3) = 1 on-time 0/0', '+a [0,3) = 6 late 1/1']);
    expect(bench.add('b', 1)).toEqual(['+b [0,3) = 1 late 0/0']);
    expect(bench.watermark(9)).toEqual([
      '+a [0,6) = 6 on-time 0/0 last',
      '+b [0,6) = 1 on-time 0/0 last',
      '+a [0,9) = 6 on-time 0/0',
      '+b [0,9) = 1 on-time 0/0',
    ]);
  });

  it('says a last pane without content when told so, and takes nothing from its other windows', () => {
    const bench = new Bench(slicedMachine, cumulative(6, 3), { accumulation: 'discarding', closing: 'always', allowedLateness: 1 });
    bench.add('a', 1);
    bench.watermark(3);
    expect(bench.watermark(4)).toEqual(['+a [0,3) = 0 late 1/1 last']);
    expect(bench.watermark(6)).toEqual(['+a [0,6) = 1 on-time 0/0']);
  });

  it('takes elements back', () => {
    const bench = new Bench(slicedMachine, tumbling(10), { allowedLateness: 5 });
    bench.add('a', 1, 3);
    bench.add('a', 2, 4);
    bench.add('a', 1, 3, -1);
    expect(bench.watermark(10)).toEqual(['+a [0,10) = 4 on-time 0/0']);
    expect(bench.add('a', 2, 4, -1)).toEqual(['+a [0,10) = 0 late 1/1']);
  });

  //   0    4    10   14
  //   [----)    [----)       sliding(4, 10): 7 lies in a hole
  it('counts what lies in no window, and what comes too late for all', () => {
    const bench = new Bench(slicedMachine, sliding(4, 10));
    bench.add('a', 7);
    bench.watermark(8);
    expect(bench.add('a', 3)).toEqual(['late a@3 expired [0,4) by 5 at 8']);
    expect(bench.drops).toEqual({ expired: 1, closed: 0, future: 0, unassigned: 1, overflow: 0, duplicate: 0 });
  });

  it('goes on from a snapshot as it would have, and keeps nothing at the end of time', () => {
    const bench = new Bench(slicedMachine, sliding(8, 4), { allowedLateness: 4 });
    bench.add('b', 1);
    bench.add('a', 2);
    bench.watermark(4);
    bench.add('a', 3);
    const other = bench.restarted();
    for (const one of [bench, other]) {
      expect(one.add('b', 0)).toEqual(['+b [-4,4) = 2 late 1/1']);
      expect(one.watermark(END_OF_TIME)).toEqual(['+b [0,8) = 2 on-time 0/0 last', '+a [0,8) = 2 on-time 0/0 last']);
      expect(stateOf(one.machine).parts).toEqual([]);
    }
  });
});
