import { beforeEach, describe, expect, it } from 'vitest';
import { type Form, Overlay } from '../../src/state/overlay.js';
import type { StateChange, StateTable } from '../../src/state/stateBackend.js';
import { orderedMemory } from '../../src/storages/orderedMemory.js';

/** What has been done to a table. */
class Watched implements StateTable {
  readonly writes: (readonly StateChange[])[] = [];
  reads = 0;
  readonly #table: StateTable;

  constructor(table: StateTable) {
    this.#table = table;
  }

  get size(): number {
    return this.#table.size;
  }

  get(key: string): unknown {
    this.reads++;
    return this.#table.get(key);
  }

  range(from: string, to: string | undefined, limit: number) {
    return this.#table.range(from, to, limit);
  }

  write(changes: readonly StateChange[]): void {
    this.writes.push(changes);
    this.#table.write(changes);
  }

  clear(): void {
    this.#table.clear();
  }
}

interface Counter {
  n: number;
}

let table: Watched;
let released: number[];
const form: Form<Counter> = {
  save: ({ n }) => [n],
  load: data => ({ n: (data as number[])[0] as number }),
  release: ({ n }) => void released.push(n),
};
const overlay = (bound: number): Overlay<string, Counter> => new Overlay<string, Counter>(table, form, bound, key => key);

beforeEach(async () => {
  const backend = orderedMemory();
  await backend.open();
  table = new Watched(backend.table('t'));
  released = [];
});

// That it is as a map, whatever is done to it, is a law of stateBackendContract.
describe('Overlay', () => {
  it('empties the table that it takes over', () => {
    table.write([['a', [1]]]);
    expect(overlay(1).get('a')).toBeUndefined();
    expect(table.size).toBe(0);
  });

  it('neither reads nor writes as long as all is at hand', () => {
    const held = overlay(1_000);
    for (let i = 0; i < 1_000; i++) held.put(`${i}`, { n: i });
    held.settle();
    expect(held.get('7')).toEqual({ n: 7 });
    held.delete('7');
    expect(held.get('none')).toBeUndefined();
    expect([table.reads, table.writes.length, held.held, held.size]).toEqual([0, 0, 999, 999]);
  });

  it('gives out the same value for a turn, and lets go between turns only', () => {
    const held = overlay(0);
    held.put('a', { n: 1 });
    const value = held.get('a') as Counter;
    held.put('b', { n: 2 });
    expect(held.get('a')).toBe(value);
    held.settle();
    expect(held.held).toBe(0);
    expect(released).toEqual([1, 2]);
    expect(held.get('a')).toEqual({ n: 1 });
    expect(held.get('a')).not.toBe(value);
  });

  it('writes what has changed, in blocks, and nothing else', () => {
    const held = overlay(600);
    for (let i = 0; i < 700; i++) held.put(`${i}`, { n: i });
    held.settle();
    expect(table.writes.map(changes => changes.length)).toEqual([512]);
    expect(held.held).toBe(188);
    for (let i = 0; i < 500; i++) held.get(`${i}`);
    for (let i = 0; i < 700; i++) held.get(`${i}`);
    table.writes.length = 0;
    held.settle();
    expect(table.writes.flat().every(([key]) => Number(key) >= 512)).toBe(true);
  });

  it('keeps what is used', () => {
    const held = overlay(20);
    for (let i = 0; i < 5_000; i++) {
      held.put(`new ${i}`, { n: i });
      held.get('hot') ?? held.put('hot', { n: -1 });
      held.settle();
    }
    expect(table.reads).toBeLessThan(5_000 * 1.2);
  });

  it('shows what is not at hand without keeping it', () => {
    const held = overlay(1);
    for (const [i, key] of ['a', 'b', 'c'].entries()) {
      held.settle();
      held.put(key, { n: i });
    }
    held.settle();
    released = [];
    expect(['a', 'b', 'c', 'd'].map(key => held.look(key, ({ n }) => n))).toEqual([0, 1, 2, undefined]);
    expect(held.held).toBeLessThanOrEqual(1);
    expect(released.length).toBe(3 - held.held);
    held.delete('a');
    expect(held.look('a', ({ n }) => n)).toBeUndefined();
  });

  it('forgets what was deleted, in the table too', () => {
    const held = overlay(0);
    held.put('a', { n: 1 });
    held.settle();
    held.delete('a');
    expect([held.get('a'), held.size]).toEqual([undefined, 0]);
    held.settle();
    expect([table.size, held.get('a')]).toEqual([0, undefined]);
    held.put('a', { n: 2 });
    held.clear();
    expect([held.get('a'), held.size, held.held]).toEqual([undefined, 0, 0]);
  });

  it('lists what is at hand and what is not, in order', () => {
    const held = overlay(2);
    for (const key of ['c', 'a', 'd', 'b']) {
      held.settle();
      held.put(key, { n: key.charCodeAt(0) });
    }
    held.delete('d');
    expect(held.range('a', undefined, 9).map(([key]) => key)).toEqual(['a', 'b', 'c']);
    expect(held.range('b', 'c', 9)).toEqual([['b', [98]]]);
  });
});
