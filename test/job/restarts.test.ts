import { describe, expect, it } from 'vitest';
import { TidemarkError } from '../../src/errors.js';
import { Restarts } from '../../src/job/restarts.js';
import { refusal } from '../support.js';

describe('restarts', () => {
  it('come after longer and longer rests, until there have been too many in a row', () => {
    const restarts = new Restarts({ attempts: 4, delay: 100, factor: 3, maxDelay: 500 }, 'restart');
    const next = (): number | undefined => restarts.after(new Error('cut off'));
    expect([next(), next(), next()]).toEqual([100, 300, 500]);
    restarts.progress();
    expect([next(), next(), next(), next(), next()]).toEqual([100, 300, 500, 500, undefined]);
    const usual = new Restarts({}, 'restart');
    expect(Array.from({ length: 11 }, () => usual.after('x'))).toEqual([1e3, 2e3, 4e3, 8e3, 16e3, 32e3, 6e4, 6e4, 6e4, 6e4, undefined]);
  });

  it('come only after what may pass', () => {
    const restarts = new Restarts({ attempts: Infinity, delay: 0 }, 'restart');
    const of = (code: string): number | undefined => restarts.after(new TidemarkError(code as never, ''));
    for (const code of ['TIMED_OUT', 'OVERFLOW', 'CHECKPOINT_FAILED', 'STORAGE_FAILED', 'STORAGE_FULL']) expect(of(code)).toBe(0);
    for (const code of ['FENCED', 'NEEDS_OPERATOR', 'BAD_OPTION', 'BAD_SNAPSHOT', 'BAD_TIMESTAMP', 'BAD_VALUE', 'UNSTORABLE'])
      expect(of(code)).toBe(undefined);
    const some = new Restarts({ when: error => (error as Error).message === 'passes' }, 'restart');
    expect([some.after(new Error('passes')), some.after(new Error('stays'))]).toEqual([1000, undefined]);
  });

  it('refuse options that are none', () => {
    expect(refusal(() => new Restarts({ attempts: 0 }, 'restart'))).toBe(
      'BAD_OPTION: restart: attempts must be a whole number above 0, or Infinity, but came as 0.',
    );
    expect(refusal(() => new Restarts({ factor: 0.5 }, 'restart'))).toContain('restart: factor must be a number from 1');
    expect(refusal(() => new Restarts({ when: true as never }, 'restart'))).toContain('restart: when must be a function');
    expect(refusal(() => new Restarts({ delay: 'soon' as never }, 'restart'))).toContain('restart: delay');
    expect(refusal(() => new Restarts(true as never, 'restart'))).toContain('restart: options must be an object');
  });
});
