import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SavedState, StatePart } from '../../src/state/cut.js';
import { replayParts, TimedLog } from '../../src/state/timedLog.js';
import { readCut } from '../cuts.js';

interface Entry {
  readonly value: number;
  readonly time: number;
  readonly diff: 1 | -1;
}

type Step =
  | { readonly add: readonly number[]; readonly diff: 1 | -1 }
  | { readonly forget: number }
  /** Begins a cut, compared with the last one that was read, or with none. */
  | { readonly cut: 'whole' | 'changes' }
  | { readonly read: number };

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        add: fc.array(fc.integer({ min: -20, max: 60 }), { maxLength: 6 }),
        diff: fc.constantFrom(1 as const, 1 as const, -1 as const),
      }),
    },
    { weight: 2, arbitrary: fc.integer({ min: -20, max: 70 }).map(forget => ({ forget })) },
    { weight: 2, arbitrary: fc.constantFrom<Step>({ cut: 'whole' }, { cut: 'changes' }) },
    { weight: 2, arbitrary: fc.nat(9).map(read => ({ read })) },
  ),
  { maxLength: 60 },
);

const entriesOf = (parts: readonly StatePart[]): Entry[] => {
  const all: Entry[] = [];
  replayParts<number>(parts, (value, time, diff) => all.push({ value, time, diff }));
  return all;
};

/** In order of time, those of one time as they came. */
const byTime = (entries: readonly Entry[]): Entry[] => [...entries].sort((a, b) => a.time - b.time);

describe('a log of values with times', () => {
  it.each([1, 10, Infinity])('gives at a cut what it held, whenever that is read, stretches of %s', width => {
    fc.assert(
      fc.property(steps, script => {
        const log = new TimedLog<number>(width);
        let held: Entry[] = [];
        let horizon = -Infinity;
        let value = 0;
        let number = 0;
        let base: { number: number; saved: SavedState | undefined } = { number: 0, saved: undefined };
        let open: {
          number: number;
          since: number;
          base: SavedState | undefined;
          parts: Iterable<StatePart>;
          held: Entry[];
          horizon: number;
        }[] = [];
        for (const step of script) {
          if ('add' in step) {
            for (const time of step.add) {
              if (time < horizon) continue;
              held.push({ value, time, diff: step.diff });
              log.add(value++, time, step.diff);
            }
          } else if ('forget' in step) {
            horizon = Math.max(horizon, step.forget);
            held = held.filter(({ time }) => time >= horizon);
            const gone: number[] = [];
            log.forget(step.forget, one => gone.push(one));
            expect(held.some(one => gone.includes(one.value))).toBe(false);
          } else if ('cut' in step) {
            const since = step.cut === 'whole' ? 0 : base.number;
            number++;
            open.push({ number, since, base: since ? base.saved : undefined, parts: log.cut(number, since), held: [...held], horizon });
          } else {
            const cut = open[step.read % Math.max(1, open.length)];
            if (!cut) continue;
            open = open.filter(one => one !== cut);
            const saved = readCut({ rest: 0, parts: cut.parts }, cut.base);
            const living = entriesOf(saved.parts).filter(({ time }) => time >= cut.horizon);
            expect(byTime(living)).toEqual(byTime(cut.held));
            if (cut.number > base.number) base = { number: cut.number, saved };
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it('writes again only what has grown', () => {
    const log = new TimedLog<number>(Infinity);
    for (let i = 0; i < 10_000; i++) log.add(i, i);
    const first = [...log.cut(1, 0)];
    log.add(10_000, 10_000);
    const second = [...log.cut(2, 1)];
    expect([first.length, second.length]).toEqual([10, 10]);
    expect(first.every(part => 'data' in part)).toBe(true);
    expect(second.filter(part => 'data' in part).length).toBe(1);
    expect([...log.cut(3, 2)].some(part => 'data' in part)).toBe(false);
  });

  it.each([10, Infinity])('holds little more than it must, stretches of %s', width => {
    const log = new TimedLog<number>(width);
    for (let i = 0; i < 100_000; i++) {
      log.add(i, i);
      log.forget(i - 100);
    }
    const held = entriesOf([...log.cut(1, 0)]).length;
    expect(held >= 100 && held < 100 + 2 * 1024).toBe(true);
  });
});
