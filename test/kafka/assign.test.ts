import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assign, numbersOf, partitionsOf, readNote, type Sharer, writeNote } from '../../src/kafka/assign.js';

const sharers: fc.Arbitrary<Sharer[]> = fc.uniqueArray(
  fc.record({ id: fc.string({ minLength: 1, maxLength: 4 }), owned: fc.uniqueArray(fc.nat({ max: 12 })) }),
  { selector: ({ id }) => id, minLength: 1, maxLength: 6 },
);

describe('assign', () => {
  it('gives every number to one member, in shares that differ by one at most, whatever the order of members', () => {
    fc.assert(
      fc.property(sharers, fc.nat({ max: 12 }), (members, count) => {
        const shares = assign(members, count);
        expect([...shares.values()].flat().sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, number) => number));
        const sizes = [...shares.values()].map(share => share.length);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('moves no more than it must: the same members keep all, and who comes takes its share alone', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 20 }), (members, count) => {
        const ids = Array.from({ length: members }, (_, i) => `m${i}`);
        const before = assign(
          ids.map(id => ({ id, owned: [] })),
          count,
        );
        const owners = ids.map(id => ({ id, owned: before.get(id) ?? [] }));
        expect(assign(owners, count)).toEqual(before);
        const after = assign([...owners, { id: 'new', owned: [] }], count);
        for (const id of ids) expect(before.get(id)).toEqual(expect.arrayContaining(after.get(id) ?? []));
      }),
    );
  });

  it('keeps bundles together, and shares them evenly', () => {
    fc.assert(
      fc.property(sharers, fc.nat({ max: 12 }), fc.integer({ min: 1, max: 12 }), (members, count, bundles) => {
        const shares = [...assign(members, count, bundles).values()];
        expect(shares.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, number) => number));
        const rests = shares.map(share => new Set(share.map(number => number % bundles)));
        expect(rests.reduce((sum, { size }) => sum + size, 0)).toBe(Math.min(count, bundles));
        const sizes = rests.map(({ size }) => size);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('leaves bundles with those who have them', () => {
    const owners = [
      { id: 'a', owned: [1, 3, 5] },
      { id: 'b', owned: [0, 2, 4] },
    ];
    expect(assign(owners, 6, 2)).toEqual(
      new Map([
        ['a', [1, 3, 5]],
        ['b', [0, 2, 4]],
      ]),
    );
  });

  it('of nobody is nothing', () => {
    expect(assign([], 3)).toEqual(new Map());
  });
});

describe('partitionsOf', () => {
  it('gives the partitions of the same number of all topics, as far as they have them', () => {
    const counts = new Map([
      ['a', 3],
      ['b', 2],
    ]);
    expect(partitionsOf([1, 2], ['a', 'b', 'c'], counts)).toEqual([
      { topic: 'a', partition: 1 },
      { topic: 'a', partition: 2 },
      { topic: 'b', partition: 1 },
    ]);
    expect(numbersOf(partitionsOf([1, 2], ['a', 'b'], counts))).toEqual([1, 2]);
  });
});

describe('a note', () => {
  it('reads as it was written, and what is none is of one who has nothing', () => {
    fc.assert(
      fc.property(fc.array(fc.nat()), fc.uint8Array(), (owned, userData) => {
        const { owned: read, userData: rest } = readNote(writeNote({ owned, userData }));
        expect([read, [...rest]]).toEqual([owned, [...userData]]);
      }),
    );
    for (const other of [undefined, null, new Uint8Array(0), Uint8Array.of(1), Uint8Array.of(0, 0, 0, 9, 1)])
      expect(readNote(other)).toEqual({ owned: [], userData: new Uint8Array(0) });
  });
});
