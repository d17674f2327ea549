import { describe, expect, it } from 'vitest';
import { afterProcessingTime } from '../../src/triggers/afterProcessingTime.js';
import { refusal } from '../support.js';
import { moments, run } from './support.js';

describe('afterProcessingTime', () => {
  it('fires once, when the deadline has come', () => {
    expect(run(afterProcessingTime('10ms'), 'c5 e c8 e c14 c15 c30')).toBe('-----Xx');
    expect(run(afterProcessingTime(0), 'c5 e')).toBe('-X');
    expect(run(afterProcessingTime(5), 'w200 c50')).toBe('--');
    expect([afterProcessingTime('5s').name, moments(afterProcessingTime('5s'))]).toEqual(['afterProcessingTime(5s)', 'any-time, any-time']);
  });

  it('refuses delays that are none', () => {
    expect(refusal(() => afterProcessingTime(-1))).toBe('BAD_OPTION: afterProcessingTime: delay must be zero or longer, but came as -1.');
    expect(refusal(() => afterProcessingTime(1.5))).toBe(
      "BAD_DURATION: afterProcessingTime: delay must be a whole number of milliseconds or a text such as '250ms', '5s', '1.5m', '2h' or '7d', but came as 1.5.",
    );
  });
});
