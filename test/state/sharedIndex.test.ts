import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LiveKeys } from '../../src/state/liveKeys.js';
import { SharedIndex } from '../../src/state/sharedIndex.js';
import { MANY } from '../../src/state/slotIndex.js';

class Holder<K> {
  readonly keys: K[] = [];
  readonly index: SharedIndex<K>;

  constructor(live: LiveKeys<K>, expected = 2) {
    this.index = new SharedIndex(live, this.keys, expected);
  }

  add(key: K): void {
    this.keys.push(key);
    this.index.set(key, this.keys.length - 1);
  }

  /** That all keys are found, whichever way they are looked for, and no other. */
  expectWhole(live: LiveKeys<K>, others: readonly K[]): void {
    this.keys.forEach((key, slot) => {
      const number = live.map.get(key) as number;
      expect([this.index.get(key), this.index.at(number, key), this.index.numbers[slot]]).toEqual([slot, slot, number]);
    });
    for (const key of others) expect(this.index.get(key)).toBeUndefined();
  }
}

describe('an index that slices share', () => {
  it('finds the slots of each of them', () => {
    const some = fc.subarray(['a', 'b', 'c', 'd', 'e', 'f']);
    fc.assert(
      fc.property(fc.array(some, { maxLength: 6 }), contents => {
        const live = new LiveKeys<string>();
        const holders = contents.map(() => new Holder(live));
        for (let i = 0; i < 6; i++) contents.forEach((keys, at) => keys[i] !== undefined && holders[at]?.add(keys[i] as string));
        holders.forEach((holder, at) =>
          holder.expectWhole(
            live,
            [...'abcdef'].filter(key => !contents[at]?.includes(key)),
          ),
        );
      }),
    );
  });

  it('is one of its own for a slice of few among many keys, also when it comes to that later', () => {
    const live = new LiveKeys<string>();
    const before = new Holder(live);
    before.add('early');
    expect(before.index.places).toBeDefined();
    const all = new Holder(live);
    for (let i = 0; i < 5_000; i++) all.add(`k${i}`);
    const after = new Holder(live);
    for (const one of [before, after]) {
      one.add('k4999');
      expect(one.index.places).toBeUndefined();
      one.expectWhole(live, ['k1', 'k4998']);
    }
    all.expectWhole(live, ['early']);
  });

  it('is a table of its own for very many keys', () => {
    const live = new LiveKeys<number>();
    const many = new Holder(live);
    for (let i = 0; i < 2 * MANY + 10; i++) many.add(i);
    expect(many.index.table).toBeDefined();
    many.expectWhole(live, [-1]);
  });
});
