import { beforeEach, describe, expect, it } from 'vitest';
import type { StateBackend } from '../../src/state/stateBackend.js';
import { StoredParts } from '../../src/state/storedParts.js';
import { orderedMemory } from '../../src/storages/orderedMemory.js';

let backend: StateBackend;
beforeEach(async () => {
  backend = orderedMemory();
  await backend.open();
});

/** Entries that are numbers, with what an owner of them does. */
class Owner {
  readonly entries = new Map<number, { mark: number; value: number }>();
  dumps = 0;
  readonly parts: StoredParts;

  constructor() {
    this.parts = new StoredParts(backend, 'p', 4, {
      dump: (number, label, cut) => {
        const { mark, value } = this.entries.get(number) as { mark: number; value: number };
        expect(label).toBe(`l${number}`);
        this.dumps++;
        return mark > cut ? undefined : value;
      },
      assemble: (_block, some) => some,
      settle: () => this.parts.settle(),
    });
  }

  set(number: number, value: number): void {
    const entry = this.entries.get(number);
    if (entry) {
      this.parts.touch(number, entry.mark, () => entry.value);
      Object.assign(entry, { mark: this.parts.epoch, value });
    } else {
      this.entries.set(number, { mark: this.parts.epoch, value });
      this.parts.born(number, `l${number}`);
    }
  }

  delete(number: number): void {
    this.set(number, 0);
    this.parts.died(number);
    this.entries.delete(number);
  }
}

// That a cut is as at its barrier, whatever comes in between, is a law of stateBackendContract.
describe('StoredParts', () => {
  it('makes parts of blocks of sixteen, and finds entries by their label', () => {
    const owner = new Owner();
    for (const number of [0, 1, 15, 16, 40]) owner.set(number, number);
    expect(owner.parts.labelOf(15)).toBe('l15');
    expect(owner.parts.labelOf(14)).toBeUndefined();
    expect([...owner.parts.take(1, 0)]).toEqual([
      { id: 0, data: [0, 1, 15] },
      { id: 1, data: [16] },
      { id: 2, data: [40] },
    ]);
  });

  it('reads of blocks that have not changed nothing but their mark', () => {
    const owner = new Owner();
    for (let number = 0; number < 64; number++) owner.set(number, number);
    expect([...owner.parts.take(1, 0)].length).toBe(4);
    owner.set(17, -1);
    owner.dumps = 0;
    expect([...owner.parts.take(2, 1)].map(part => ['data' in part, part.id])).toEqual([
      [false, 0],
      [true, 1],
      [false, 2],
      [false, 3],
    ]);
    expect(owner.dumps).toBe(16);
  });

  it('keeps what changes and what goes while a cut is open, in a table', () => {
    const owner = new Owner();
    for (let number = 0; number < 32; number++) owner.set(number, number);
    const cut = owner.parts.take(1, 0);
    for (let number = 0; number < 31; number++) owner.delete(number);
    owner.set(31, -1);
    owner.set(32, -1);
    owner.parts.settle();
    expect(backend.table('p/images').size).toBeGreaterThan(20);
    expect([...cut].flatMap(({ data }) => data)).toEqual(Array.from({ length: 32 }, (_, i) => i));
    owner.parts.settle();
    expect([...owner.parts.take(2, 1)]).toEqual([
      { id: 1, data: [-1] },
      { id: 2, data: [-1] },
    ]);
  });

  it('lets go of what it kept for a reader that gives up, also before it began', () => {
    const owner = new Owner();
    for (let number = 0; number < 32; number++) owner.set(number, number);
    const cut = owner.parts.take(1, 0);
    for (let number = 0; number < 32; number++) owner.set(number, -1);
    owner.parts.settle();
    cut.return?.();
    cut.return?.();
    owner.parts.settle();
    expect(backend.table('p/images').size).toBe(0);
    expect(cut.next()).toEqual({ value: undefined, done: true });
    expect([...owner.parts.take(2, 1)].length).toBe(2);
  });

  it('compares with nothing before its first cut', () => {
    const owner = new Owner();
    owner.set(1, 1);
    expect([...owner.parts.take(9, 8)]).toEqual([{ id: 0, data: [1] }]);
  });
});
