import { describe, expect, it } from 'vitest';
import { generalMachine } from '../../src/engine/generalMachine.js';
import { END_OF_TIME } from '../../src/time/timestamp.js';
import { afterCount } from '../../src/triggers/afterCount.js';
import { afterProcessingTime } from '../../src/triggers/afterProcessingTime.js';
import { afterWatermark } from '../../src/triggers/afterWatermark.js';
import { repeatedly } from '../../src/triggers/repeatedly.js';
import { sliding } from '../../src/windows/sliding.js';
import { tumbling } from '../../src/windows/tumbling.js';
import { stateOf } from '../cuts.js';
import { Bench } from './support.js';

describe('the general machine', () => {
  //       0    5    10   15
  //  [---------)              [-5,5)
  //       [---------)         [0,10)
  //    b@4, a@3: one watermark completes both
  it('says the panes of one step in order of window, then of who was first seen', () => {
    const bench = new Bench(generalMachine, sliding(10, 5));
    bench.add('b', 4);
    bench.add('a', 3);
    expect(bench.watermark(10)).toEqual([
      '+b [-5,5) = 1 on-time 0/0 last',
      '+a [-5,5) = 1 on-time 0/0 last',
      '+b [0,10) = 1 on-time 0/0 last',
      '+a [0,10) = 1 on-time 0/0 last',
    ]);
  });

  //   0    4    10   14
  //   [----)    [----)       sliding(4, 10): 7 lies in a hole
  it('counts what lies in no window, and what comes too late for all', () => {
    const bench = new Bench(generalMachine, sliding(4, 10));
    expect(bench.add('a', 7)).toEqual([]);
    bench.watermark(8);
    expect(bench.add('a', 3)).toEqual(['late a@3 expired [0,4) by 5 at 8']);
    expect(bench.drops).toEqual({ expired: 1, closed: 0, future: 0, unassigned: 1, overflow: 0, duplicate: 0 });
  });

  it('wakes by the clock when a trigger has asked for it', () => {
    const bench = new Bench(generalMachine, tumbling(10), {}, repeatedly(afterProcessingTime(5)));
    bench.clock(100);
    expect(bench.machine.nextWake()).toBe(Number.POSITIVE_INFINITY);
    bench.add('a', 1);
    expect(bench.machine.nextWake()).toBe(105);
    expect(bench.clock(104)).toEqual([]);
    expect(bench.clock(105)).toEqual(['+a [0,10) = 1 early 0/-1']);
    expect(bench.machine.nextWake()).toBe(Number.POSITIVE_INFINITY);
  });

  //   0         10        20
  //   [---------)----------|  a@3 waits for two more; its pane, at 9, is still to come
  it('holds the watermark downstream for timely content that is still to be shown', () => {
    const bench = new Bench(generalMachine, tumbling(10), { allowedLateness: 10 }, repeatedly(afterCount(3)));
    bench.add('a', 3);
    bench.watermark(15);
    expect(bench.promised).toBe(9);
    expect(bench.watermark(20)).toEqual(['+a [0,10) = 1 on-time 0/0 last']);
    expect(bench.promised).toBe(20);
  });

  it('goes on from a snapshot as it would have, and keeps nothing at the end of time', () => {
    const trigger = afterWatermark({ early: afterProcessingTime(5) });
    const bench = new Bench(generalMachine, tumbling(10), { accumulation: 'retracting', allowedLateness: 10 }, trigger);
    bench.add('a', 1);
    bench.clock(5);
    bench.add('a', 2);
    const other = bench.restarted();
    for (const one of [bench, other]) {
      expect(one.clock(10)).toEqual(['-a [0,10) = 1 early 0/-1', '+a [0,10) = 2 early 1/-1']);
      expect(one.watermark(END_OF_TIME)).toEqual(['-a [0,10) = 2 early 1/-1', '+a [0,10) = 2 on-time 2/0 last']);
      expect(stateOf(one.machine).parts).toEqual([]);
    }
  });
});
