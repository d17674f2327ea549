import { describe, expect, it } from 'vitest';
import { badNumber, checkFunction } from '../../src/aggregates/check.js';
import { refusal } from './support.js';

describe('checkFunction', () => {
  it('lets functions through and names the rest', () => {
    expect(refusal(() => checkFunction(() => 1, 'sum', 'sum(x => x)'))).toBe('nothing was thrown');
    expect(refusal(() => checkFunction('x', 'sum', 'sum(x => x)'))).toBe(
      'BAD_OPTION: sum: the argument must be a function, as in sum(x => x), but came as "x".',
    );
  });
});

describe('badNumber', () => {
  it('says what to do for each kind of value', () => {
    const cure = (came: unknown) => badNumber('sum', came, 'e').message.split('"e". ')[1];
    expect(cure('7')).toBe('Return Number(text), and make sure that the text holds a number.');
    expect(cure(7n)).toBe('Return Number(value).');
    expect(cure(new Date(0))).toBe('Return date.getTime().');
    expect(cure(null)).toBe('Return a number in its place (value ?? 0), or filter such elements out before the window.');
    expect(cure(undefined)).toBe(cure(null));
    expect(cure(NaN)).toBe('Filter such elements out before the window.');
    expect(cure({})).toBe(cure(NaN));
  });

  it('has the code BAD_VALUE and names the aggregate, the value and the element', () => {
    const error = badNumber('mean', undefined, { id: 1 });
    expect(error.code).toBe('BAD_VALUE');
    expect(error.message).toContain('mean: the value of an element must be a number, but came as undefined for the element {"id":1}.');
  });
});
