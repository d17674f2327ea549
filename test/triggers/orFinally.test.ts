import { describe, expect, it } from 'vitest';
import { afterCount } from '../../src/triggers/afterCount.js';
import { afterProcessingTime } from '../../src/triggers/afterProcessingTime.js';
import { afterWatermark } from '../../src/triggers/afterWatermark.js';
import { never } from '../../src/triggers/never.js';
import { orFinally } from '../../src/triggers/orFinally.js';
import { repeatedly } from '../../src/triggers/repeatedly.js';
import { refusal } from '../support.js';
import { moments, run, session } from './support.js';

describe('orFinally', () => {
  it('fires as main does, until until is due; that is the last firing', () => {
    expect(run(orFinally(repeatedly(afterCount(2)), afterProcessingTime(10)), 'e e e c10 e')).toBe('-F-Xx');
  });

  it('lets until count across the firings of main', () => {
    expect(run(orFinally(repeatedly(afterCount(2)), afterCount(5)), 'e e e e e')).toBe('-F-FX');
  });

  it('finishes when main does', () => {
    expect(run(orFinally(afterCount(2), afterCount(5)), 'e e e')).toBe('-Xx');
  });

  it('says when it can fire and finish', () => {
    const trigger = orFinally(repeatedly(afterCount(2)), afterWatermark());
    expect([trigger.name, moments(trigger)]).toEqual(['orFinally(repeatedly(afterCount(2)), afterWatermark())', 'any-time, at-end']);
    expect(moments(orFinally(never(), never()))).toBe('never, never');
  });

  it('is finished in a merged session if either part is', () => {
    const trigger = orFinally(repeatedly(afterCount(2)), afterCount(4));
    expect(
      session(trigger, 'e e e')
        .merge([session(trigger, 'e')], 120)
        .run('w1'),
    ).toBe('X');
    expect(session(trigger, 'e e e e').merge([session(trigger, 'e')], 120).finished).toBe(true);
  });

  it('refuses what is no trigger', () => {
    expect(refusal(() => orFinally(never as never, never()))).toBe(
      "BAD_OPTION: orFinally: main must be a trigger, such as afterCount(10) or every('1s'), but came as function never. Call it.",
    );
    expect(refusal(() => orFinally(never(), 'never' as never))).toBe(
      `BAD_OPTION: orFinally: until must be a trigger, such as afterCount(10) or every('1s'), but came as "never".`,
    );
  });
});
