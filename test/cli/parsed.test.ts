import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/cli/failure.js';
import { parsed } from '../../src/cli/parsed.js';

const OPTIONS = { job: { type: 'string', short: 'j' }, json: { type: 'boolean' } } as const;

describe('a command line', () => {
  it('is read into options and words', () => {
    const { values, positionals } = parsed(['show', '-j', 'x', '--json', 'y'], OPTIONS);
    expect([{ ...values }, positionals]).toEqual([{ job: 'x', json: true }, ['show', 'y']]);
  });

  it('that is wrong is told in one sentence', () => {
    expect(() => parsed(['--jop'], OPTIONS)).toThrow(new UsageError("Unknown option '--jop'."));
    expect(() => parsed(['--job'], OPTIONS)).toThrow(UsageError);
  });
});
