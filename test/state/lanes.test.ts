import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Aggregate } from '../../src/aggregates/aggregate.js';
import { collect } from '../../src/aggregates/collect.js';
import { sum } from '../../src/aggregates/sum.js';
import { createLane } from '../../src/state/lanes.js';

/** A sum without rows, so in objects; its result shows the order of adding. */
const objects = collect<number>();
const rows = sum<number>(x => x);

describe.each([
  ['rows', rows, (list: readonly number[]): unknown => list.reduce((a, b) => a + b, 0)],
  ['objects', objects, (list: readonly number[]): unknown => [...list]],
] as [string, Aggregate<number, any, unknown>, (list: readonly number[]) => unknown][])('a lane of %s', (_kind, aggregate, expected) => {
  it('keeps what is in its slots apart, whatever is freed and used again', () => {
    const command = fc.oneof(
      fc.constant({ kind: 'alloc' } as const),
      fc.record({ kind: fc.constantFrom('free', 'reset', 'dump'), slot: fc.nat() }),
      fc.record({ kind: fc.constant('add' as const), slot: fc.nat(), value: fc.integer({ min: -9, max: 9 }) }),
      fc.record({ kind: fc.constant('merge' as const), slot: fc.nat(), other: fc.nat() }),
    );
    fc.assert(
      fc.property(fc.array(command, { maxLength: 80 }), fc.integer({ min: 0, max: 3 }), (commands, expectedSlots) => {
        const lane = createLane(aggregate, expectedSlots);
        const model = new Map<number, number[]>();
        const pick = (n: number): number | undefined => [...model.keys()][n % Math.max(1, model.size)];
        for (const command of commands) {
          if (command.kind === 'alloc') {
            const slot = lane.alloc();
            expect(model.has(slot)).toBe(false);
            expect(slot).toBeLessThanOrEqual(model.size + commands.length);
            model.set(slot, []);
            continue;
          }
          const slot = pick(command.slot);
          if (slot === undefined) continue;
          const list = model.get(slot) as number[];
          if (command.kind === 'add' && 'value' in command) {
            lane.add(slot, command.value, 0);
            list.push(command.value);
          } else if (command.kind === 'merge' && 'other' in command) {
            const other = pick(command.other) as number;
            if (other === slot) continue;
            lane.merge(slot, lane, other);
            list.push(...(model.get(other) as number[]));
          } else if (command.kind === 'free') {
            lane.free(slot);
            model.delete(slot);
          } else if (command.kind === 'reset') {
            lane.reset(slot);
            model.set(slot, []);
          } else {
            lane.load(slot, structuredClone(lane.dump(slot)));
          }
          for (const [at, held] of model) expect(lane.result(at)).toEqual(expected(held));
        }
      }),
    );
  });

  it('grows beyond what was expected, and keeps what it holds', () => {
    const lane = createLane(aggregate, 2);
    for (let i = 0; i < 100; i++) {
      expect(lane.alloc()).toBe(i);
      lane.add(i, i, 0);
    }
    for (let i = 0; i < 100; i++) expect(lane.result(i)).toEqual(expected([i]));
  });

  it('hands a freed slot out again, empty', () => {
    const lane = createLane(aggregate, 4);
    lane.alloc();
    const slot = lane.alloc();
    lane.add(slot, 5, 0);
    lane.free(slot);
    expect(lane.alloc()).toBe(slot);
    expect(lane.result(slot)).toEqual(expected([]));
  });

  it('removes what was added', () => {
    const lane = createLane(aggregate, 1);
    const slot = lane.alloc();
    lane.add(slot, 5, 0);
    lane.add(slot, 7, 0);
    lane.remove(slot, 5, 0);
    expect(lane.result(slot)).toEqual(expected([7]));
  });

  it('merges from another lane and leaves that as it is', () => {
    const [one, two] = [createLane(aggregate), createLane(aggregate)];
    two.alloc();
    const [a, b] = [one.alloc(), two.alloc()];
    one.add(a, 1, 0);
    two.add(b, 2, 0);
    one.merge(a, two, b);
    one.add(a, 4, 0);
    expect(one.result(a)).toEqual(expected([1, 2, 4]));
    expect(two.result(b)).toEqual(expected([2]));
  });

  it('dumps plain data that shares nothing with it', () => {
    const lane = createLane(aggregate);
    const slot = lane.alloc();
    lane.add(slot, 1, 0);
    const dumped = lane.dump(slot);
    lane.add(slot, 2, 0);
    const other = createLane(aggregate);
    const [first, second] = [other.alloc(), other.alloc()];
    other.load(first, dumped);
    other.load(second, dumped);
    other.add(first, 4, 0);
    expect([lane.result(slot), other.result(first), other.result(second)]).toEqual([[1, 2], [1, 4], [1]].map(expected));
  });
});

describe('createLane', () => {
  it('takes rows where the aggregate has them', () => {
    let created = 0;
    const both: Aggregate<number, any, number> = {
      ...rows,
      create() {
        created++;
        return rows.create();
      },
    };
    createLane(both).alloc();
    expect(created).toBe(0);
  });

  it('lets go of users’ data when a slot is freed', () => {
    const accumulators: unknown[] = [];
    const watching: Aggregate<number, object, number> = {
      create: () => ({}),
      add: acc => acc,
      merge: a => a,
      result(acc) {
        accumulators.push(acc);
        return 0;
      },
    };
    const lane = createLane(watching);
    const slot = lane.alloc();
    lane.free(slot);
    lane.result(slot);
    expect(accumulators).toEqual([undefined]);
  });

  it.each([
    ['rows', rows],
    [
      'a plain object',
      { create: () => ({ n: 0 }), add: (acc, x) => Object.assign(acc, { n: acc.n + x }), merge: a => a, result: acc => acc },
    ],
    [
      'an object in one',
      {
        create: () => ({ in: { n: 0 } }),
        add: (acc, x) => Object.assign(acc, { in: { n: acc.in.n + x } }),
        merge: a => a,
        result: acc => acc,
      },
    ],
    ['a set', { create: () => new Set(), add: (acc, x) => acc.add(x), merge: a => a, result: acc => acc }],
  ] as readonly (readonly [string, Aggregate<number, any, unknown>])[])('copies slots at once, sharing nothing: %s', (_name, aggregate) => {
    const lane = createLane(aggregate);
    const slots = [1, 2, 3].map(value => {
      const slot = lane.alloc();
      lane.add(slot, value, 0);
      return slot;
    });
    const [now, later] = [lane.dumpSlots(1, 3), lane.copySlots(1, 3)];
    const before = structuredClone(now);
    for (const slot of slots) lane.add(slot, 10, 0);
    expect([now, later()]).toEqual([before, before]);
    const other = createLane(aggregate);
    for (const _ of slots) other.alloc();
    other.loadSlots(1, before);
    expect(other.dumpSlots(1, 3)).toEqual(before);
  });

  it('refuses to copy what is no plain data', () => {
    const lane = createLane<number, unknown>({ create: () => ({ f: () => 1 }), add: acc => acc, merge: a => a, result: acc => acc });
    expect(() => lane.dump(lane.alloc())).toThrow('could not be cloned');
  });

  it('copies with the aggregate’s own copy, if it has one', () => {
    class Bag {
      readonly n: number;
      constructor(n: number) {
        this.n = n;
      }
    }
    const bags: Aggregate<number, Bag, unknown> = {
      create: () => new Bag(0),
      add: (acc, x) => new Bag(acc.n + x),
      merge: (a, b) => new Bag(a.n + b.n),
      result: acc => acc,
      copy: acc => new Bag(acc.n),
    };
    const lane = createLane(bags);
    const slot = lane.alloc();
    lane.load(slot, new Bag(3));
    expect(lane.result(slot)).toBeInstanceOf(Bag);
    expect(lane.dump(slot)).toEqual(new Bag(3));
  });
});
