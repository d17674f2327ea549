import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Digest } from '../../../bench/contenders/digest.js';
import { deliverInOrder, ReorderByHand } from '../../../bench/contenders/reorderByHand.js';
import { chunksOf, DISORDER, type Event } from '../../../bench/workloads/events.js';
import { anyCut, anyEvents, watermarks } from './support.js';

/** Nothing below what has gone on. */
function inTime(events: readonly Event<string>[]): Event<string>[] {
  const before = watermarks(events);
  return events.filter(({ timestamp }, i) => timestamp > (before[i] as number));
}

describe('ReorderByHand', () => {
  it('gives events by their time, equal times in order of arrival', () => {
    fc.assert(
      fc.property(anyEvents.map(inTime), anyCut, (events, cut) => {
        const loop = new ReorderByHand<string>();
        for (const chunk of chunksOf(events, cut)) loop.batch(chunk);
        loop.end();
        const expected = new Digest();
        for (const event of [...events].sort((a, b) => a.timestamp - b.timestamp)) deliverInOrder(event, expected);
        expect(loop.digest).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });

  it('waits for the watermark, and no longer', () => {
    const loop = new ReorderByHand<string>();
    loop.batch([{ key: 'a', value: 1, timestamp: 1_000 }]);
    loop.batch([{ key: 'a', value: 1, timestamp: 999 + DISORDER }]);
    expect(loop.digest.results).toBe(0);
    loop.batch([{ key: 'a', value: 1, timestamp: 1_000 + DISORDER }]);
    expect(loop.digest.results).toBe(1);
  });
});
