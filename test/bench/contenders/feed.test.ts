import { describe, expect, it } from 'vitest';
import { Digest } from '../../../bench/contenders/digest.js';
import { type Feed, inArrays, inOne, together } from '../../../bench/contenders/feed.js';

/** Says each number at once, and how many there were at the end. */
function echo(key: string): Feed<number> & { readonly calls: number[] } {
  const digest = new Digest();
  const calls: number[] = [];
  return {
    digest,
    calls,
    batch: events => {
      calls.push(events.length);
      for (const event of events) digest.add(0, key, event);
    },
    end: () => digest.add(0, key, calls.length),
  };
}

function digestOf(results: readonly (readonly [key: string, value: number])[]): Digest {
  const digest = new Digest();
  for (const [key, value] of results) digest.add(0, key, value);
  return digest;
}

describe('feeds', () => {
  it('take all events in one call, or in arrays', () => {
    const [one, arrays] = [echo('a'), echo('a')];
    const all = [7, 8, 9].map(value => ['a', value] as const);
    expect(inOne(one, [7, 8, 9])).toEqual(digestOf([...all, ['a', 1]]));
    expect(inArrays(arrays, [[7, 8], [9]])).toEqual(digestOf([...all, ['a', 2]]));
    expect(arrays.calls).toEqual([2, 1]);
  });

  it('together give what each of them gives, at any time', () => {
    const feed = together([echo('a'), echo('b')]);
    feed.batch([7]);
    expect(feed.digest).toEqual(
      digestOf([
        ['a', 7],
        ['b', 7],
      ]),
    );
    feed.end();
    expect(feed.digest).toEqual(
      digestOf([
        ['a', 7],
        ['b', 7],
        ['a', 1],
        ['b', 1],
      ]),
    );
  });
});
