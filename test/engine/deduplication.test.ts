import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeKey } from '../../src/aggregates/encodeKey.js';
import { Deduplication } from '../../src/engine/deduplication.js';
import { END_OF_TIME, START_OF_TIME } from '../../src/time/timestamp.js';
import { stateOf } from '../cuts.js';
import { type Item, type MakeShaper, runShaper, type ShaperStep, shaperSteps } from './shaperRun.js';

const make =
  (within: number): MakeShaper =>
  (drops, output, saved) =>
    new Deduplication<Item>(item => item.id, within, drops, output, saved);

/** The rule, word for word: all that ever went on is looked through for each element. */
function naive(within: number, steps: readonly ShaperStep[]): { out: Item[]; duplicates: Item[]; late: Item[] }[] {
  let watermark = START_OF_TIME;
  const gone: Item[] = [];
  return steps.map(step => {
    const said = { out: [] as Item[], duplicates: [] as Item[], late: [] as Item[] };
    if ('watermark' in step) {
      watermark = Math.max(watermark, step.watermark);
      return said;
    }
    const { item } = step;
    const remembered = gone.filter(({ t }) => watermark <= t + within);
    const twin = remembered.some(({ id, t }) => encodeKey(id) === encodeKey(item.id) && Math.abs(t - item.t) <= within);
    if (twin) said.duplicates.push(item);
    else if (watermark > item.t + within) said.late.push(item);
    else {
      said.out.push(item);
      gone.push(item);
    }
    return said;
  });
}

const withins = fc.oneof(fc.integer({ min: 0, max: 15 }), fc.constant(Infinity));
const at = (t: number, n: number, id: unknown = 'a'): ShaperStep => ({ item: { id, n, t, diff: 1 } });
const numbers = (said: readonly { readonly out: readonly Item[] }[]): number[] => said.flatMap(({ out }) => out.map(({ n }) => n));

describe('Deduplication', () => {
  it('says what the rule says, step by step', () => {
    fc.assert(
      fc.property(withins, shaperSteps, (within, steps) => {
        const { said, drops } = runShaper(make(within), steps);
        const plain = said.map(({ out, duplicates, late }) => ({ out, duplicates, late: late.map(({ value }) => value) }));
        expect(plain).toEqual(naive(within, steps));
        const total = (of: 'duplicates' | 'late'): number => said.reduce((sum, one) => sum + one[of].length, 0);
        expect([drops.duplicate, drops.expired]).toEqual([total('duplicates'), total('late')]);
      }),
      { numRuns: 2_000 },
    );
  });

  it('of what is in time lets no two go on that are close, and leaves none out that is not close to one', () => {
    fc.assert(
      fc.property(withins, shaperSteps, (within, drawn) => {
        let watermark = START_OF_TIME;
        const steps = drawn.filter(step => {
          if ('item' in step) return step.item.t >= watermark;
          watermark = Math.max(watermark, step.watermark);
          return true;
        });
        const { said } = runShaper(make(within), steps);
        const out = said.flatMap(one => one.out);
        const close = (a: Item, b: Item): boolean => a !== b && encodeKey(a.id) === encodeKey(b.id) && Math.abs(a.t - b.t) <= within;
        expect(out.filter(a => out.some(b => close(a, b)))).toEqual([]);
        for (const lost of said.flatMap(one => one.duplicates)) expect(out.some(kept => close(kept, lost))).toBe(true);
        expect(said.flatMap(one => one.late)).toEqual([]);
      }),
      { numRuns: 2_000 },
    );
  });

  it('lets exactly one of a cluster go on, in whatever order it comes', () => {
    const cluster = fc.array(fc.integer({ min: 0, max: 10 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(cluster, ts => {
        expect(
          numbers(
            runShaper(
              make(10),
              ts.map((t, n) => at(t, n)),
            ).said,
          ),
        ).toEqual([0]);
      }),
    );
  });

  it('goes on after a restart as if there had been none', () => {
    fc.assert(
      fc.property(withins, shaperSteps, (within, steps) => {
        expect(runShaper(make(within), steps, true)).toEqual(runShaper(make(within), steps));
      }),
      { numRuns: 1_000 },
    );
  });

  it('remembers nothing after the end of time but what is at the end of time', () => {
    fc.assert(
      fc.property(shaperSteps, steps => {
        let last: unknown;
        const spied: MakeShaper = (drops, output, saved) => {
          const shaper = make(7)(drops, output, saved);
          last = shaper;
          return shaper;
        };
        runShaper(spied, steps);
        expect(stateOf(last as Deduplication<Item>).parts).toEqual([]);
      }),
    );
  });

  it('knows an id up to `within` of event time away, before and after, and forgets it behind the watermark', () => {
    const { said } = runShaper(make(10), [
      at(50, 0),
      at(60, 1),
      at(40, 2),
      at(61, 3),
      { watermark: 60 },
      at(50, 4),
      { watermark: 61 },
      at(50, 5),
    ]);
    expect(numbers(said)).toEqual([0, 3]);
    expect(said.map(({ duplicates }) => duplicates.length)).toEqual([0, 1, 1, 0, 0, 1, 0, 0]);
    expect(said.at(-1)?.late).toEqual([
      {
        value: { id: 'a', n: 5, t: 50, diff: 1 },
        timestamp: 50,
        reason: 'expired',
        watermark: 61,
        window: undefined,
        by: 11,
        retraction: false,
      },
    ]);
  });

  it('takes the same id at the same time alone for the same when `within` is zero', () => {
    expect(numbers(runShaper(make(0), [at(1, 0), at(1, 1), at(2, 2), at(1, 3), at(1, 4, 'b')]).said)).toEqual([0, 2, 4]);
  });

  it('remembers for ever when told to, and takes what is late', () => {
    const { said } = runShaper(make(Infinity), [at(1, 0), { watermark: END_OF_TIME }, at(-5, 1), at(START_OF_TIME, 2, 'b')]);
    expect(numbers(said)).toEqual([0, 2]);
  });
});
