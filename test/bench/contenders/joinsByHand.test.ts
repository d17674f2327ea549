import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Digest } from '../../../bench/contenders/digest.js';
import { deliverPair, IntervalJoinByHand, type TwoSides, WindowJoinByHand } from '../../../bench/contenders/joinsByHand.js';
import { chunksOf, DISORDER, type Event } from '../../../bench/workloads/events.js';
import { anyCut, anyEvents, SIZE } from './support.js';

/** Nothing is too late of what is no more than the bound behind its side. */
function inTime(events: readonly Event<string>[]): Event<string>[] {
  let latest = -Infinity;
  return events.filter(({ timestamp }) => {
    latest = Math.max(latest, timestamp);
    return timestamp > latest - DISORDER;
  });
}

const sides = fc.tuple(anyEvents.map(inTime), anyEvents.map(inTime), anyCut);

function feed(loop: TwoSides<Event<string>>, left: readonly Event<string>[], right: readonly Event<string>[], cut: number): Digest {
  const [lefts, rights] = [chunksOf(left, cut), chunksOf(right, cut)];
  for (let i = 0; i < Math.max(lefts.length, rights.length); i++) {
    loop.batch(0, lefts[i] ?? []);
    loop.batch(1, rights[i] ?? []);
  }
  loop.end();
  return loop.digest;
}

/** Every left with every right element. */
function byDefinition(
  left: readonly Event<string>[],
  right: readonly Event<string>[],
  start: (a: Event<string>, b: Event<string>) => number,
) {
  const digest = new Digest();
  for (const a of left)
    for (const b of right) {
      const at = start(a, b);
      if (a.key === b.key && !Number.isNaN(at)) deliverPair({ left: a, right: b, start: at }, digest);
    }
  return digest;
}

describe('joins by hand', () => {
  it('WindowJoinByHand: pairs of a key and window', () => {
    const window = ({ timestamp }: Event<string>): number => Math.floor(timestamp / SIZE) * SIZE;
    fc.assert(
      fc.property(sides, ([left, right, cut]) => {
        const expected = byDefinition(left, right, (a, b) => (window(a) === window(b) ? window(a) : Number.NaN));
        expect(feed(new WindowJoinByHand<string>(SIZE), left, right, cut)).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });

  it('IntervalJoinByHand: pairs of a key, the right one not before the left one and not too long after it', () => {
    const within = 10_000;
    fc.assert(
      fc.property(sides, ([left, right, cut]) => {
        const expected = byDefinition(left, right, (a, b) => {
          const distance = b.timestamp - a.timestamp;
          return distance >= 0 && distance <= within ? b.timestamp : Number.NaN;
        });
        expect(feed(new IntervalJoinByHand<string>(within), left, right, cut)).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });
});
