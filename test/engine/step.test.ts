import { describe, expect, it } from 'vitest';
import { Cell } from '../../src/engine/cell.js';
import { Step } from '../../src/engine/step.js';
import { TimerQueue } from '../../src/state/timers.js';

type Asked = Cell<string, number>;

function stepOf(): { step: Step<string, number>; cell: Asked; events: TimerQueue<Asked>; clock: TimerQueue<Asked> } {
  const [events, clock] = [new TimerQueue<Asked>(), new TimerQueue<Asked>()];
  return { step: new Step(false, events, clock), cell: new Cell<string, number>('k', 0, 10, 0, 0, null), events, clock };
}
const times = (queue: TimerQueue<Asked>): number[] => [...queue.entries()].map(([time]) => time);

describe('a step', () => {
  //        0         10
  //        [---------)
  //      p=4 ------> W=10      passes 5 and 10, not 4
  it('passes what lies behind the old watermark up to the new one', () => {
    const { step } = stepOf();
    step.watermark = 4;
    step.settle();
    step.watermark = 10;
    expect([4, 5, 10, 11].map(time => step.passes(time))).toEqual([false, true, true, false]);
    step.settle();
    expect(step.passes(10)).toBe(false);
    expect(step).toMatchObject({ previousWatermark: 10, watermark: 10 });
  });

  it('shows the bounds of the cell at hand, as they are now', () => {
    const { step, cell } = stepOf();
    expect(step.of(cell)).toMatchObject({ start: 0, end: 10 });
    cell.end = 12;
    expect(step.of(cell).end).toBe(12);
  });

  it('wakes a cell in the domain asked for, once per time, and never for what is past', () => {
    const { step, cell, events, clock } = stepOf();
    Object.assign(step, { watermark: 5, processingTime: 100 });
    step.of(cell);
    for (const time of [5, 7, 7]) step.wakeAt('event', time);
    for (const time of [100, 101, 101]) step.wakeAt('processing', time);
    expect(times(events)).toEqual([7]);
    expect(times(clock)).toEqual([101]);
  });
});
