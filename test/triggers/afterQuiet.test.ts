import { describe, expect, it } from 'vitest';
import { afterQuiet } from '../../src/triggers/afterQuiet.js';
import { refusal } from '../support.js';
import { moments, run } from './support.js';

describe('afterQuiet', () => {
  it('fires once, when the deadline has come', () => {
    expect(run(afterQuiet('10ms'), 'c5 e c8 e c14 c15 c18')).toBe('------X');
    expect(run(afterQuiet(0), 'c5 e')).toBe('-X');
    expect(run(afterQuiet(5), 'w200 c50')).toBe('--');
    expect([afterQuiet('5s').name, moments(afterQuiet('5s'))]).toEqual(['afterQuiet(5s)', 'any-time, any-time']);
  });

  it('refuses delays that are none', () => {
    expect(refusal(() => afterQuiet(-1))).toBe('BAD_OPTION: afterQuiet: delay must be zero or longer, but came as -1.');
    expect(refusal(() => afterQuiet(1.5))).toBe(
      "BAD_DURATION: afterQuiet: delay must be a whole number of milliseconds or a text such as '250ms', '5s', '1.5m', '2h' or '7d', but came as 1.5.",
    );
  });
});
