import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Aggregate } from '../../src/aggregates/aggregate.js';
import { Slice } from '../../src/engine/slice.js';
import { SliceRing } from '../../src/engine/sliceRing.js';
import { tumbling } from '../../src/windows/tumbling.js';
import { type Item, specOf } from '../properties/machineRun.js';

// Keeps what it was given, so that nothing can be missing or twice. Neither numbers nor rows: the objects' own lane.
const kept: Aggregate<Item, number[], string> = {
  create: () => [],
  add: (acc, item) => [...acc, item.value],
  merge: (a, b) => [...a, ...b],
  result: acc => [...acc].sort((a, b) => a - b).join(' '),
};

const SPEC = specOf(tumbling(1), kept as never);

type Ring = SliceRing<Item, string, string>;

/** The slice [at, at + 1) with these keys; each element has a number of its own. */
function sliceOf(ring: Ring, at: number, keys: readonly string[]): Slice<Item, string, string> {
  const slice = new Slice<Item, string, string>(SPEC as never, at, at + 1, at + 1, at + 9, 2, ring.indexOf);
  keys.forEach((key, i) => add(slice, key, at * 100 + i));
  return slice;
}

function add(slice: Slice<Item, string, string>, key: string, value: number): void {
  const slot = slice.index.get(key) ?? slice.add(key, value);
  slice.lane.add(slot, { key, value, at: slice.start }, slice.start);
}

/** The same slice for another ring, as a restart makes it. */
function copyFor(ring: Ring, slice: Slice<Item, string, string>): Slice<Item, string, string> {
  const copy = sliceOf(ring, slice.start, []);
  slice.keys.forEach((key, slot) => {
    copy.add(key, slice.seqs[slot] as number);
    copy.lane.load(slot, slice.lane.dump(slot));
  });
  return copy;
}

/** What the window [start, end) holds by key, straight from the slices. */
function naive(slices: readonly Slice<Item, string, string>[], start: number, end: number): [string, string][] {
  const inside = slices.filter(slice => slice.start >= start && slice.end <= end);
  const keys = [...new Set(inside.flatMap(slice => slice.keys))];
  const first = (key: string): number => Math.min(...inside.flatMap(slice => slice.seqs[slice.keys.indexOf(key)] ?? []));
  return keys
    .sort((a, b) => first(a) - first(b))
    .map((key): [string, string] => {
      const values = inside.flatMap(slice =>
        slice.index.get(key) === undefined ? [] : slice.lane.result(slice.index.get(key) as number).split(' '),
      );
      return [
        key,
        values
          .map(Number)
          .sort((a, b) => a - b)
          .join(' '),
      ];
    });
}

function fired(ring: Ring, slices: readonly Slice<Item, string, string>[], start: number, end: number): [string, string][] | undefined {
  const said: [string, string][] = [];
  return ring.fire({ start, end }, slices, (key, value) => said.push([key, value])) ? said : undefined;
}

describe('a ring of slices', () => {
  const contents = fc.array(fc.subarray(['a', 'b', 'c', 'd', 'f', 'g']), { minLength: 12, maxLength: 12 });
  const size = fc.integer({ min: 2, max: 5 });
  const lateness = fc.array(fc.record({ back: fc.nat(6), key: fc.constantFrom('a', 'b', 'e') }), { maxLength: 12 });

  it('puts together what the slices hold, in the order of keys, through late changes and restarts', () => {
    fc.assert(
      fc.property(contents, size, lateness, fc.boolean(), (keys, length, late, restart) => {
        let ring: Ring = new SliceRing(kept);
        let slices: Slice<Item, string, string>[] = [];
        keys.forEach((some, at) => {
          if (some.length > 0) slices.push(sliceOf(ring, at, some));
          const end = at + 1;
          if (end < length) return;
          const said = fired(ring, slices, end - length, end);
          const expected = naive(slices, end - length, end);
          const held = slices.filter(slice => slice.start >= end - length && slice.end <= end).length;
          expect(said).toEqual(held < 2 ? undefined : expected);
          const straggler = late[end];
          const slice = straggler && slices.find(({ start }) => start === end - 1 - straggler.back);
          if (slice && straggler) {
            add(slice, straggler.key, 10_000 + end);
            ring.refresh(slice, straggler.key);
          }
          const dead = slices.filter(({ start }) => start <= end - length);
          slices = slices.slice(dead.length);
          ring.release(dead);
          if (restart) {
            const { state } = ring;
            const other: Ring = new SliceRing(kept);
            ring = other;
            slices = slices.map(one => copyFor(other, one));
            ring.restore(structuredClone(state), slices);
          }
        });
      }),
      { numRuns: 300 },
    );
  });

  it('leaves a window of one slice to the caller', () => {
    const ring: Ring = new SliceRing(kept);
    expect(fired(ring, [sliceOf(ring, 0, ['a'])], 0, 3)).toBeUndefined();
  });
});
