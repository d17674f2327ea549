import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Aggregate } from '../../src/aggregates/aggregate.js';
import { sum } from '../../src/aggregates/sum.js';
import { slicedMachine } from '../../src/engine/slicedMachine.js';
import { makePasses, takeManyOf } from '../../src/engine/takeMany.js';
import type { WindowAssigner } from '../../src/engine/window.js';
import { below, mulberry32 } from '../../src/testing/random.js';
import { sliding } from '../../src/windows/sliding.js';
import { tumbling } from '../../src/windows/tumbling.js';
import { type Item, runItems, specOf } from '../properties/machineRun.js';

const ITEMS = 150_000;
const KEYS = 60_000;

const latest: Aggregate<Item, { at: number; n: number }, string> = {
  create: () => ({ at: -1, n: 0 }),
  add: (acc, item) => ({ at: Math.max(acc.at, item.at), n: acc.n + 1 }),
  merge: (a, b) => ({ at: Math.max(a.at, b.at), n: a.n + b.n }),
  result: acc => `${acc.at}/${acc.n}`,
};

/** Some windows of very many keys, the first of which is not known to be one. */
function items(): Item[] {
  const random = mulberry32(11);
  return Array.from({ length: ITEMS }, (_, i) => ({
    key: `k${below(random, KEYS)}`,
    value: i % 1000,
    at: Math.max(0, i - below(random, 500)),
  }));
}

const cases: [string, WindowAssigner<Item>, Aggregate<Item, any, unknown>][] = [
  ['numeric rows', tumbling(70_000), sum((item: Item) => item.value)],
  ['accumulators', tumbling(70_000), latest],
  ['overlapping windows', sliding(120_000, 60_000), sum((item: Item) => item.value)],
];

describe('the loop over a run with very many keys', () => {
  afterEach(() => vi.unstubAllGlobals());

  it('becomes a copy for each operator', () => {
    const [one, other] = [specOf(tumbling(10), latest), specOf(tumbling(10), latest)];
    expect(takeManyOf(one).next(20_000)).not.toBe(takeManyOf(other).next(20_000));
    expect(makePasses().keys.length).toBe(makePasses().times.length);
  });

  it.each(cases)('says the same as a copy, shared, and one by one: %s', (_name, assigner, aggregate) => {
    const run = (batched: boolean): string => JSON.stringify(runItems(slicedMachine, specOf(assigner, aggregate), items(), 200, batched));
    const expected = run(false);
    expect(run(true) === expected).toBe(true);
    vi.stubGlobal('Function', function forbidden() {
      throw new EvalError('unsafe-eval');
    });
    expect(run(true) === expected).toBe(true);
  });

  it('counts what came before a function throws', () => {
    let calls = 0;
    const spec = {
      ...specOf(
        tumbling(1_000_000),
        sum((item: Item) => item.value),
      ),
      key: (item: Item) => {
        if (++calls === 100_000) throw new Error('a key');
        return item.key;
      },
    };
    expect(() => runItems(slicedMachine, spec, items(), 200, true)).toThrow('a key');
  });
});
