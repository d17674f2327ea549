import { describe, expect, it } from 'vitest';
import { absent, badNumber, checkCount, checkFunction } from '../../src/aggregates/check.js';
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

describe('checkCount', () => {
  it('lets whole numbers from 1 on through and names the rest', () => {
    expect(refusal(() => checkCount(1, 'topK: k'))).toBe('nothing was thrown');
    for (const bad of [0, -1, 1.5, NaN, Infinity, '1', 1n])
      expect(refusal(() => checkCount(bad, 'topK: k'))).toMatch(/^BAD_OPTION: topK: k /);
  });
});

describe('absent', () => {
  it('names the aggregate, the item and the element', () => {
    expect(absent('distinct', 7, { id: 1 }).message).toBe(
      'distinct: a retraction takes back an item that was added before, but came as 7 for the element {"id":1}, which the window does not hold. Retract the element as it was, in the window that it was added to.',
    );
    expect(absent('distinct', 7, { id: 1 }).code).toBe('BAD_VALUE');
  });
});
