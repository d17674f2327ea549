import { describe, expect, it } from 'vitest';
import { checkDrops, dropCounts, dropped } from '../../src/engine/drops.js';
import { refusal } from '../support.js';
import { listener } from './support.js';

describe('what is dropped', () => {
  //   0         10        20
  //   [---------)          |
  //       x@7             W=20: too late by 13
  it('is counted by its reason and said, with the window and by how much it was late', () => {
    const counts = dropCounts();
    expect(counts).toEqual({ expired: 0, closed: 0, future: 0, unassigned: 0, overflow: 0, duplicate: 0 });
    const { said, output } = listener<string, number>();
    const item = { key: 'x', value: 1, at: 7 };
    dropped(counts, output, item, 7, 1, 'expired', 20, { start: 0, end: 10 });
    dropped(counts, output, item, 7, 1, 'closed', 5, { start: 0, end: 10 });
    expect(said).toEqual(['late x@7 expired [0,10) by 13 at 20', 'late x@7 closed [0,10) by 0 at 5']);
    expect(counts).toEqual({ expired: 1, closed: 1, future: 0, unassigned: 0, overflow: 0, duplicate: 0 });
  });

  it('is counted in what dropCounts() made, and in nothing else', () => {
    checkDrops(dropCounts(), 'drops');
    for (const other of [{}, null, 5, [], { future: 0 }, dropCounts])
      expect(refusal(() => checkDrops(other as never, 'drops'))).toMatch(/^BAD_OPTION: drops must be made by dropCounts\(\), but came as /);
  });

  it('is counted afresh for each who asks', () => {
    dropCounts().expired++;
    expect(dropCounts().expired).toBe(0);
  });
});
