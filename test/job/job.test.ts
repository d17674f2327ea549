import { describe, expect, it } from 'vitest';
import { checkLabel, readStop } from '../../src/job/job.js';
import { refusal } from '../support.js';

describe('how a job is stopped', () => {
  it('is read with its defaults, and durations as numbers', () => {
    expect(readStop({}, 'j')).toEqual({ drain: false, timeout: undefined, savepoint: undefined });
    expect(readStop({ drain: true, timeout: '2s', savepoint: 'last' }, 'j')).toEqual({ drain: true, timeout: 2000, savepoint: 'last' });
  });

  it('is refused where it says nothing', () => {
    expect(refusal(() => readStop({ drain: 1 as never }, 'j'))).toContain('job "j": stop: drain must be true or false');
    expect(refusal(() => readStop({ timeout: 0 }, 'j'))).toContain('job "j": stop: timeout');
    expect(refusal(() => readStop({ now: true } as never, 'j'))).toContain('there is no option "now"');
  });
});

describe('the label of a savepoint', () => {
  it('is a text that a storage can take into a name', () => {
    expect(checkLabel('before tuning', 'here')).toBe('before tuning');
    for (const label of ['', 'x'.repeat(151), 7])
      expect(refusal(() => checkLabel(label, 'here'))).toContain('here must be a text of 1 to 150');
  });
});
