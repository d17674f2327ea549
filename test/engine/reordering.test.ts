import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dropCounts } from '../../src/engine/drops.js';
import { Reordering } from '../../src/engine/reordering.js';
import type { ShaperOutput } from '../../src/engine/shaper.js';
import { END_OF_TIME, START_OF_TIME } from '../../src/time/timestamp.js';
import { type Item, type MakeShaper, runShaper, type ShaperStep, shaperSteps } from './shaperRun.js';

const make =
  (within: number): MakeShaper =>
  (drops, output, saved) =>
    new Reordering<Item>(within, drops, output, saved);

/** The rule, word for word: all that is held is looked through at each step. */
function naive(within: number, steps: readonly ShaperStep[]): { out: Item[]; late: Item[]; watermark: number }[] {
  let watermark = START_OF_TIME;
  let highest = -Infinity;
  let gone = START_OF_TIME;
  let held: Item[] = [];
  return steps.map(step => {
    const late: Item[] = [];
    if ('watermark' in step) watermark = Math.max(watermark, step.watermark);
    else if (step.item.t < gone) late.push(step.item);
    else {
      held.push(step.item);
      highest = Math.max(highest, step.item.t);
    }
    const out = held.filter(({ t }) => t <= watermark || t + within <= highest).sort((a, b) => a.t - b.t || a.n - b.n);
    held = held.filter(item => !out.includes(item));
    gone = out.at(-1)?.t ?? gone;
    return { out, late, watermark: Math.max(watermark, gone) };
  });
}

const withins = fc.oneof(fc.integer({ min: 0, max: 15 }), fc.constant(Infinity));
const at = (t: number, n: number): ShaperStep => ({ item: { id: 0, n, t, diff: 1 } });
const times = (said: readonly { readonly out: readonly Item[] }[]): number[][] => said.map(({ out }) => out.map(({ t }) => t));

describe('Reordering', () => {
  it('says what the rule says, step by step', () => {
    fc.assert(
      fc.property(withins, shaperSteps, (within, steps) => {
        const { said, drops } = runShaper(make(within), steps);
        expect(said.map(({ out, late, watermark }) => ({ out, late: late.map(({ value }) => value), watermark }))).toEqual(
          naive(within, steps),
        );
        expect(drops.expired).toBe(said.reduce((sum, { late }) => sum + late.length, 0));
      }),
      { numRuns: 2_000 },
    );
  });

  it('loses nothing, keeps the order, and promises what it keeps', () => {
    fc.assert(
      fc.property(withins, shaperSteps, (within, steps) => {
        const { said } = runShaper(make(within), steps);
        const out = said.flatMap(one => one.out);
        const late = said.flatMap(one => one.late.map(({ value }) => value));
        const items = steps.flatMap(step => ('item' in step ? [step.item] : []));
        expect([...out, ...late].sort((a, b) => a.n - b.n)).toEqual(items);
        expect(out).toEqual([...out].sort((a, b) => a.t - b.t || a.n - b.n));
        let upstream = START_OF_TIME;
        let promised = START_OF_TIME;
        said.forEach(({ out: now, watermark }, i) => {
          const step = steps[i] as ShaperStep;
          const inTime = 'watermark' in step || step.item.t >= upstream;
          // What comes out is above what was promised, unless it was late when it came.
          if (inTime) for (const item of now) expect(item.t).toBeGreaterThanOrEqual(promised);
          expect(watermark).toBeGreaterThanOrEqual(promised);
          promised = watermark;
          if ('watermark' in step) upstream = Math.max(upstream, step.watermark);
          // Without `within` nothing is late that was in time upstream.
          if (within === Infinity && 'item' in step && inTime) expect(said[i]?.late).toEqual([]);
        });
      }),
      { numRuns: 2_000 },
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

  it('lets an element go once the watermark has reached it: nothing in time is below', () => {
    const { said } = runShaper(make(Infinity), [at(5, 0), at(3, 1), { watermark: 3 }, at(3, 2), { watermark: 4 }, { watermark: 5 }]);
    expect(times(said)).toEqual([[], [], [3], [3], [], [5]]);
  });

  it('holds an element no longer than `within`, though the watermark stands still', () => {
    const { said } = runShaper(make(10), [at(5, 0), at(14, 1), at(15, 2), at(9, 3), at(4, 4), at(30, 5)]);
    expect(times(said)).toEqual([[], [], [5], [], [], [9, 14, 15]]);
    expect(said.map(({ watermark }) => watermark)).toEqual([START_OF_TIME, START_OF_TIME, 5, 5, 5, 15]);
    expect(said[4]?.late).toEqual([
      {
        value: { id: 0, n: 4, t: 4, diff: 1 },
        timestamp: 4,
        reason: 'expired',
        watermark: 5,
        window: undefined,
        by: 1,
        retraction: false,
      },
    ]);
  });

  it('passes on what is late but still in order', () => {
    const { said } = runShaper(make(Infinity), [at(5, 0), { watermark: 20 }, at(7, 1), at(6, 2)]);
    expect([times(said), said.map(({ late }) => late.length), said.at(-1)?.watermark]).toEqual([[[], [5], [7], []], [0, 0, 0, 1], 20]);
  });

  it('orders withdrawals behind what they withdraw, and tells them when late', () => {
    const back: ShaperStep = { item: { id: 0, n: 1, t: 5, diff: -1 } };
    const { said } = runShaper(make(Infinity), [at(5, 0), at(4, 2), back, { watermark: 9 }, at(8, 3), back]);
    expect(said.map(({ out }) => out.map(({ t, diff }) => t * diff))).toEqual([[], [], [], [4, 5, -5], [8], []]);
    expect(said.at(-1)?.late[0]?.retraction).toBe(true);
  });

  it('works at both ends of time, and no element says the end', () => {
    const all = [at(END_OF_TIME, 0), at(START_OF_TIME, 1), at(0, 2)];
    expect(times(runShaper(make(Infinity), [...all, { watermark: END_OF_TIME }]).said)).toEqual([
      [],
      [START_OF_TIME],
      [],
      [0, END_OF_TIME],
    ]);
    const { said } = runShaper(make(0), [...all, { watermark: END_OF_TIME }]);
    expect(said.map(({ watermark }) => watermark)).toEqual([END_OF_TIME - 1, END_OF_TIME - 1, END_OF_TIME - 1, END_OF_TIME]);
  });

  it('stops when nothing more is wanted', () => {
    const out: number[] = [];
    const output: ShaperOutput<number> = {
      get closed() {
        return out.length === 2;
      },
      element: value => out.push(value),
      late() {},
      duplicate() {},
    };
    const shaper = new Reordering<number>(Infinity, dropCounts(), output);
    for (const t of [3, 1, 2]) shaper.element(t, t, 1);
    shaper.advance(9);
    expect(out).toEqual([1, 2]);
  });
});
