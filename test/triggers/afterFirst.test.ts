import { describe, expect, it } from 'vitest';
import { afterCount } from '../../src/triggers/afterCount.js';
import { afterFirst } from '../../src/triggers/afterFirst.js';
import { afterProcessingTime } from '../../src/triggers/afterProcessingTime.js';
import { afterWatermark } from '../../src/triggers/afterWatermark.js';
import { never } from '../../src/triggers/never.js';
import { repeatedly } from '../../src/triggers/repeatedly.js';
import { refusal } from '../support.js';
import { moments, run, session } from './support.js';

describe('afterFirst', () => {
  const trigger = afterFirst(afterCount(3), afterProcessingTime(10));

  it('fires once, when the first of its parts is due', () => {
    expect(run(trigger, 'e e e e')).toBe('--Xx');
    expect(run(trigger, 'e e c10 e')).toBe('--Xx');
    expect(trigger.name).toBe('afterFirst(afterCount(3), afterProcessingTime(10))');
  });

  it('lets every part begin anew when it is repeated', () => {
    expect(run(repeatedly(trigger), 'e e c10 e e c15 e')).toBe('--F---F');
  });

  it('fires and finishes with the earliest of its parts', () => {
    expect(moments(trigger)).toBe('any-time, any-time');
    expect(moments(afterFirst(afterWatermark(), never()))).toBe('at-end, at-end');
  });

  it('is finished in a merged session if any part is', () => {
    expect(
      session(trigger, 'e')
        .merge([session(trigger, 'e')], 120)
        .run('e'),
    ).toBe('X');
    expect(session(trigger, 'e').merge([session(trigger, 'e e e')], 120).finished).toBe(true);
  });

  it('refuses no parts', () => {
    expect(refusal(() => afterFirst())).toBe('BAD_OPTION: afterFirst: its arguments must be one trigger or more, but came as [].');
  });
});
