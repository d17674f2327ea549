import { describe, expect, it } from 'vitest';
import { checkType, standsAlone } from '../../src/engine/joinSpec.js';
import { refusal } from '../support.js';

describe('the types of joins', () => {
  it('say which sides stand alone', () => {
    const alone = (['inner', 'left', 'right', 'outer'] as const).map(type => [standsAlone(type, true), standsAlone(type, false)]);
    expect(alone).toEqual([
      [false, false],
      [true, false],
      [false, true],
      [true, true],
    ]);
  });

  it('are four words, inner if none is given', () => {
    expect([checkType('here', undefined), checkType('here', 'outer')]).toEqual(['inner', 'outer']);
    expect(refusal(() => checkType('here', 'full' as 'left'))).toBe(
      'BAD_OPTION: here: type must be one of inner, left, right, outer, but came as "full".',
    );
  });
});
