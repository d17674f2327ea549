import { describe, expect, it } from 'vitest';
import { everyEventTime } from '../../src/triggers/everyEventTime.js';
import { refusal } from '../support.js';
import { Driver, moments, run, session } from './support.js';

describe('everyEventTime', () => {
  it('fires when the watermark passes a multiple after the earliest new element', () => {
    expect(run(everyEventTime(10), 'e5 w9 w10 w20')).toBe('--Xx');
    expect(run(everyEventTime(10), 'e15 w9 w14 w20')).toBe('---X');
    expect(run(everyEventTime(10), 'w10 w20')).toBe('--');
    expect([everyEventTime('1s').name, moments(everyEventTime('1s'))]).toEqual(['everyEventTime(1s)', 'any-time, any-time']);
  });

  it('does not fire for a multiple that the watermark passed before the element, or that lies before it', () => {
    expect(run(everyEventTime(10), 'w25 e5 w29 w30')).toBe('---X');
    expect(run(everyEventTime(10), 'e35 w34')).toBe('--');
    expect(run(everyEventTime(10), 'e10 w10 w20')).toBe('--X');
  });

  it('fires once for a jump over many multiples, and not for the clock', () => {
    expect(run(everyEventTime(10), 'e5 c500 w95')).toBe('--X');
  });

  it('asks for the next multiple that it can pass', () => {
    const driver = new Driver(everyEventTime(10));
    driver.run('e15 w12 e3');
    expect(driver.wakes).toEqual(['w20', 'w20']);
  });

  it('takes the earliest element of merged sessions, and asks anew', () => {
    const trigger = everyEventTime(10);
    const merged = session(trigger, 'e35').merge([session(trigger, 'e15'), session(trigger, 'w1')], 120);
    expect([merged.state, merged.wakes]).toEqual([{ earliest: 15, done: false }, ['w40', 'w20']]);
    expect(session(trigger, 'w1').merge([session(trigger, 'w1')], 120).state).toEqual({ earliest: null, done: false });
    expect(session(trigger, 'e5').merge([session(trigger, 'e5 w10')], 120).finished).toBe(true);
  });

  it('forgets the pane when a sibling has fired, but not that it has finished', () => {
    const { clear } = everyEventTime(5);
    expect([clear?.({ earliest: 1, done: false }), clear?.({ earliest: 1, done: true })]).toEqual([
      { earliest: null, done: false },
      { earliest: null, done: true },
    ]);
  });

  it('refuses intervals that are none', () => {
    expect(refusal(() => everyEventTime(-5))).toBe(
      'BAD_OPTION: everyEventTime: interval must be longer than zero and finite, but came as -5.',
    );
  });
});
