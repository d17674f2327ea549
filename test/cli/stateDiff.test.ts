import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { RestoredJob } from '../../src/checkpoint/participants.js';
import { diffStates } from '../../src/cli/stateDiff.js';
import { barrierOf } from './savedJob.js';

type Sums = Readonly<Record<string, number>>;

function jobOf(sums: Sums): RestoredJob {
  const { sources, operators } = barrierOf(sums);
  return {
    seq: 1,
    sources: new Map(sources.map(({ name, position }) => [name, position])),
    operators: new Map(operators.map(({ kind, name, rest, parts }) => [`${kind}/${name}`, { rest, parts: [...parts] }])),
  };
}

it('counts what came, went and changed, as a comparison of two plain objects does', () => {
  const sums = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd', '__proto__', '1'), fc.integer({ min: 0, max: 3 }));
  fc.assert(
    fc.property(sums, sums, fc.nat(5), (a, b, limit) => {
      const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])];
      const inA = (key: string) => Object.hasOwn(a, key);
      const inB = (key: string) => Object.hasOwn(b, key);
      const expected = {
        added: keys.filter(key => !inA(key) && inB(key)).length,
        removed: keys.filter(key => inA(key) && !inB(key)).length,
        changed: keys.filter(key => inA(key) && inB(key) && a[key] !== b[key]).length,
        same: keys.filter(key => inA(key) && inB(key) && a[key] === b[key]).length,
      };
      const [found] = diffStates(jobOf(a), jobOf(b), limit).operators;
      expect(found).toMatchObject({ id: 'windowBy/sums', in: 'both', rest: 'same', ...expected });
      expect(found?.rows).toHaveLength(Math.min(limit, expected.added + expected.removed + expected.changed));
      for (const { row, before, after } of found?.rows ?? []) {
        const key = row.key as string;
        expect([before, after]).toEqual([inA(key) ? a[key] : undefined, inB(key) ? b[key] : undefined]);
      }
    }),
  );
});

it('says which sources moved, and which operators are in one alone', () => {
  const [a, b] = [jobOf({ x: 1 }), jobOf({ x: 1, y: 2 })];
  (b.operators as Map<string, unknown>).delete('eventTime/readings');
  (b.operators as Map<string, unknown>).set('dedupe/new', { rest: { seen: 1 }, parts: [] });
  const { sources, operators } = diffStates(a, b, 9);
  expect(sources).toEqual([{ name: 'readings', before: 1, after: 2, moved: true }]);
  expect(operators.map(({ id, in: where, rest }) => [id, where, rest])).toEqual([
    ['windowBy/sums', 'both', 'same'],
    ['eventTime/readings', 'first', 'changed'],
    ['dedupe/new', 'second', 'changed'],
  ]);
  expect(diffStates(a, a, 9).sources[0]?.moved).toBe(false);
});
