import { describe, expect, it } from 'vitest';
import { deadline } from '../../src/triggers/deadline.js';
import { Driver, run, session } from './support.js';

describe('deadline', () => {
  it('is due so long after the first element, or after the last if it restarts', () => {
    expect(run(deadline('first', 10, false), 'c5 e c8 e c14 c15')).toBe('-----X');
    expect(run(deadline('last', 10, true), 'c5 e c8 e c14 c15 c18')).toBe('------X');
    expect(deadline('first', 10, false).name).toBe('first');
  });

  it('asks for the clock one time after the other, however often the deadline moves', () => {
    const first = new Driver(deadline('first', 10, false));
    first.run('c5 e c8 e');
    expect(first.wakes).toEqual(['c15']);
    const last = new Driver(deadline('last', 10, true));
    last.run('c5 e c8 e');
    expect(last.wakes).toEqual(['c15']);
    last.run('c15');
    expect(last.wakes).toEqual(['c15', 'c18']);
  });

  it('takes the earliest deadline of merged sessions, and asks anew', () => {
    const trigger = deadline('first', 10, false);
    const merged = session(trigger, 'c5 e').merge([session(trigger, 'c3 e'), session(trigger, 'c1')], 120);
    expect(merged.state).toEqual({ until: 13, wake: 13, done: false });
    expect(merged.wakes).toEqual(['c15', 'c13']);
    expect(session(trigger, 'c5').merge([session(trigger, 'c3')], 120).state).toEqual({ until: null, wake: null, done: false });
    expect(session(trigger, 'c5 e').merge([session(trigger, 'e c10')], 120).finished).toBe(true);
  });

  it('forgets the pane when a sibling has fired, but not that it has finished', () => {
    const { clear } = deadline('first', 10, false);
    expect([clear?.({ until: 5, wake: 5, done: false }), clear?.({ until: 5, wake: 5, done: true })]).toEqual([
      { until: null, wake: null, done: false },
      { until: null, wake: null, done: true },
    ]);
  });
});
