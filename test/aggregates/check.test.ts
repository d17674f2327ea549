import { describe, expect, it } from 'vitest';
import { absent, badNumber, checkAggregate, checkCount, checkFunction } from '../../src/aggregates/check.js';
import { count } from '../../src/aggregates/count.js';
import { refusal } from './support.js';

describe('checkFunction', () => {
  it('lets functions through and names the rest', () => {
    expect(refusal(() => checkFunction(() => 1, 'sum', 'sum(x => x)'))).toBe('nothing was thrown');
    expect(refusal(() => checkFunction('x', 'sum', 'sum(x => x)'))).toBe(
      'BAD_OPTION: sum: the argument must be a function, as in sum(x => x), but came as "x".',
    );
    expect(refusal(() => checkFunction(0, 'sum'))).toMatch(/as in sum\(flight => flight\.delay\), but came as 0\.$/);
  });
});

describe('checkAggregate', () => {
  it('lets aggregates through and names the rest', () => {
    const sentence = 'BAD_OPTION: f: aggregate must be an aggregate, such as count(), but came as';
    expect(refusal(() => checkAggregate(count(), 'f: aggregate'))).toBe('nothing was thrown');
    expect(refusal(() => checkAggregate(count, 'f: aggregate'))).toBe(`${sentence} function count. Call it.`);
    expect(refusal(() => checkAggregate(null, 'f: aggregate'))).toBe(`${sentence} null.`);
    const { merge: _, ...half } = { create: () => 0, add: () => 0, merge: () => 0, result: () => 0 };
    expect(refusal(() => checkAggregate(half, 'f: aggregate'))).toBe(`${sentence} {}.`);
  });
});

describe('badNumber', () => {
  it('says what to do for each kind of value', () => {
    const cure = (came: unknown) => badNumber('sum', came, 'e').message.split('"e". ')[1];
    expect(cure('7')).toBe('Return Number(text).');
    expect(cure(7n)).toBe('Return Number(value).');
    expect(cure(new Date(0))).toBe('Return date.getTime().');
    expect(cure(null)).toBe('Return value ?? 0, or filter such elements out before the window.');
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
      'distinct: a retracted item must be one that the window holds, but came as 7. Element: {"id":1}. Retract it as it was added.',
    );
    expect(absent('distinct', 7, { id: 1 }).code).toBe('BAD_VALUE');
  });
});
