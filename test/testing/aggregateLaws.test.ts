import { describe, expect, it } from 'vitest';
import type { Aggregate, Rows } from '../../src/aggregates/aggregate.js';
import { rowAggregate } from '../../src/aggregates/rows.js';
import { TidemarkError } from '../../src/errors.js';
import { assertAggregateLaws } from '../../src/testing/aggregateLaws.js';

interface Acc {
  items: number[];
}

/** The sorted items: an aggregate that keeps all laws and has an accumulator that can be shared by mistake. */
const sorted: Aggregate<number, Acc, number[]> = {
  name: 'sorted',
  create: () => ({ items: [] }),
  add: (acc, x) => {
    acc.items.push(x);
    return acc;
  },
  merge: (a, b) => {
    a.items.push(...b.items);
    return a;
  },
  result: acc => acc.items.toSorted((a, b) => a - b),
  remove: (acc, x) => {
    acc.items.splice(acc.items.indexOf(x), 1);
    return acc;
  },
};

const total: Rows<number, number> = {
  stride: 1,
  init: (rows, at) => {
    rows[at] = 0;
  },
  add: (rows, at, x) => {
    (rows[at] as number) += x;
  },
  merge: (rows, at, from, fromAt) => {
    (rows[at] as number) += from[fromAt] as number;
  },
  result: (rows, at) => rows[at] as number,
  remove: (rows, at, x) => {
    (rows[at] as number) -= x;
  },
};

/** The element with the latest time; of several, the one that came first, so that it keeps the laws only without such. */
const latest: Aggregate<number, { x: number; t: number }, number> = {
  create: () => ({ x: NaN, t: -Infinity }),
  add: (acc, x, t) => (t > acc.t ? { x, t } : acc),
  merge: (a, b) => (b.t > a.t ? { ...b } : a),
  result: acc => acc.x,
};

const samples = [1, 2, 3, 5, 8];

/** The law that a broken aggregate is found to break. */
function broken<A, R>(aggregate: Aggregate<number, A, R>, more: { seed?: number; timestamp?: () => number } = {}): string | undefined {
  try {
    assertAggregateLaws(aggregate, { samples, ...more });
    return undefined;
  } catch (error) {
    return /breaks the law "(.*?)"/.exec((error as Error).message)?.[1];
  }
}

describe('assertAggregateLaws', () => {
  it('lets pass what keeps the laws, whatever the seed', () => {
    for (let seed = 0; seed < 20; seed++) {
      expect(broken(sorted, { seed })).toBe(undefined);
      expect(broken(rowAggregate('total', total), { seed })).toBe(undefined);
    }
  });

  it('finds a create that hands out one accumulator twice', () => {
    const shared: Acc = { items: [] };
    expect(broken({ ...sorted, create: () => shared })).toBe('create gives a fresh accumulator of nothing');
  });

  it('finds a result that fails for nothing', () => {
    const fails = {
      ...sorted,
      result: (acc: Acc) => {
        if (acc.items.length === 0) throw new RangeError('nothing there');
        return acc.items;
      },
    };
    expect(broken(fails)).toBe('create gives a fresh accumulator of nothing');
    expect(() => assertAggregateLaws(fails, { samples })).toThrow('  threw: RangeError: nothing there');
  });

  it('finds a result that depends on the order of adding', () => {
    expect(broken({ ...sorted, result: acc => acc.items.slice() })).toBe('adding in another order gives the same result');
  });

  it('finds a merge that loses or repeats elements', () => {
    expect(broken({ ...sorted, merge: a => a })).toBe('merging equals adding');
    expect(broken({ ...sorted, merge: (a, b) => ({ items: [...a.items, ...b.items, ...b.items] }) })).toBe('merging equals adding');
  });

  it('finds a merge that is not associative', () => {
    // Exact where single parts meet; what was merged already is marked, and the mark shows once it is merged again from the right.
    const marked: Aggregate<number, { sum: number; merged: boolean; nested: boolean }, string> = {
      create: () => ({ sum: 0, merged: false, nested: false }),
      add: (acc, x) => ({ ...acc, sum: acc.sum + x }),
      merge: (a, b) => ({ sum: a.sum + b.sum, merged: true, nested: b.merged }),
      result: acc => `${acc.sum} ${acc.nested}`,
    };
    expect(broken(marked)).toBe('merge is associative');
  });

  it('finds a merge that is not commutative', () => {
    const laws = new Set(Array.from({ length: 20 }, (_, seed) => broken(latest, { seed, timestamp: () => 0 })));
    expect(laws).toContain('merge is commutative');
    expect(laws).not.toContain(undefined);
  });

  it('finds a merge that changes or shares its second accumulator', () => {
    const law = 'merge leaves its second accumulator as it is, and shares nothing with it';
    expect(broken({ ...sorted, merge: (a, b) => (a.items.length === 0 ? b : { items: [...a.items, ...b.items] }) })).toBe(law);
    expect(broken({ ...sorted, merge: (a, b) => ({ items: [...a.items, ...b.items.splice(0)] }) })).toBe(law);
    expect(broken({ ...sorted, merge: (a, b) => sorted.merge(b, a) })).toBe(law);
  });

  it('finds a result that is the state itself, or changes it', () => {
    const law = 'a result is not changed by what comes after it, and changes nothing';
    expect(broken({ ...sorted, result: acc => acc.items.sort((a, b) => a - b) })).toBe(law);
    expect(broken({ ...sorted, result: acc => acc.items.splice(0).sort((a, b) => a - b) })).toBe(law);
  });

  it('finds a copy that shares', () => {
    expect(broken({ ...sorted, copy: acc => acc })).toBe('a copy is independent');
    expect(broken({ ...sorted, copy: acc => ({ ...acc }) })).toBe('a copy is independent');
    expect(broken({ ...sorted, copy: acc => ({ items: acc.items.slice(1) }) })).toBe('a copy is independent');
  });

  it('finds a remove that does not undo', () => {
    expect(broken({ ...sorted, remove: acc => acc })).toBe('remove undoes add');
    expect(broken({ ...sorted, remove: (acc, x) => ({ items: acc.items.filter(item => item !== x) }) })).toBe('remove undoes add');
  });

  it('finds rows that differ from the general form', () => {
    const law = 'the row form equals the general form';
    const honest = rowAggregate('total', total);
    const spoilt = (rows: Partial<Rows<number, number>>) => broken({ ...honest, rows: { ...total, ...rows } });
    expect(spoilt({})).toBe(undefined);
    expect(spoilt({ init: () => {} })).toBe(law);
    expect(spoilt({ add: () => {} })).toBe(law);
    expect(spoilt({ merge: () => {} })).toBe(law);
    expect(spoilt({ result: (rows, at) => (rows[at] as number) + 1 })).toBe(law);
    expect(spoilt({ remove: () => {} })).toBe(law);
    expect(spoilt({ add: (rows, at, x) => total.add(rows.fill(0, at + 1), at, x, 0) })).toBe(law);
    expect(
      spoilt({
        merge: (rows, at, from, fromAt) => {
          total.merge(rows, at, from, fromAt);
          from[fromAt] = 0;
        },
      }),
    ).toBe(law);
    const { remove: _, ...without } = total;
    expect(broken({ ...honest, rows: without })).toBe(law);
  });

  it('says the law, the seed, the elements, what was expected and what came', () => {
    const odd = { ...sorted, merge: (a: Acc) => a };
    expect(() => assertAggregateLaws(odd, { samples: [7], timestamp: () => 60_000, seed: 3, runs: 50 })).toThrow(
      /^assertAggregateLaws: sorted breaks the law "merging equals adding" \(seed 3, run \d+ of 50\)\n {2}a: \[.*\]\n {2}b: \[7 at 60000.*\]\n {2}c: \[.*\]\n {2}expected: \[7.*\]\n {2}got: \[.*\]$/,
    );
  });

  it('shows the numbers that JSON does not tell apart', () => {
    const odd: Aggregate<number, { n: number }, unknown> = {
      create: () => ({ n: NaN }),
      add: () => ({ n: -0 }),
      merge: a => a,
      result: acc => ({ n: [acc.n] }),
    };
    expect(() => assertAggregateLaws(odd, { samples })).toThrow('expected: { n: [-0] }\n  got: { n: [NaN] }');
  });

  it('begins with small lists, and repeats itself for a seed', () => {
    const message = (seed: number) => {
      try {
        assertAggregateLaws({ ...sorted, merge: a => a }, { samples, seed });
        return '';
      } catch (error) {
        return (error as Error).message;
      }
    };
    expect(message(5)).toBe(message(5));
    expect(message(5)).not.toBe(message(6));
    expect(message(5).match(/ at /g)?.length).toBeLessThanOrEqual(3);
  });

  it('uses the equality that it is given', () => {
    const rough: Aggregate<number, number, number> = { create: () => 0, add: (a, x) => a + x, merge: (a, b) => a + b, result: a => a };
    const fractions = [0.1, 0.2, 0.3, 1e8];
    expect(() => assertAggregateLaws(rough, { samples: fractions })).toThrow('breaks the law');
    assertAggregateLaws(rough, { samples: fractions, equals: (a, b) => Math.abs(a - b) < 1e-6 });
  });

  it('gives no two samples the same time unless told to', () => {
    assertAggregateLaws(latest, { samples });
    expect(() => assertAggregateLaws(latest, { samples, timestamp: () => 0 })).toThrow('breaks the law');
  });

  it('refuses no samples and no runs', () => {
    const refusal = new TidemarkError('BAD_OPTION', 'assertAggregateLaws: samples must hold at least one element, but is [].');
    expect(() => assertAggregateLaws(sorted, { samples: [] })).toThrow(refusal);
    expect(() => assertAggregateLaws(sorted, { samples, runs: 0 })).toThrow(
      new TidemarkError('BAD_OPTION', 'assertAggregateLaws: runs must be a whole number of at least 1, but came as 0.'),
    );
  });
});
