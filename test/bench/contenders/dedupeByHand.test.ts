import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DedupeByHand } from '../../../bench/contenders/dedupeByHand.js';
import { Digest } from '../../../bench/contenders/digest.js';
import { BEGIN, chunksOf, DISORDER } from '../../../bench/workloads/events.js';
import { anyCut } from './support.js';

/** The id says all, so that each is said once whatever comes first. */
const anyIds = fc.array(
  fc.nat(40).map(id => ({ key: `id-${id}`, value: id, timestamp: BEGIN + id * 100 })),
  { maxLength: 60 },
);

describe('DedupeByHand', () => {
  it('gives each id once', () => {
    fc.assert(
      fc.property(anyIds, anyCut, (events, cut) => {
        const loop = new DedupeByHand<string>(60_000);
        for (const chunk of chunksOf(events, cut)) loop.batch(chunk);
        loop.end();
        const expected = new Digest();
        for (const { key, value, timestamp } of new Map(events.map(event => [event.key, event])).values())
          expected.add(timestamp, key, value);
        expect(loop.digest).toEqual(expected);
      }),
    );
  });

  it('forgets an id that the watermark has left behind', () => {
    const loop = new DedupeByHand<string>(1_000);
    const at = (timestamp: number) => [{ key: 'a', value: 1, timestamp }];
    loop.batch(at(0));
    loop.batch([{ key: 'b', value: 1, timestamp: 1_000 + DISORDER }]);
    loop.batch(at(0));
    expect(loop.digest.results).toBe(2);
    loop.batch([{ key: 'b', value: 1, timestamp: 1_001 + DISORDER }]);
    loop.batch(at(0));
    expect(loop.digest.results).toBe(3);
  });
});
