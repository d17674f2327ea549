import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutAt, reached } from '../../src/job/cutAt.js';
import { type ReplaySource, replayable } from '../../src/job/replayable.js';
import { told } from '../support.js';
import { failure, readFrom, slowly } from './support.js';

const cutting = (source: ReplaySource<number, any>, until: unknown) => {
  let cuts = 0;
  const read = async (from?: unknown) => {
    const elements = await readFrom(replayable(cutAt('in', source, until, () => cuts++)), from);
    return elements.map(([value]) => value);
  };
  return { read, cuts: () => cuts };
};

/** A source of batches whose positions are as given. */
const listed = (...batches: (readonly (readonly [number, unknown])[])[]): ReplaySource<number, unknown> => ({
  open: () => {
    let at = 0;
    return {
      read() {
        const batch = batches[at++];
        return batch && { values: batch.map(([value]) => value), positionAfter: count => batch[count - 1]?.[1] };
      },
    };
  },
});

describe('cutAt', () => {
  it('ends behind the element of a position, from any other one on', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(20), fc.nat(20), fc.integer({ min: 1, max: 5 }), async (until, from, each) => {
        const values = Array.from({ length: 20 }, (_, i) => i);
        const { read, cuts } = cutting(slowly(values, each).source$, until);
        if (from > until) {
          expect(told(await failure(read(from)))).toBe(`BAD_OPTION: until: the source "in" begins at ${from}, which is beyond ${until}.`);
        } else {
          expect(await read(from)).toEqual(values.slice(from, until));
          expect(cuts()).toBe(1);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('knows 0 for the beginning', async () => {
    expect(await cutting(replayable([1, 2]).source$, 0).read()).toEqual([]);
  });

  it('compares positions of several parts as vectors, and others by value', async () => {
    const source = listed(
      [
        [1, { a: 1, b: 0 }],
        [2, { a: 1, b: 1 }],
      ],
      [
        [3, { a: 2, b: 1 }],
        [4, { a: 2, b: 2 }],
      ],
    );
    expect(await cutting(source, { a: 2, b: 1 }).read()).toEqual([1, 2, 3]);
    expect(
      await cutting(
        listed([
          [1, 'x'],
          [2, 'm'],
          [3, 'y'],
        ]),
        'm',
      ).read(),
    ).toEqual([1, 2]);
  });

  it('fails if the source ends before', async () => {
    const { read, cuts } = cutting(replayable([1, 2]).source$, 3);
    expect(told(await failure(read()))).toBe('BAD_OPTION: until: the source "in" has ended, and has not come to 3.');
    expect(cuts()).toBe(0);
  });

  it('closes what it reads, if it can be closed', async () => {
    let closed = 0;
    const source = { open: () => ({ read: () => undefined, close: () => void closed++ }) };
    const reader = await cutAt('in', source, 5, () => undefined).open(undefined);
    await reader.close?.();
    expect(closed).toBe(1);
  });
});

describe('reached', () => {
  it.each([
    [5, 5, true],
    [6, 5, true],
    [4, 5, false],
    [undefined, 5, false],
    ['b', 'a', false],
    ['a', 'a', true],
    [[1, 5], [1, 4], true],
    [[1, 3], [1, 4], false],
    [{ file: 'x', at: 9 }, { file: 'x', at: 5 }, true],
    [{ file: 'y', at: 9 }, { file: 'x', at: 5 }, false],
    [{}, {}, false],
    [null, { a: 1 }, false],
  ])('%o has reached %o: %s', (position, until, is) => {
    expect(reached(position, until)).toBe(is);
  });
});
