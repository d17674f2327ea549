import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BlockCuts, itemsOf } from '../../src/state/blockCuts.js';
import type { StatePart } from '../../src/state/cut.js';
import { runs } from '../properties/arbitraries.js';

interface Item {
  readonly id: number;
  text: string;
  place: number;
}

/** Items that are added, changed and removed. */
class Items {
  readonly all: Item[] = [];
  dumps = 0;
  readonly cuts: BlockCuts<Item> = new BlockCuts<Item>(({ id, text }) => {
    this.dumps++;
    return { id, text };
  });
  #ids = 0;

  add(text: string): void {
    const item = { id: this.#ids++, text, place: -1 };
    item.place = this.cuts.add(item);
    this.all.push(item);
  }

  change(at: number, text: string): void {
    const item = this.all[at % this.all.length];
    if (!item) return;
    this.cuts.touch(item.place);
    item.text = text;
  }

  remove(at: number): void {
    const [item] = this.all.splice(at % Math.max(1, this.all.length), 1);
    if (item) this.cuts.remove(item.place);
  }

  now(): unknown[] {
    return this.all.map(({ id, text }) => ({ id, text }));
  }
}

const byId = (items: readonly unknown[]): unknown[] => [...(items as Item[])].sort((a, b) => a.id - b.id);

describe('the blocks of a state', () => {
  it('are read as they were at the cut, and cost nothing until they change', () => {
    const items = new Items();
    for (const text of 'abcdefghij') items.add(text);
    const cut = items.cuts.take(1, 0);
    expect(items.dumps).toBe(0);
    items.change(5, 'F');
    items.change(6, 'G');
    expect(items.dumps).toBe(4);
    items.remove(0);
    items.add('k');
    const parts = [...cut];
    expect(parts.map(({ id }) => id)).toEqual([0, 1, 2]);
    expect(itemsOf<Item>(parts).map(({ text }) => text)).toEqual([...'abcdefghij']);
  });

  it('come without data when they have not changed, and not at all when they are empty', () => {
    const items = new Items();
    for (const text of 'abcdefghijkl') items.add(text);
    for (const _ of items.cuts.take(1, 0));
    for (let i = 0; i < 4; i++) items.remove(4);
    items.change(0, 'A');
    const parts = [...items.cuts.take(2, 1)];
    expect(parts.map(part => [part.id, 'data' in part])).toEqual([
      [0, true],
      [2, false],
    ]);
    // The block that was empty is in use again.
    items.add('m');
    expect([...items.cuts.take(3, 2)].map(part => [part.id, 'data' in part])).toEqual([
      [0, false],
      [1, true],
      [2, false],
    ]);
  });

  it('equal a copy, several cuts open at a time, in any order of changes and reads', () => {
    const text = fc.constantFrom('x', 'y', 'z');
    const act = fc.oneof(
      { weight: 6, arbitrary: fc.record({ add: text }) },
      { weight: 3, arbitrary: fc.record({ change: fc.nat(40), text }) },
      { weight: 4, arbitrary: fc.record({ remove: fc.nat(40) }) },
      { weight: 2, arbitrary: fc.record({ since: fc.nat(5) }) },
      { weight: 6, arbitrary: fc.record({ read: fc.nat(5) }) },
    );
    fc.assert(
      fc.property(fc.array(act, { maxLength: 120, size: 'max' }), acts => {
        const items = new Items();
        const done = new Map<number, StatePart[]>([[0, []]]);
        let open: { number: number; since: number; parts: Iterator<StatePart>; read: StatePart[]; expected: unknown[] }[] = [];
        let number = 0;
        for (const one of acts) {
          if ('add' in one) items.add(one.add);
          else if ('change' in one) items.change(one.change, one.text);
          else if ('remove' in one) items.remove(one.remove);
          else if ('since' in one) {
            const since = [...done.keys()][one.since % done.size] as number;
            const parts = items.cuts.take(++number, since)[Symbol.iterator]();
            open.push({ number, since, parts, read: [], expected: items.now() });
          } else {
            const cut = open[one.read % open.length];
            const next = cut?.parts.next();
            if (!cut || !next) continue;
            if (!next.done) cut.read.push(structuredClone(next.value));
            else {
              const before = new Map(done.get(cut.since)?.map(part => [part.id, part]));
              const whole = cut.read.map(part => ('data' in part ? part : (before.get(part.id) as StatePart)));
              expect(byId(itemsOf(whole))).toEqual(byId(cut.expected));
              done.set(cut.number, whole);
              open = open.filter(other => other !== cut);
            }
          }
        }
      }),
      { numRuns: runs(2_000) },
    );
  });
});
