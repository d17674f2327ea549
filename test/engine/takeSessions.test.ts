import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Aggregate } from '../../src/aggregates/aggregate.js';
import { sum } from '../../src/aggregates/sum.js';
import { dropCounts } from '../../src/engine/drops.js';
import type { MachineFactory } from '../../src/engine/machine.js';
import { takeSessionsOf } from '../../src/engine/takeSessions.js';
import type { WindowAssigner } from '../../src/engine/window.js';
import { below, mulberry32 } from '../../src/testing/random.js';
import { session } from '../../src/windows/session.js';
import { type Item, runItems, specOf } from '../properties/machineRun.js';

// Enough for a copy of the loop.
const MANY = 20_000;

const longest: Aggregate<Item, { at: number }, number> = {
  create: () => ({ at: -1 }),
  add: (acc, item) => (item.at > acc.at ? { at: item.at } : acc),
  merge: (a, b) => (a.at > b.at ? a : b),
  result: acc => acc.at,
};

function items(): Item[] {
  const random = mulberry32(7);
  return Array.from({ length: MANY }, (_, i) => ({ key: `k${below(random, 30)}`, value: i, at: i - below(random, 300) }));
}

const cases: [string, WindowAssigner<Item>, Aggregate<Item, any, unknown>][] = [
  ['numeric rows', session(40), sum((item: Item) => item.value)],
  ['accumulators', session(60, { mergeTouching: true }), longest],
  ['a gap per element', session((item: Item) => item.value % 70), sum((item: Item) => item.value)],
];

describe('the loop over a run', () => {
  afterEach(() => vi.unstubAllGlobals());

  it('becomes a copy for each operator, whichever of its runs asks', () => {
    const [one, other] = [specOf(session(10), longest), specOf(session(10), longest)];
    const copy = takeSessionsOf(one).next(MANY);
    expect(takeSessionsOf(one).next(1)).toBe(copy);
    expect(takeSessionsOf(other).next(MANY)).not.toBe(copy);
  });

  it.each([Number.NaN, 1.5, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, 101, '7'])('leaves %s to the source', time => {
    const output = { pane() {}, late() {}, reached() {} };
    const machine = (session(10).machine as MachineFactory)(specOf(session(10), longest), output, dropCounts());
    const values = [1, time].map((at): Item => ({ key: 'a', value: 1, at: at as number }));
    const lent = { values, timestampOf: (item: Item) => item.at, bound: 0, horizon: 100, watermark: -1, at: 0, to: 2, time: undefined };
    machine.run?.(lent);
    expect(lent).toMatchObject({ at: 1, watermark: 1, time });
  });

  it.each(cases)('says the same as a copy, shared, and one by one: %s', (_name, assigner, aggregate) => {
    const run = (batched: boolean): unknown[] =>
      runItems(assigner.machine as MachineFactory, specOf(assigner, aggregate), items(), 200, batched);
    const expected = run(false);
    expect(run(true)).toEqual(expected);
    vi.stubGlobal('Function', function forbidden() {
      throw new EvalError('unsafe-eval');
    });
    expect(run(true)).toEqual(expected);
  });
});
