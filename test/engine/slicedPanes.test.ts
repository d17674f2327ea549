import { describe, expect, it } from 'vitest';
import { slicedMachine } from '../../src/engine/slicedMachine.js';
import { sliding } from '../../src/windows/sliding.js';
import { tumbling } from '../../src/windows/tumbling.js';
import { Bench } from './support.js';

describe('the panes of sliced windows', () => {
  //  0         10   W        a@1 in time, a@2 and b@3 after it: b has no on-time pane
  //  [---------)----|
  it('number themselves by who was there on time and who came late', () => {
    const bench = new Bench(slicedMachine, tumbling(10), { allowedLateness: 100 });
    bench.add('a', 1);
    expect(bench.watermark(12)).toEqual(['+a [0,10) = 1 on-time 0/0']);
    expect(bench.add('a', 2)).toEqual(['+a [0,10) = 2 late 1/1']);
    expect(bench.add('b', 3)).toEqual(['+b [0,10) = 1 late 0/0']);
    expect(bench.add('b', 3)).toEqual(['+b [0,10) = 2 late 1/1']);
  });

  it('withdraw what was said, with its timing', () => {
    const bench = new Bench(slicedMachine, tumbling(10), { allowedLateness: 100, accumulation: 'retracting' });
    bench.add('a', 1);
    bench.watermark(12);
    expect(bench.add('a', 2)).toEqual(['-a [0,10) = 1 on-time 0/0', '+a [0,10) = 2 late 1/1']);
    expect(bench.add('b', 2)).toEqual(['+b [0,10) = 1 late 0/0']);
    expect(bench.add('b', 2)).toEqual(['-b [0,10) = 1 late 0/0', '+b [0,10) = 2 late 1/1']);
  });

  //  -5    0    5    10
  //  [---------)              complete at 5: the late element corrects it alone ...
  //        [---------)        ... and counts in this one on time
  it('of one late element differ by window', () => {
    const bench = new Bench(slicedMachine, sliding(10, 5), { allowedLateness: 100 });
    bench.add('a', 1);
    expect(bench.watermark(6)).toEqual(['+a [-5,5) = 1 on-time 0/0']);
    expect(bench.add('a', 2)).toEqual(['+a [-5,5) = 2 late 1/1']);
    expect(bench.watermark(10)).toEqual(['+a [0,10) = 2 on-time 0/0']);
  });

  it('close with everything, or with nothing new, when asked to', () => {
    const closing = { allowedLateness: 5, closing: 'always' } as const;
    const whole = new Bench(slicedMachine, tumbling(10), closing);
    whole.add('a', 1);
    whole.watermark(10);
    expect(whole.watermark(15)).toEqual(['+a [0,10) = 1 late 1/1 last']);
    const news = new Bench(slicedMachine, tumbling(10), { ...closing, accumulation: 'discarding' });
    news.add('a', 1);
    news.watermark(10);
    expect(news.watermark(15)).toEqual(['+a [0,10) = 0 late 1/1 last']);
  });
});
