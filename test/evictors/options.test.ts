import { describe, expect, it } from 'vitest';
import { readWhen } from '../../src/evictors/options.js';
import { refusal } from '../support.js';

describe('the option of evictors', () => {
  it('is before unless it is said', () => {
    expect([readWhen({}, 'x'), readWhen({ when: 'after' }, 'x')]).toEqual([
      { when: 'before', suffix: '' },
      { when: 'after', suffix: ', after' },
    ]);
  });

  it('refuses other words', () => {
    expect(refusal(() => readWhen({ when: 'during' as never }, 'keepCount'))).toContain('one of before, after');
    expect(refusal(() => readWhen({ whem: 'after' } as never, 'keepCount'))).toContain('there is no option "whem"');
  });
});
