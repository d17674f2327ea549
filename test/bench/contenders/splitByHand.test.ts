import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Digest } from '../../../bench/contenders/digest.js';
import { inOne } from '../../../bench/contenders/feed.js';
import { deliverTo, SplitByHand, splitByFilters } from '../../../bench/contenders/splitByHand.js';
import { anyEvents } from './support.js';

describe('splits', () => {
  it('give each event to one branch, the first that wants it', () => {
    fc.assert(
      fc.property(anyEvents, events => {
        const expected = new Digest();
        for (const event of events) deliverTo(event.value < 300 ? 0 : 1 + (event.value % 2), event, expected);
        expect(inOne(new SplitByHand<string>(), events)).toEqual(expected);
        expect(splitByFilters(events)).toEqual(expected);
      }),
    );
  });
});
