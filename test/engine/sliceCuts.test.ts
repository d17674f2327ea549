import { describe, expect, it } from 'vitest';
import { count } from '../../src/aggregates/count.js';
import { reduce } from '../../src/aggregates/reduce.js';
import { sum } from '../../src/aggregates/sum.js';
import { dropCounts } from '../../src/engine/drops.js';
import type { WindowMachine } from '../../src/engine/machine.js';
import type { BlockData } from '../../src/engine/sliceCuts.js';
import { slicedMachine } from '../../src/engine/slicedMachine.js';
import { tumbling } from '../../src/windows/tumbling.js';
import { nextNumber, readCut, stateOf } from '../cuts.js';
import { type Item, specOf } from '../properties/machineRun.js';

const silent = { pane: () => {}, late: () => {}, reached: () => {} };
const value = (item: Item): number => item.value;
const own = { create: () => ({ n: 0 }), add: grow, merge: (a: { n: number }) => a, result: ({ n }: { n: number }) => n };

function grow(accumulator: { n: number }, { value: more }: Item): { n: number } {
  accumulator.n += more;
  return accumulator;
}

function run(machine: WindowMachine<Item>, values: readonly Item[]): void {
  const stretch = {
    values,
    timestampOf: (item: Item) => item.at,
    bound: 1e6,
    horizon: Infinity,
    watermark: -1e9,
    at: 0,
    to: values.length,
  };
  const lent = { ...stretch, time: undefined };
  while (lent.at < lent.to) machine.run?.(lent);
}

const items = (from: number, to: number, at = 1): Item[] =>
  Array.from({ length: to - from }, (_, i) => ({ key: `key ${from + i}`, value: 1, at }));
const changed = (machine: WindowMachine<Item>, since: number): [number, BlockData<string>[]] => {
  const number = nextNumber();
  const parts = [...machine.cut(number, since).parts];
  return [number, parts.flatMap(({ data }) => (data ? [data as BlockData<string>] : []))];
};

describe('the parts of slices', () => {
  it('are blocks of slots: those that hold a key that has changed have data', () => {
    const machine = slicedMachine(specOf(tumbling(10), sum(value)), silent, dropCounts());
    run(machine, [...items(0, 40), ...items(0, 3, 11)]);
    const [first, all] = changed(machine, 0);
    expect(all.map(({ slice, keys }) => [slice, keys.length])).toEqual([
      [0, 16],
      [0, 16],
      [0, 8],
      [10, 3],
    ]);
    expect(changed(machine, first)[1]).toEqual([]);
    machine.element({ key: 'key 2', value: 1, at: 12 }, 12, 1);
    const [second, some] = changed(machine, first);
    expect(some).toEqual([{ slice: 10, keys: ['key 0', 'key 1', 'key 2'], seqs: [40, 41, 42], values: [1, 1, 2], stamps: [] }]);
    // What had expired is named no more; and a new key changes the last block.
    machine.advance(10, 0);
    run(machine, items(3, 4, 11));
    expect(stateOf(machine).parts).toHaveLength(1);
    expect(changed(machine, second)[1].map(({ keys }) => keys.length)).toEqual([4]);
  });

  it.each([
    ['rows', sum(value)],
    ['rows of a count', count()],
    ['objects', own],
    ['what is replaced', reduce((_a: Item, b: Item) => b)],
  ] as const)('of very many keys are read as they were while arrays go on: %s', (_name, aggregate) => {
    const machine = slicedMachine(specOf<unknown>(tumbling(10), aggregate as never), silent, dropCounts());
    // More keys than a Map is used for; some come later.
    run(machine, items(0, 40_000));
    const first = nextNumber();
    const base = readCut(machine.cut(first, 0));
    run(machine, items(39_000, 39_500));
    const number = nextNumber();
    const expected = readCut(machine.cut(number, 0));
    const cut = machine.cut(number, first);
    run(machine, [...items(0, 500), ...items(20_000, 45_000), { key: 'key 7', value: 1, at: 12 }]);
    machine.advance(10, 0);
    const parts = [...cut.parts];
    expect(parts.filter(part => 'data' in part).length).toBeLessThan(500);
    expect(readCut({ rest: cut.rest, parts }, base)).toEqual(expected);
    const again = slicedMachine(specOf<unknown>(tumbling(10), aggregate as never), silent, dropCounts(), expected);
    expect(stateOf(again)).toEqual(expected);
  });

  it('are read as they were where a table gives way to a map', () => {
    // Keys of one hash crowd in one place of the table.
    const ends = (i: number): string => `${'a'.repeat(40)}${String(i).padStart(6, '0')}${'b'.repeat(40)}`;
    const machine = slicedMachine(specOf(tumbling(10), sum(value)), silent, dropCounts());
    run(machine, items(0, 40_000));
    const number = nextNumber();
    const expected = readCut(machine.cut(number, 0));
    const cut = machine.cut(number, 0);
    run(machine, [...Array.from({ length: 400 }, (_, i) => ({ key: ends(i), value: 1, at: 1 })), ...items(0, 40_000)]);
    expect(readCut(cut)).toEqual(expected);
  });
});
