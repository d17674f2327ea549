/** Interval joins of random streams in random order against a nested loop, with the exact state and watermark after every step. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type JoinType, standsAlone } from '../../src/engine/joinSpec.js';
import { intervalJoin } from '../../src/operators/intervalJoin.js';
import { itemsOf } from '../../src/state/blockCuts.js';
import type { SavedState } from '../../src/state/cut.js';
import { batchJoin, type Item, type JoinRun, type JoinStep, type MakeJoin, net, rowOf, runJoin, watermarksBefore } from './joinRun.js';
import { joinSteps } from './joinSteps.js';

interface Options {
  readonly type: JoinType;
  readonly lower: number;
  readonly upper: number;
  readonly lateness: number;
}

const options: fc.Arbitrary<Options> = fc
  .record({
    type: fc.constantFrom<JoinType>('inner', 'left', 'right', 'outer'),
    lower: fc.integer({ min: -8, max: 4 }),
    length: fc.integer({ min: 0, max: 8 }),
    lateness: fc.constantFrom(0, 0, 3, 10, Number.POSITIVE_INFINITY),
  })
  .map(({ length, ...rest }) => ({ ...rest, upper: rest.lower + length }));

function joinOf({ type, lower, upper, lateness }: Options): MakeJoin {
  return (right, late) =>
    intervalJoin(right, {
      within: [lower, upper],
      type,
      allowedLateness: lateness,
      leftKey: (left: Item) => left.key,
      rightKey: (item: Item) => item.key,
      select: (left: Item | undefined, item: Item | undefined) => rowOf(left, item),
      late,
    });
}

const reaches =
  ({ lower, upper }: Options) =>
  (left: Item, right: Item): boolean =>
    left.key === right.key && left.at + lower <= right.at && right.at <= left.at + upper;

/** Which items count when all is over, and what is late, by the words of the guide. */
function accepted(steps: readonly JoinStep[], { lateness }: Options) {
  const before = watermarksBefore(steps);
  const items: { left: boolean; item: Item; step: number; timely: boolean }[] = [];
  const late: string[] = [];
  steps.forEach((step, i) => {
    if (!('item' in step || 'withdraw' in step)) return;
    const item = 'item' in step ? step.item : step.withdraw;
    if (item.at < (before[i] as number) - lateness) late.push(`${'item' in step ? '' : 'not '}${item.id}`);
    else if ('item' in step) items.push({ left: step.left, item, step: i, timely: item.at >= (before[i] as number) });
    else
      items.splice(
        items.findIndex(one => one.item.id === item.id),
        1,
      );
  });
  return { items, late, of: (left: boolean) => items.filter(one => one.left === left).map(one => one.item) };
}

function heard({ late }: JoinRun): string[] {
  return late.flat().map(({ value, retraction }) => `${retraction ? 'not ' : ''}${value.id}`);
}

/** Elements have other places after a restart. */
function contentOf([join, ...others]: readonly unknown[]): unknown {
  const { rest, parts } = join as SavedState;
  return [rest, itemsOf<{ seq: number }>(parts).sort((a, b) => a.seq - b.seq), ...others];
}

describe('an interval join of any streams in any order', () => {
  it('gives the rows of a nested loop over what is not late, and each late element to the late output', () => {
    fc.assert(
      fc.property(joinSteps(false), options, (steps, choice) => {
        const run = runJoin(joinOf(choice), steps);
        const { late, of } = accepted(steps, choice);
        expect(run.error).toBeUndefined();
        expect(heard(run)).toEqual(late);
        expect(run.said.flat().every(({ diff }) => diff === 1)).toBe(true);
        expect(net(run.said)).toEqual(batchJoin(choice.type, of(true), of(false), reaches(choice)));
      }),
      { numRuns: 600 },
    );
  });

  it('says a pair with its second element, and the unpaired not before no partner can come', () => {
    fc.assert(
      fc.property(joinSteps(false), options, (steps, choice) => {
        const run = runJoin(joinOf(choice), steps);
        const { items } = accepted(steps, choice);
        const of = (id: string) => items.find(({ item }) => item.id === id);
        const before = watermarksBefore([...steps, { left: true, watermark: 0 }]);
        run.said.forEach((rows, step) => {
          for (const { row, time, promised } of rows) {
            const [left, right] = row.split('-').map(of);
            if (left && right) {
              expect([step, time]).toEqual([Math.max(left.step, right.step), Math.max(left.item.at, right.item.at)]);
            } else {
              const one = (left ?? right) as (typeof items)[number];
              const past = one.item.at + (left ? choice.upper : -choice.lower) + choice.lateness;
              expect(time).toBe(one.item.at);
              expect(step === steps.length || past < (before[step + 1] as number) || past < (before[step] as number)).toBe(true);
            }
            // What came in time is not late downstream.
            if ([left, right].every(one => one?.timely ?? true)) expect(time).toBeGreaterThanOrEqual(promised);
          }
        });
      }),
      { numRuns: 600 },
    );
  });

  it('keeps an element exactly as long as a partner can come, and holds the watermark back for the unpaired alone', () => {
    fc.assert(
      fc.property(joinSteps(false), options, (steps, choice) => {
        const run = runJoin(joinOf(choice), steps, false, true);
        const { items } = accepted(steps, choice);
        const after = watermarksBefore([...steps, { left: true, watermark: 0 }]).slice(1);
        let promised = Number.MIN_SAFE_INTEGER;
        const sentAt: number[] = [];
        steps.forEach((_step, i) => {
          sentAt.push(promised);
          const watermark = after[i] as number;
          const live = items.filter(
            ({ left, item, step }) => step <= i && item.at + (left ? choice.upper : -choice.lower) + choice.lateness >= watermark,
          );
          const { parts } = (run.states[i] as SavedState[])[0] as SavedState;
          const kept = itemsOf<{ value: Item }>(parts).map(({ value }) => value.id);
          expect(kept.sort()).toEqual(live.map(({ item }) => item.id).sort());
          const waiting = live.filter(({ left, item, step }) => {
            const partners = items.filter(other => other.left !== left && other.step <= i);
            const isPaired = partners.some(other => reaches(choice)(left ? item : other.item, left ? other.item : item));
            return standsAlone(choice.type, left) && !isPaired && item.at >= (sentAt[step] as number);
          });
          promised = Math.max(promised, Math.min(watermark, ...waiting.map(({ item }) => item.at)));
          if (promised > Number.MIN_SAFE_INTEGER) expect(run.promised[i]).toBe(promised);
        });
        const end = run.end[0] as SavedState;
        expect([end.parts, run.completed, run.promised.at(-1)]).toEqual([[], true, Number.MAX_SAFE_INTEGER]);
      }),
      { numRuns: 600 },
    );
  });

  it('withdraws the rows of what is withdrawn in time', () => {
    fc.assert(
      fc.property(joinSteps(true), options, (steps, choice) => {
        const run = runJoin(joinOf(choice), steps, true);
        const { items, late, of } = accepted(steps, choice);
        expect(run.error).toBeUndefined();
        expect(heard(run)).toEqual(late);
        expect(net(run.said)).toEqual(batchJoin(choice.type, of(true), of(false), reaches(choice)));
        // What is said of elements that came in time is not late downstream, also when a partner was lost on the way.
        const timely = (id: string): boolean => id === '_' || items.some(one => one.item.id === id && one.timely);
        for (const { row, time, diff, promised } of run.said.flat())
          if (diff === 1 && row.split('-').every(timely)) expect(time).toBeGreaterThanOrEqual(promised);
        const end = run.end[0] as SavedState;
        expect(end.parts).toEqual([]);
      }),
      { numRuns: 600 },
    );
  });

  it('goes on after a restart at any step as if there had been none', () => {
    fc.assert(
      fc.property(joinSteps(true), options, fc.nat(30), fc.boolean(), (steps, choice, place, retracting) => {
        const all = retracting ? steps : steps.filter(step => !('withdraw' in step));
        const cut = place % (all.length + 1);
        const plain = runJoin(joinOf(choice), all, retracting, true);
        const restarted = runJoin(joinOf(choice), [...all.slice(0, cut), { restart: true }, ...all.slice(cut)], retracting, true);
        const without = <T>(list: readonly T[]): T[] => list.filter((_one, i) => i !== cut);
        expect(without(restarted.said)).toEqual(plain.said);
        expect(without(restarted.late)).toEqual(plain.late);
        expect(without(restarted.promised)).toEqual(plain.promised);
        expect(without(restarted.states).map(contentOf)).toEqual(plain.states.map(contentOf));
      }),
      { numRuns: 600 },
    );
  });
});
