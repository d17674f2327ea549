import { describe, expect, it } from 'vitest';
import type { StatePart } from '../../src/state/cut.js';
import { readParts } from '../../src/state/readParts.js';

/** Parts of the even ones of some numbers; 9 fails. */
function evens(...numbers: number[]): { parts: IterableIterator<StatePart>; ends: () => number } {
  let ended = 0;
  const read = (id: number): StatePart | undefined => {
    if (id === 9) throw new Error('nine');
    return id % 2 === 0 ? { id } : undefined;
  };
  const parts = readParts(numbers.values(), read, () => void ended++);
  return { parts, ends: () => ended };
}

describe('parts that are read', () => {
  it('are those of the places that have one, and end when all are read', () => {
    const { parts, ends } = evens(1, 2, 3, 4, 5);
    expect(parts.next()).toEqual({ value: { id: 2 }, done: false });
    expect(ends()).toBe(0);
    expect([...parts]).toEqual([{ id: 4 }]);
    expect(ends()).toBe(1);
    expect(parts.next()).toEqual({ value: undefined, done: true });
  });

  it('end before the first, and in between, when nobody wants more', () => {
    const { parts, ends } = evens(2, 4);
    expect(parts.return?.()).toEqual({ value: undefined, done: true });
    expect(ends()).toBe(1);
    expect(parts.next().done).toBe(true);
    const other = evens(2, 4, 6);
    for (const { id } of other.parts) if (id === 4) break;
    expect(other.ends()).toBe(1);
    expect([...other.parts]).toEqual([]);
  });

  it('end when a place cannot be read', () => {
    const { parts, ends } = evens(2, 9, 4);
    parts.next();
    expect(() => parts.next()).toThrow('nine');
    expect(ends()).toBe(1);
    expect(parts.next().done).toBe(true);
  });
});
