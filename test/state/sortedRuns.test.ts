import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SortedRuns } from '../../src/state/sortedRuns.js';

interface Entry {
  readonly value: number;
  readonly time: number;
  readonly diff: 1 | -1;
}

/** A list that is searched from end to end each time. */
class Naive {
  readonly entries: Entry[] = [];

  take(): Entry {
    const earliest = Math.min(...this.entries.map(({ time }) => time));
    const at = this.entries.findIndex(({ time }) => time === earliest);
    return this.entries.splice(at, 1)[0] as Entry;
  }
}

type Step = { readonly add: number } | { readonly take: number };

/** What both say: the naive list, and the runs. */
function compare(steps: readonly Step[]): void {
  const naive = new Naive();
  const runs = new SortedRuns<number>();
  let value = 0;
  const takeOne = (): void => {
    const expected = naive.take();
    expect(runs.earliest).toBe(expected.time);
    const got = { value: runs.take(), time: runs.time, diff: runs.diff };
    expect(got).toEqual(expected);
  };
  for (const step of steps) {
    if ('add' in step) {
      const entry: Entry = { value: value++, time: step.add, diff: value % 5 === 0 ? -1 : 1 };
      naive.entries.push(entry);
      runs.add(entry.value, entry.time, entry.diff);
    } else {
      for (let i = 0; i < step.take && naive.entries.length > 0; i++) takeOne();
    }
    expect(runs.size).toBe(naive.entries.length);
  }
  while (naive.entries.length > 0) takeOne();
  expect([runs.size, runs.earliest]).toEqual([0, Infinity]);
}

describe('SortedRuns', () => {
  it('gives what a naive list gives, whatever comes and whenever it is asked', () => {
    const step: fc.Arbitrary<Step> = fc.oneof(
      { weight: 6, arbitrary: fc.integer({ min: -8, max: 8 }).map(add => ({ add })) },
      { weight: 3, arbitrary: fc.integer({ min: 1, max: 6 }).map(take => ({ take })) },
    );
    fc.assert(fc.property(fc.array(step, { maxLength: 60, size: 'max' }), compare), { numRuns: 2_000 });
  });

  it('sorts thousands, in order, backwards, and at random', () => {
    const times = Array.from({ length: 5_000 }, (_, i) => (i * 7919) % 5_003);
    for (const all of [times.map((_, i) => i), times.map((_, i) => -i), times, times.map(() => 3)]) {
      compare([...all.slice(0, 4_000).map(add => ({ add })), { take: 3_000 }, ...all.slice(4_000).map(add => ({ add }))]);
    }
  });

  it('holds on to nothing that it has given', () => {
    setFlagsFromString('--expose_gc');
    const collect = runInNewContext('gc') as () => void;
    const runs = new SortedRuns<object>();
    const given = [0, 1, 2].map(i => {
      const value = { i };
      runs.add(value, i, 1);
      return new WeakRef(value);
    });
    // In a function of its own, so that nothing of it is left on the stack.
    const takeTwo = (): void => [0, 1].forEach(() => void runs.take());
    takeTwo();
    return new Promise<void>(resolve => {
      setTimeout(() => {
        collect();
        expect(given.map(ref => ref.deref())).toEqual([undefined, undefined, { i: 2 }]);
        resolve();
      });
    });
  });
});
