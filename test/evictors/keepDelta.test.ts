import { describe, expect, it } from 'vitest';
import { keepDelta } from '../../src/evictors/keepDelta.js';
import { refusal } from '../support.js';
import { stays } from './support.js';

const away = (from: number, to: number): number => Math.abs(to - from);

describe('keepDelta', () => {
  it('keeps what is nearer than the threshold to the last that came', () => {
    expect(stays(keepDelta(5, away), [4, 5, 6, 14, 15, 10])).toEqual([6, 14, 10]);
    expect([stays(keepDelta(5, away), []), stays(keepDelta(0, away), [1])]).toEqual([[], []]);
    expect(keepDelta(5, away, { when: 'after' }).name).toBe('keepDelta(5, after)');
  });

  it('refuses what is no number, when it is made and on the stream', () => {
    expect(refusal(() => keepDelta(Number.NaN, away))).toBe('BAD_OPTION: keepDelta: threshold must be a finite number, but came as NaN.');
    expect(refusal(() => keepDelta(1, 5 as never))).toBe('BAD_OPTION: keepDelta: distance must be a function, but came as 5.');
    expect(
      refusal(() =>
        stays(
          keepDelta(1, () => Number.NaN),
          [1],
        ),
      ),
    ).toBe('BAD_VALUE: keepDelta: distance must be a number, but came as NaN.');
  });
});
