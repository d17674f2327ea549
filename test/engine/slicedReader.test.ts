import { describe, expect, it } from 'vitest';
import { sum } from '../../src/aggregates/sum.js';
import { dropCounts } from '../../src/engine/drops.js';
import type { SlicedInside } from '../../src/engine/inside.js';
import type { WindowMachine } from '../../src/engine/machine.js';
import { ringedMachine } from '../../src/engine/ringedMachine.js';
import { SlicedReader, saidIn } from '../../src/engine/slicedReader.js';
import { KeyMap } from '../../src/state/keys.js';
import { sliding } from '../../src/windows/sliding.js';
import { nextNumber } from '../cuts.js';
import { type Item, specOf } from '../properties/machineRun.js';

const item = (key: string, at: number): Item => ({ key, at, value: 1 });

describe('a reader of slices', () => {
  const spec = specOf(
    sliding(10, 5),
    sum((x: Item) => x.value),
  );
  const made = (): { machine: WindowMachine<Item>; reader: (number?: number) => SlicedReader<Item, string, number> } => {
    const machine = ringedMachine(spec, { pane() {}, late() {}, reached() {} }, dropCounts());
    return { machine, reader: number => new SlicedReader(spec, machine, machine.inside as SlicedInside<Item, string, number>, number) };
  };

  it('puts windows together, and takes the newest that has a key', () => {
    const { machine, reader } = made();
    machine.element(item('a', 6), 6, 1);
    machine.element(item('a', 11), 11, 1);
    machine.element(item('b', 11), 11, 1);
    const live = reader();
    expect(live.of('a').map(({ window, value }) => [window.start, value])).toEqual([
      [0, 1],
      [5, 2],
      [10, 1],
    ]);
    expect(live.at('a', 12)?.window.start).toBe(10);
    expect(live.at('b', 7)?.window.start).toBe(5);
    expect(live.at('b', 3)).toBeUndefined();
    expect(live.at('a', 12)).toMatchObject({ expires: 20 });
  });

  it('reads slices that are gone, though their keys have other numbers since', () => {
    const { machine, reader } = made();
    machine.element(item('a', 1), 1, 1);
    machine.element(item('b', 2), 2, 1);
    const held = reader(nextNumber());
    machine.advance(30, 0);
    machine.element(item('z', 31), 31, 1);
    machine.element(item('b', 31), 31, 1);
    expect(held.of('a')).toMatchObject([{ value: 1 }, { value: 1 }]);
    expect(held.of('z')).toEqual([]);
    expect(held.of('b')).toHaveLength(2);
    held.release();
  });
});

describe('what was said of a key', () => {
  it('is known from when it was first seen and how often it was corrected', () => {
    const late = new KeyMap<string, number>();
    late.set('a', 2);
    const window = { start: 0, end: 10, firedAt: 5, late };
    expect(saidIn(window, 'a', 3)).toEqual({ index: 2, nonSpeculativeIndex: 2, timing: 'late' });
    expect(saidIn(window, 'a', 7)?.index).toBe(1);
    expect(saidIn(window, 'b', 3)).toEqual({ index: 0, nonSpeculativeIndex: 0, timing: 'on-time' });
    expect(saidIn(window, 'b', 7)).toBeUndefined();
  });
});
