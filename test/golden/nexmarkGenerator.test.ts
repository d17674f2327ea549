/** The generator gives the golden events, to the byte: the answers of the other golden tests stand on it. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { nexmark } from '../../bench/nexmark/generator.js';
import { JavaRandom } from '../../bench/nexmark/javaRandom.js';
import { goldenAnswers, goldenEvents } from './data.js';

describe('JavaRandom', () => {
  // Printed by JDK 17. A bound of 1.5 billion makes Java draw again for three in ten numbers.
  it.each([
    [0, [-1155484576, -723955400], [15, 6447, 1368843515, 663681053, 0], 0.11700660880722513],
    [42, [-1170105035, 234785527], [43, 8884, 662969970, 595021505, 0], 0.6655489517945736],
    [99_999, [-1972737213, -1563636716], [30, 5309, 555753130, 337863109, 0], 0.6583062103591302],
    [123_456_789_012, [59424925, 475103695], [33, 3691, 813849834, 532651183, 0], 0.7922000956450387],
  ])('draws what java.util.Random draws for the seed %d', (seed, ints, bounded, double) => {
    const random = new JavaRandom(seed);
    expect([random.int(), random.int()]).toEqual(ints);
    expect([64, 10_000, 1_500_000_000, 1_500_000_000, 1].map(bound => random.below(bound))).toEqual(bounded);
    expect(random.double()).toBe(double);
  });
});

describe('nexmark', () => {
  it('begins with the golden events', () => {
    const lines = [...nexmark({ events: 150 })].map(event => JSON.stringify(event));
    expect(goldenEvents).toHaveLength(150);
    expect(lines).toEqual(goldenEvents);
  });

  it.each([
    [1, goldenAnswers.eventsSha256.inOrder],
    [1000, goldenAnswers.eventsSha256.groupSize1000],
  ])('gives the golden 100,000 events with groups of %d', (outOfOrderGroupSize, sha256) => {
    const hash = createHash('sha256');
    for (const event of nexmark({ events: 100_000, outOfOrderGroupSize })) hash.update(`${JSON.stringify(event)}\n`);
    expect(hash.digest('hex')).toBe(sha256);
  });

  it('has a perfect watermark, as tight as whole groups allow', () => {
    const events = [...nexmark({ events: 20_000, outOfOrderGroupSize: 1000 })];
    let earliestFromHere = Infinity;
    const slack = events.reverse().map(({ ts, wm }) => {
      earliestFromHere = Math.min(earliestFromHere, ts);
      return earliestFromHere - wm;
    });
    expect(Math.min(...slack)).toBe(0);
    expect(Math.max(...slack)).toBeLessThan(1000);
  });

  it('can be iterated again', () => {
    const events = nexmark({ events: 3, baseTime: 0, interEventDelayUs: 1500 });
    expect([...events].map(event => event.ts)).toEqual([0, 1, 3]);
    expect([...events].map(event => event.wm)).toEqual([0, 1, 3]);
  });

  it('refuses a group that it cannot permute', () => {
    expect(() => nexmark({ events: 1, outOfOrderGroupSize: 1906 })).toThrow(RangeError);
  });
});
