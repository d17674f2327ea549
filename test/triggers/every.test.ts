import { describe, expect, it } from 'vitest';
import { every } from '../../src/triggers/every.js';
import { refusal } from '../support.js';
import { Driver, moments, run, session } from './support.js';

describe('every', () => {
  it('fires when the clock passes a multiple of the interval and there is news', () => {
    expect(run(every(10), 'e c9 c10 c20')).toBe('--Xx');
    expect(run(every(10), 'c25 e c29 c31')).toBe('---X');
    expect(run(every(10), 'c10 c20 c30')).toBe('---');
    expect([every('1s').name, moments(every('1s'))]).toEqual(['every(1s)', 'any-time, any-time']);
  });

  it('fires once for a jump over many multiples', () => {
    expect(run(every(10), 'e c95')).toBe('-X');
  });

  it('has multiples below zero, too', () => {
    expect(run(every(10), 'c-25 e c-21 c-20')).toBe('---X');
  });

  it('does not fire for an element that comes when the clock stands on a multiple', () => {
    expect(run(every(10), 'c10 e c19 c20')).toBe('---X');
  });

  it('asks for the next multiple', () => {
    const driver = new Driver(every(10));
    driver.run('c25 e');
    expect(driver.wakes).toEqual(['c30']);
  });

  it('has news in a merged session if any part had, and asks anew', () => {
    const merged = session(every(10), 'c5').merge([session(every(10), 'c5 e')], 120);
    expect(merged.wakes).toEqual(['c10']);
    expect(merged.run('c10')).toBe('X');
    expect(session(every(10), 'e').merge([session(every(10), 'e c10')], 120).finished).toBe(true);
  });

  it('forgets the pane when a sibling has fired, but not that it has finished', () => {
    expect([every(5).clear?.({ fresh: true, done: false }), every(5).clear?.({ fresh: true, done: true })]).toEqual([
      { fresh: false, done: false },
      { fresh: false, done: true },
    ]);
  });

  it('refuses intervals that are none', () => {
    expect(refusal(() => every(0))).toBe('BAD_OPTION: every: interval must be longer than zero and finite, but came as 0.');
  });
});
