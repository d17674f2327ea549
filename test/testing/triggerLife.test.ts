import { describe, expect, it } from 'vitest';
import { Life } from '../../src/testing/triggerLife.js';
import { afterCount } from '../../src/triggers/afterCount.js';
import { afterProcessingTime } from '../../src/triggers/afterProcessingTime.js';
import { afterWatermark } from '../../src/triggers/afterWatermark.js';

const element = { element: { value: 1, timestamp: 0 } };

describe('Life', () => {
  it('asks after elements, at the end of the window, and when woken; not otherwise', () => {
    const life = new Life(afterProcessingTime(10), false, 100);
    const steps = [element, { clock: 9 }, { watermark: 50 }, { clock: 1 }];
    expect(steps.map(step => life.step(step))).toEqual([
      { asked: true, fired: false, finished: false },
      { asked: false, fired: false, finished: false },
      { asked: false, fired: false, finished: false },
      { asked: true, fired: true, finished: true },
    ]);
    expect(life.step({ watermark: 50 })).toEqual({ asked: true, fired: false, finished: true });
  });

  it('shows the trigger the clocks before and after a step', () => {
    const life = new Life(afterWatermark(), false, 100);
    life.step({ watermark: 40, clock: 5 });
    life.step({ watermark: 60 });
    expect(life).toMatchObject({ start: 0, end: 100, watermark: 100, previousWatermark: 40, processingTime: 5, previousProcessingTime: 5 });
    life.step(element);
    expect(life.previousWatermark).toBe(100);
  });

  it('merges with a session of some elements, into one that may end later', () => {
    const life = new Life(afterCount(3), true, 100);
    life.step(element);
    const merged = life.step({ merge: [element.element, element.element], longer: 20 });
    expect([life.end, merged]).toEqual([120, { asked: true, fired: true, finished: true }]);
  });

  it('forgets what it asked for when it merges', () => {
    const deaf = afterProcessingTime(10);
    const life = new Life({ ...deaf, merge: ([state]) => state as ReturnType<typeof deaf.init> }, true, 100);
    life.step(element);
    life.merge([], 100);
    expect(life.step({ clock: 10 })).toMatchObject({ asked: false });
    expect(life.due()).toBe(true);
  });

  it('sends the state through JSON', () => {
    const life = new Life(afterCount(3), false, 100);
    life.all([element, element]);
    const before = life.state;
    life.restart();
    expect(life.state).toEqual(before);
    expect(life.state).not.toBe(before);
  });
});
