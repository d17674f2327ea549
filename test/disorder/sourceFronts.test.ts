import { describe, expect, it } from 'vitest';
import { SourceFronts } from '../../src/disorder/sourceFronts.js';

describe('SourceFronts', () => {
  it('measures against the slowest source, and each source against itself', () => {
    const fronts = new SourceFronts(Infinity);
    for (const [id, at] of [['a', 100], ['b', 10], ['a', 90], ['b', 20], ['b', 5], ['a', 130]] as const) fronts.add(id, at, 130); // biome-ignore format: one line
    // b came when the watermark of a alone was 100.
    expect(fronts.meter.bounds()).toMatchObject({ elements: 6, outOfOrder: 4, longest: 95 });
    expect(fronts.sources()).toEqual([
      { source: 'b', elements: 3, outOfOrder: 1, longest: 15, bound99: 15, bound999: 15 },
      { source: 'a', elements: 3, outOfOrder: 1, longest: 10, bound99: 10, bound999: 10 },
    ]);
  });

  it('lets silent sources go, in whatever order they fall silent and come back', () => {
    const late = (idleAfter: number): number => {
      const fronts = new SourceFronts(idleAfter);
      fronts.add('a', 0, 0);
      fronts.add('b', 0, 0);
      fronts.add('c', 5, 5);
      fronts.add('b', 50, 9);
      fronts.add('c', 60, 10); // a is silent since 0
      fronts.add('a', 40, 11); // back, behind the 50 of b
      fronts.add('a', 70, 22); // b is silent since 9, c since 10
      fronts.add('b', 71, 40);
      fronts.add('c', 69, 41);
      return fronts.meter.bounds().outOfOrder;
    };
    expect([late(Infinity), late(10)]).toEqual([0, 2]);
  });

  it('knows sources by value', () => {
    const fronts = new SourceFronts(Infinity);
    fronts.add({ site: 1 }, 5, 5);
    fronts.add({ site: 1 }, 3, 5);
    expect(fronts.sources()).toMatchObject([{ source: { site: 1 }, elements: 2, longest: 2 }]);
  });
});
