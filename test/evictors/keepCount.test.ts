import { describe, expect, it } from 'vitest';
import { keepCount } from '../../src/evictors/keepCount.js';
import { refusal } from '../support.js';
import { stays } from './support.js';

describe('keepCount', () => {
  it('keeps the last that came, whatever their time', () => {
    expect(stays(keepCount(2), [1, 2, 3], [9, 8, 7])).toEqual([2, 3]);
    expect([stays(keepCount(2), [1, 2]), stays(keepCount(2), [])]).toEqual([[1, 2], []]);
    expect([keepCount(2).name, keepCount(2, { when: 'after' }).name]).toEqual(['keepCount(2)', 'keepCount(2, after)']);
  });

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('refuses %s', count => {
    expect(refusal(() => keepCount(count))).toBe(`BAD_OPTION: keepCount: count must be an integer of at least 1, but came as ${count}.`);
  });
});
