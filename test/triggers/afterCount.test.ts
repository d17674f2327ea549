import { describe, expect, it } from 'vitest';
import { afterCount } from '../../src/triggers/afterCount.js';
import { refusal } from '../support.js';
import { moments, run, session } from './support.js';

describe('afterCount', () => {
  it('fires once when the pane holds so many elements', () => {
    expect(run(afterCount(3), 'e w10 e c50 e e')).toBe('----Xx');
    expect(run(afterCount(1), 'w200 c200 e')).toBe('--X');
    expect([afterCount(3).name, moments(afterCount(3))]).toEqual(['afterCount(3)', 'any-time, any-time']);
  });

  it('adds up in merged sessions, and is finished if any was', () => {
    const trigger = afterCount(4);
    expect(
      session(trigger, 'e e')
        .merge([session(trigger, 'e')], 120)
        .run('w10 e'),
    ).toBe('-X');
    expect(session(afterCount(2), 'e').merge([session(afterCount(2), 'e e')], 120).finished).toBe(true);
  });

  it('forgets the pane when a sibling has fired, but not that it has finished', () => {
    expect(afterCount(2).clear?.({ n: 1, done: false })).toEqual({ n: 0, done: false });
    expect(afterCount(2).clear?.({ n: 1, done: true })).toEqual({ n: 0, done: true });
  });

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('refuses %s', count => {
    expect(refusal(() => afterCount(count))).toBe(`BAD_OPTION: afterCount: count must be an integer of at least 1, but came as ${count}.`);
  });
});
