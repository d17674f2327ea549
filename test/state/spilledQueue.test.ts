import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { SpilledQueue } from '../../src/state/spilledQueue.js';
import type { StateBackend } from '../../src/state/stateBackend.js';
import { orderedMemory } from '../../src/storages/orderedMemory.js';
import { runs } from '../properties/arbitraries.js';

let backend: StateBackend;
beforeAll(async () => {
  backend = orderedMemory();
  await backend.open();
});

type Entry = readonly [a: number, b: number, c: number, number: number];
const byOrder = (x: Entry, y: Entry): number => x[0] - y[0] || x[1] - y[1] || x[2] - y[2] || x[3] - y[3];

describe('SpilledQueue', () => {
  it('gives entries back in order, whatever lies in its table', () => {
    const small = fc.integer({ min: -3, max: 3 });
    const entry = fc.tuple(fc.oneof(small, fc.maxSafeInteger()), small, small);
    const deed = fc.oneof(
      { weight: 3, arbitrary: fc.array(entry, { minLength: 1, maxLength: 900, size: 'max' }).map(push => ({ push })) },
      { weight: 2, arbitrary: fc.nat(900).map(pop => ({ pop })) },
    );
    fc.assert(
      fc.property(fc.array(deed, { maxLength: 12 }), deeds => {
        const queue = new SpilledQueue(backend.table('q'), 0);
        let model: Entry[] = [];
        let number = 0;
        for (const one of deeds) {
          if ('push' in one) {
            for (const [a, b, c] of one.push) {
              queue.push(a, b, c, number);
              model.push([a, b, c, number++]);
            }
          } else {
            model.sort(byOrder);
            const expected = model.slice(0, one.pop);
            model = model.slice(one.pop);
            const got = expected.map(() => queue.pop());
            expect(got.map(entry => entry && [entry.a, entry.b, entry.c, entry.number])).toEqual(expected);
          }
          queue.settle();
        }
        model.sort(byOrder);
        for (const [a, b, c, n] of model) expect(queue.pop()).toEqual({ a, b, c, number: n });
        expect([queue.peek(), queue.pop()]).toEqual([undefined, undefined]);
      }),
      { numRuns: runs(60) },
    );
  }, 60_000);

  it('puts what is far into its table, and takes out of it what has gone', () => {
    const table = backend.table('far');
    const queue = new SpilledQueue(table, 600);
    for (let i = 0; i < 2_000; i++) queue.push(2_000 - i, 0, 0, i);
    expect(table.size).toBe(0);
    queue.settle();
    expect(table.size).toBe(1_700);
    for (let i = 1; i <= 1_990; i++) expect(queue.pop()?.a).toBe(i);
    queue.settle();
    expect(table.size).toBeLessThan(600);
  });
});
