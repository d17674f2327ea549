import { describe, expect, it } from 'vitest';
import { Cell } from '../../src/engine/cell.js';
import { Chains } from '../../src/engine/chains.js';

const cell = (key: string, start: number): Cell<string, number> => new Cell<string, number>(key, start, start + 5, 0, 0, null);

describe('chains', () => {
  it('keep the windows of a key in order of time, whatever the order they came in', () => {
    const chains = new Chains<string, number>();
    const cells = [cell('a', 10), cell('a', 30), cell('b', 0), cell('a', 20), cell('a', 0)];
    for (const one of cells) chains.insert(one);
    const starts = (): number[] => chains.all().flatMap(({ key, start }) => (key === 'a' ? [start] : []));
    expect(starts()).toEqual([0, 10, 20, 30]);
    expect(chains.newest.get('a')).toBe(cells[1]);
    chains.remove(cells[3] as Cell<string, number>);
    chains.remove(cells[1] as Cell<string, number>);
    expect(starts()).toEqual([0, 10]);
    chains.remove(cells[4] as Cell<string, number>);
    chains.remove(cells[0] as Cell<string, number>);
    expect(chains.newest.get('a')).toBe(undefined);
    expect(cells.map(({ dead }) => dead)).toEqual([true, true, false, true, true]);
  });
});
