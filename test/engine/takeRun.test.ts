import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Aggregate } from '../../src/aggregates/aggregate.js';
import { sum } from '../../src/aggregates/sum.js';
import { slicedMachine } from '../../src/engine/slicedMachine.js';
import { takeRunOf } from '../../src/engine/takeRun.js';
import type { WindowAssigner } from '../../src/engine/window.js';
import { below, mulberry32 } from '../../src/testing/random.js';
import { sliding } from '../../src/windows/sliding.js';
import { tumbling } from '../../src/windows/tumbling.js';
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
  ['numeric rows', tumbling(1000), sum((item: Item) => item.value)],
  ['accumulators', tumbling(1000), longest],
  ['overlapping windows', sliding(1000, 100), sum((item: Item) => item.value)],
];

describe('the loop over a run', () => {
  afterEach(() => vi.unstubAllGlobals());

  it('becomes a copy for each operator, whichever of its runs asks', () => {
    const [one, other] = [specOf(tumbling(10), longest), specOf(tumbling(10), longest)];
    const copy = takeRunOf(one).next(MANY);
    expect(takeRunOf(one).next(1)).toBe(copy);
    expect(takeRunOf(other).next(MANY)).not.toBe(copy);
    expect(takeRunOf(specOf(tumbling(10), longest)).next(1)).not.toBe(copy);
  });

  it.each(cases)('says the same as a copy, shared, and one by one: %s', (_name, assigner, aggregate) => {
    const run = (batched: boolean): unknown[] => runItems(slicedMachine, specOf(assigner, aggregate), items(), 200, batched);
    const expected = run(false);
    expect(run(true)).toEqual(expected);
    vi.stubGlobal('Function', function forbidden() {
      throw new EvalError('unsafe-eval');
    });
    expect(run(true)).toEqual(expected);
  });
});
