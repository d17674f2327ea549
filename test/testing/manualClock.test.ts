import { describe, expect, it } from 'vitest';
import { manualClock } from '../../src/testing/manualClock.js';
import { refusal } from '../support.js';

describe('manualClock', () => {
  it('stands still until it is moved, and never goes back', () => {
    const clock = manualClock(5);
    expect([clock.now(), manualClock().now()]).toEqual([5, 0]);
    clock.advanceTo(9);
    clock.advanceTo(9);
    expect(refusal(() => clock.advanceTo(3))).toBe(
      'BAD_OPTION: manualClock.advanceTo: time must be 9, which the clock shows, or later, but came as 3.',
    );
    expect(refusal(() => clock.advanceTo(Number.NaN))).toMatch('came as NaN');
    expect(clock.now()).toBe(9);
  });

  it('runs what has become due, in order of due time, all of it at the new time', () => {
    const clock = manualClock();
    const ran: string[] = [];
    for (const time of [30, 10, 20, 10]) clock.at(time, () => ran.push(`${time} at ${clock.now()}`));
    expect(ran).toEqual([]);
    clock.advanceTo(25);
    expect(ran).toEqual(['10 at 25', '10 at 25', '20 at 25']);
    clock.advanceTo(30);
    expect(ran).toHaveLength(4);
  });

  it('never runs a task within the call, also when it is due already', () => {
    const clock = manualClock(10);
    let ran = 0;
    clock.at(5, () => ran++);
    expect(ran).toBe(0);
    clock.advanceTo(10);
    expect(ran).toBe(1);
  });

  it('runs what tasks ask for meanwhile, and forgets what is taken back', () => {
    const clock = manualClock();
    const ran: string[] = [];
    const later = clock.at(2, () => ran.push('taken back'));
    clock.at(1, () => {
      ran.push('first');
      later.unsubscribe();
      clock.at(3, () => ran.push('due as well'));
      clock.at(100, () => ran.push('not yet'));
    });
    clock.advanceTo(5);
    expect(ran).toEqual(['first', 'due as well']);
  });

  it('can be moved by a task', () => {
    const clock = manualClock();
    const ran: number[] = [];
    clock.at(1, () => clock.advanceTo(50));
    clock.at(40, () => ran.push(clock.now()));
    clock.advanceTo(2);
    expect([ran, clock.now()]).toEqual([[50], 50]);
  });
});
