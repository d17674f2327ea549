import { describe, expect, it } from 'vitest';
import { afterAll as together } from '../../src/triggers/afterAll.js';
import { afterCount } from '../../src/triggers/afterCount.js';
import { afterProcessingTime } from '../../src/triggers/afterProcessingTime.js';
import { afterWatermark } from '../../src/triggers/afterWatermark.js';
import { never } from '../../src/triggers/never.js';
import { repeatedly } from '../../src/triggers/repeatedly.js';
import { refusal } from '../support.js';
import { moments, run, session } from './support.js';

describe('afterAll', () => {
  const trigger = together(afterCount(2), afterProcessingTime(10));

  it('fires once, when all of its parts are due', () => {
    expect(run(trigger, 'e e c9 c10 e')).toBe('---Xx');
    expect(run(trigger, 'e c10 c20 e')).toBe('---X');
    expect(trigger.name).toBe('afterAll(afterCount(2), afterProcessingTime(10))');
  });

  it('lets every part begin anew when it is repeated', () => {
    expect(run(repeatedly(trigger), 'e e c10 e e c20')).toBe('--F--F');
  });

  it('fires and finishes with the latest of its parts', () => {
    expect(moments(trigger)).toBe('any-time, any-time');
    expect(moments(together(afterWatermark(), afterCount(1)))).toBe('at-end, at-end');
    expect(moments(together(never(), afterCount(1)))).toBe('never, never');
  });

  it('is finished in a merged session if all parts are', () => {
    const fired = session(trigger, 'e e c10');
    expect(fired.finished).toBe(true);
    expect(session(trigger, 'e').merge([fired], 120).finished).toBe(true);
    const half = together(afterCount(2), afterWatermark({ late: never() }));
    const done = session(half, 'e e w100');
    expect(done.finished).toBe(true);
    // The end of the merged session is still to come, so one part is revived; the count stays finished.
    const revived = session(half, 'e').merge([done], 200);
    expect([revived.finished, revived.run('w150 w200')]).toEqual([false, '-X']);
  });

  it('refuses no parts', () => {
    expect(refusal(() => together())).toBe('BAD_OPTION: afterAll: its arguments must be one trigger or more, but came as [].');
  });
});
