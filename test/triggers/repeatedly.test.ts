import { describe, expect, it } from 'vitest';
import { afterCount } from '../../src/triggers/afterCount.js';
import { afterEach } from '../../src/triggers/afterEach.js';
import { every } from '../../src/triggers/every.js';
import { repeatedly } from '../../src/triggers/repeatedly.js';
import { refusal } from '../support.js';
import { moments, run, session } from './support.js';

describe('repeatedly', () => {
  it('fires whenever its trigger does, for ever', () => {
    expect(run(repeatedly(afterCount(2)), 'e e e e e')).toBe('-F-F-');
    expect(run(repeatedly(every(10)), 'e c10 c20 e c30')).toBe('-F--F');
    const trigger = repeatedly(afterCount(2));
    expect([trigger.name, moments(trigger)]).toEqual(['repeatedly(afterCount(2))', 'any-time, never']);
  });

  it('begins the whole subtree anew', () => {
    expect(run(repeatedly(afterEach(afterCount(1), afterCount(2))), 'e e e e e e')).toBe('F-FF-F');
  });

  it('begins anew when merging has finished its trigger', () => {
    const trigger = repeatedly(afterCount(3));
    expect(
      session(trigger, 'e e')
        .merge([session(trigger, 'e')], 120)
        .run('w1'),
    ).toBe('F');
    const once = { n: 0, done: true };
    expect(trigger.merge([once, { n: 1, done: false }], session(trigger, 'w1'))).toEqual({ n: 0, done: false });
  });

  it('forgets a pane as its trigger does', () => {
    expect(repeatedly(afterCount(3)).clear?.({ n: 2, done: false })).toEqual({ n: 0, done: false });
  });

  it('refuses what is no trigger', () => {
    expect(refusal(() => repeatedly(undefined as never))).toBe(
      "BAD_OPTION: repeatedly: its argument must be a trigger, such as afterCount(10) or every('1s'), but came as undefined.",
    );
  });
});
