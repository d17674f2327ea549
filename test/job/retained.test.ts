import { describe, expect, it } from 'vitest';
import { gapBehind, startOf } from '../../src/job/retained.js';
import { failure } from './support.js';

const open = () => ({ read: () => undefined });

describe('what a source retains', () => {
  it('is compared where positions are numbers, and asked of the source otherwise', async () => {
    expect(await gapBehind({ open }, 5)).toBe(undefined);
    expect(await gapBehind({ open, earliest: () => 5 }, 5)).toBe(undefined);
    expect(await gapBehind({ open, earliest: async () => 6 }, 5)).toEqual({ position: 5, earliest: 6 });
    expect(await gapBehind({ open, earliest: () => 6 }, undefined)).toBe(undefined);
    const ring = { open, earliest: () => ({ at: 3 }), retains: async ({ at }: { at: number }) => at >= 3 };
    expect(await gapBehind(ring, { at: 3 })).toBe(undefined);
    expect(await gapBehind(ring, { at: 2 })).toEqual({ position: { at: 2 }, earliest: { at: 3 } });
    expect(await gapBehind({ open, retains: () => false }, 'x')).toEqual({ position: 'x', earliest: undefined });
  });

  it('is refused where it is too little, unless it is told to go on', async () => {
    const source = { open, earliest: () => 6 };
    const gaps: unknown[] = [];
    const hears = (gap: unknown): void => void gaps.push(gap);
    expect(await startOf('s', source, 7, undefined, hears)).toBe(7);
    const refused = await failure(startOf('s', source, 5, 'fail', hears));
    expect([refused.code, refused.message]).toEqual([
      'NEEDS_OPERATOR',
      `source "s" no longer keeps what comes behind 5, where the checkpoint stands. The earliest that it can be read from is 6. Bring it back as it was; or say { reset: 'earliest' } where the source is made, to go on with what there is; or run the job anew, in another storage and into empty sinks.`,
    ]);
    expect(gaps).toEqual([]);
    expect(await startOf('s', source, 5, 'earliest', hears)).toBe(6);
    expect(gaps).toEqual([{ position: 5, earliest: 6 }]);
  });
});
