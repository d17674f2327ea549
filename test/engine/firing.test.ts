import { describe, expect, it } from 'vitest';
import { generalMachine } from '../../src/engine/generalMachine.js';
import { afterCount } from '../../src/triggers/afterCount.js';
import { afterWatermark } from '../../src/triggers/afterWatermark.js';
import { never } from '../../src/triggers/never.js';
import { repeatedly } from '../../src/triggers/repeatedly.js';
import { tumbling } from '../../src/windows/tumbling.js';
import type { Options } from '../properties/machineRun.js';
import { Bench } from './support.js';

const early = afterWatermark({ early: afterCount(2) });
const bench = (options: Options = {}, trigger = early as Parameters<typeof repeatedly>[0]): Bench =>
  new Bench(generalMachine, tumbling(10), { allowedLateness: 5, ...options }, trigger);

describe('the timing of a pane', () => {
  //   0            10       15
  //   [------------)---------|
  //    1 1(early)  W=10     1(late)
  it('is early before the end, on time once, and late behind it', () => {
    const b = bench();
    b.add('a', 1);
    expect(b.add('a', 2)).toEqual(['+a [0,10) = 2 early 0/-1']);
    expect(b.watermark(10)).toEqual(['+a [0,10) = 2 on-time 1/0']);
    expect(b.add('a', 3)).toEqual(['+a [0,10) = 3 late 2/1']);
    expect(b.watermark(15)).toEqual([]);
  });

  //   0            10  12   15
  //   [------------)----|----|
  //    1(timely)       1(late) fires two: one of them came in time
  it('is on time, however late it fires, with an element that came in time', () => {
    const b = bench({}, repeatedly(afterCount(2)));
    b.add('a', 1);
    expect(b.watermark(12)).toEqual([]);
    expect(b.add('a', 2)).toEqual(['+a [0,10) = 2 on-time 0/0']);
  });

  it('is late, though it is the first, when all elements came behind the end', () => {
    const b = bench();
    b.watermark(12);
    expect(b.add('a', 1)).toEqual(['+a [0,10) = 1 late 0/0']);
  });
});

describe('whether a pane comes', () => {
  //   0            10       15
  //   [------------)---------|
  //    1 1(early)  nothing   nothing new
  it('without news on time, and at expiry, as onTime and closing say', () => {
    const panes = (options: Options): string[] => {
      const b = bench(options);
      b.add('a', 1);
      b.add('a', 2);
      return [...b.watermark(10), ...b.watermark(15)];
    };
    expect(panes({})).toEqual(['+a [0,10) = 2 on-time 1/0']);
    expect(panes({ onTime: 'ifChanged' })).toEqual([]);
    expect(panes({ closing: 'always' })).toEqual(['+a [0,10) = 2 on-time 1/0', '+a [0,10) = 2 late 2/1 last']);
    expect(panes({ closing: 'always', accumulation: 'discarding' })).toEqual(['+a [0,10) = 0 on-time 1/0', '+a [0,10) = 0 late 2/1 last']);
  });

  it('with content that no trigger has shown, unless closing is never', () => {
    const panes = (closing: 'ifChanged' | 'never'): string[] => {
      const b = bench({ closing }, never());
      b.add('a', 1);
      return [...b.watermark(14), ...b.watermark(15)];
    };
    expect(panes('ifChanged')).toEqual(['+a [0,10) = 1 on-time 0/0 last']);
    expect(panes('never')).toEqual([]);
  });
});

describe('what a pane holds', () => {
  const three = (accumulation: 'accumulating' | 'discarding' | 'retracting'): string[] => {
    const b = bench({ accumulation }, repeatedly(afterCount(1)));
    return [1, 2, 4].flatMap(value => b.add('a', 1, value));
  };

  it('is all so far, what is new, or all so far with the last pane withdrawn', () => {
    expect(three('accumulating')).toEqual(['+a [0,10) = 1 early 0/-1', '+a [0,10) = 3 early 1/-1', '+a [0,10) = 7 early 2/-1']);
    expect(three('discarding')).toEqual(['+a [0,10) = 1 early 0/-1', '+a [0,10) = 2 early 1/-1', '+a [0,10) = 4 early 2/-1']);
    expect(three('retracting')).toEqual([
      '+a [0,10) = 1 early 0/-1',
      '-a [0,10) = 1 early 0/-1',
      '+a [0,10) = 3 early 1/-1',
      '-a [0,10) = 3 early 1/-1',
      '+a [0,10) = 7 early 2/-1',
    ]);
  });

  it('is the last when the trigger has finished, and the window is closed', () => {
    const b = bench({}, afterCount(2));
    b.add('a', 1);
    expect(b.add('a', 2)).toEqual(['+a [0,10) = 2 early 0/-1 last']);
    expect(b.add('a', 3)).toEqual([expect.stringMatching(/^late a@3 closed \[0,10\)/)]);
    expect([...b.watermark(10), ...b.watermark(15)]).toEqual([]);
    expect(b.drops.closed).toBe(1);
  });
});
