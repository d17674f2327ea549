import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shuffled } from '../../../bench/workloads/shuffled.js';
import { anyEvents } from '../contenders/support.js';

describe('shuffled', () => {
  it('has the same events, none further behind the latest than it may be', () => {
    fc.assert(
      fc.property(anyEvents, fc.integer({ min: 0, max: 100_000 }), (events, disorder) => {
        const arriving = shuffled(events, disorder);
        const times = (list: typeof events): number[] => list.map(({ timestamp }) => timestamp).sort((a, b) => a - b);
        expect(times(arriving)).toEqual(times(events));
        let latest = -Infinity;
        for (const { timestamp } of arriving) {
          latest = Math.max(latest, timestamp);
          expect(latest - timestamp).toBeLessThanOrEqual(disorder);
        }
      }),
    );
  });
});
