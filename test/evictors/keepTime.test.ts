import { describe, expect, it } from 'vitest';
import { keepTime } from '../../src/evictors/keepTime.js';
import { refusal } from '../support.js';
import { stays } from './support.js';

describe('keepTime', () => {
  it('keeps what is less than the duration behind the latest element', () => {
    expect(stays(keepTime(10), [1, 2, 3, 4], [20, 10, 11, 5])).toEqual([1, 3]);
    expect(stays(keepTime(10), [])).toEqual([]);
    expect(keepTime('10m').name).toBe('keepTime(10m)');
  });

  it('refuses durations that are none', () => {
    expect(refusal(() => keepTime(0))).toBe('BAD_OPTION: keepTime: duration must be longer than zero and finite, but came as 0.');
  });
});
