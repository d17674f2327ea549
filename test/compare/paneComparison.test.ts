import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PaneDifference, UnstablePane } from '../../src/compare/difference.js';
import { BASE, CONTROL, type Compared, PaneComparison, type Side, VARIANT } from '../../src/compare/paneComparison.js';
import { makePane } from '../../src/engine/emitter.js';
import type { TimeWindow } from '../../src/engine/window.js';
import { END_OF_TIME } from '../../src/time/timestamp.js';
import { refusal } from '../support.js';

const SIDES = [BASE, CONTROL, VARIANT] as const;
const window = (start: number, end: number): TimeWindow => ({ start, end });
const pane = (key: string, start: number, end: number, value: unknown, { index = 0, isLast = false, replaces = [] as TimeWindow[] } = {}) =>
  makePane(key, window(start, end), value, 'on-time', index, index, isLast, end - 1, replaces);

function comparison(options: Partial<Compared> = {}) {
  const told: string[] = [];
  const rows: (PaneDifference<any, any> | UnstablePane<any>)[] = [];
  const value = (row: { value?: unknown } | undefined) => (row && 'value' in row ? row.value : row);
  const { merging = false } = options;
  const merges = [merging, merging, merging] as const;
  const spec = { operator: 'w', lateness: 0, merging, merges, discarding: false, by: undefined, tolerance: 0, ...options };
  const compared = new PaneComparison(spec, {
    same: () => told.push('same'),
    different(row) {
      rows.push(row);
      told.push(
        `${row.change} ${String(row.key)} ${row.window?.start}: ${String(value(row.base))} ${String(value(row.variant))} ${String(row.delta)}`,
      );
    },
    unstable(row) {
      rows.push(row);
      told.push(`unstable ${String(row.key)} ${row.window?.start}: ${String(value(row.base))} ${String(value(row.control))}`);
    },
  });
  return {
    compared,
    told,
    rows,
    say(sides: readonly Side[], row: unknown, diff: 1 | -1 = 1) {
      for (const side of sides) compared.said(side, row, diff);
    },
    all(time: number) {
      for (const side of SIDES) compared.watermark(side, time);
    },
  };
}

const BOTH = [BASE, CONTROL] as const;

describe('PaneComparison', () => {
  it('tells what is the same, different, and on one side only, when all are past the window', () => {
    const { compared, told, rows, say, all } = comparison({ lateness: 5 });
    say(SIDES, pane('a', 0, 10, 1));
    say(BOTH, pane('b', 0, 10, 1));
    say([VARIANT], pane('b', 0, 10, 3));
    say(BOTH, pane('c', 0, 10, 1));
    say([VARIANT], pane('d', 0, 10, 1));
    all(14);
    expect(told).toEqual([]);
    compared.watermark(BASE, 15);
    compared.watermark(CONTROL, 20);
    expect(told).toEqual([]);
    compared.watermark(VARIANT, 15);
    expect(told).toEqual(['same', 'different b 0: 1 3 2', 'onlyBase c 0: 1 undefined undefined', 'onlyVariant d 0: undefined 1 undefined']);
    expect(compared.held).toBe(0);
    expect(rows[0]).toEqual({
      operator: 'w',
      key: 'b',
      window: window(0, 10),
      change: 'different',
      base: pane('b', 0, 10, 1),
      variant: pane('b', 0, 10, 3),
      delta: 2,
    });
  });

  it('counts the newest pane, and none that has been withdrawn', () => {
    const { told, say, all } = comparison();
    say(SIDES, pane('a', 0, 10, 1));
    say(BOTH, pane('a', 0, 10, 2, { index: 1 }));
    say([VARIANT], { ...pane('a', 0, 10, 1), retraction: true }, -1);
    say(SIDES, pane('b', 0, 10, 1));
    say(SIDES, pane('b', 0, 10, 2, { index: 1 }));
    // It was followed by another one before.
    say([VARIANT], { ...pane('b', 0, 10, 1), retraction: true }, -1);
    say(SIDES, { ...pane('c', 0, 10, 1), retraction: true }, -1);
    all(10);
    expect(told).toEqual(['onlyBase a 0: 2 undefined undefined', 'same']);
  });

  it('reports what the base does not say again instead', () => {
    const { told, rows, say, all } = comparison();
    say([BASE, VARIANT], pane('a', 0, 10, 1));
    say([CONTROL], pane('a', 0, 10, 4));
    say([CONTROL], pane('b', 0, 10, 1));
    all(10);
    expect(told).toEqual(['unstable a 0: 1 4', 'unstable b 0: undefined 1']);
    expect(rows[0]).toMatchObject({ delta: 3 });
  });

  it('comes in order of end, start, first seen', () => {
    const { told, say, all } = comparison();
    for (const row of [pane('z', 5, 20, 1), pane('y', 0, 20, 1), pane('x', 0, 20, 1), pane('w', 0, 10, 1)]) say(BOTH, row);
    all(30);
    expect(told.map(text => text.split(' ')[1])).toEqual(['w', 'y', 'x', 'z']);
  });

  it('lets go of panes that all have said for the last time, if they agree', () => {
    const { compared, told, say } = comparison();
    say(SIDES, pane('a', 0, 10, 1, { isLast: true }));
    expect([told, compared.held]).toEqual([['same'], 0]);
    say(BOTH, pane('b', 0, 10, 1, { isLast: true }));
    say([VARIANT], pane('b', 0, 10, 2, { isLast: true }));
    expect([told, compared.held]).toEqual([['same'], 1]);
  });

  it('knows sessions by their start, and waits for those that only one side shows', () => {
    const { compared, told, say, all } = comparison({ merging: true });
    say(BOTH, pane('a', 0, 30, 2, { isLast: true }));
    say(BOTH, pane('a', 40, 70, 1, { isLast: true }));
    all(70);
    expect([told, compared.held]).toEqual([[], 2]);
    say([VARIANT], pane('a', 0, 85, 3, { isLast: true }));
    all(84);
    expect(told).toEqual([]);
    all(85);
    expect(told).toEqual(['different a 0: 2 3 1']);
    all(END_OF_TIME);
    expect(told.slice(1)).toEqual(['onlyBase a 40: 1 undefined undefined']);
    expect(compared.held).toBe(0);
  });

  it('waits for the last word of a session, which may be part of one that is still open', () => {
    const { told, say, all } = comparison({ lateness: 25, merges: [false, false, true] });
    say(BOTH, pane('b', 10, 20, 1));
    say([VARIANT], pane('b', 10, 50, 1));
    all(75);
    expect(told).toEqual(['onlyBase b 10: 1 undefined undefined']);
    say([VARIANT], pane('b', 10, 89, 2, { index: 1, replaces: [window(10, 50)] }));
    all(END_OF_TIME);
    expect(told.slice(1)).toEqual(['onlyVariant b 10: undefined 2 undefined']);
  });

  it('drops sessions that have become part of another, also one with the same start', () => {
    const { told, say, all } = comparison({ merging: true });
    say(SIDES, pane('a', 0, 30, 2));
    say(SIDES, pane('a', 40, 70, 1));
    say(SIDES, pane('a', 0, 70, 4, { index: 1, replaces: [window(0, 30), window(40, 70)] }));
    all(END_OF_TIME);
    expect(told).toEqual(['same']);
  });

  it('tells discarded panes apart by their number, and lets go of each as soon as all have said it', () => {
    const { compared, told, say, all } = comparison({ discarding: true });
    say(BOTH, pane('a', 0, 10, 1));
    say(BOTH, pane('a', 0, 10, 2, { index: 1 }));
    say([VARIANT], pane('a', 0, 10, 1));
    expect([told, compared.held]).toEqual([['same'], 1]);
    all(10);
    expect(told).toEqual(['same', 'onlyBase a 0: 2 undefined undefined']);
  });

  it('keeps what discarded panes of merged sessions have said', () => {
    const { told, say, all } = comparison({ discarding: true, merging: true });
    say([BASE], pane('a', 0, 30, 2));
    say([BASE], pane('a', 0, 70, 1, { index: 0, replaces: [window(0, 30)] }));
    say([CONTROL, VARIANT], pane('a', 0, 30, 2));
    all(END_OF_TIME);
    expect(told).toEqual(['unstable a 0: 1 2']);
  });

  it('compares whole rows by an identity of their own, at the end', () => {
    const { compared, told, rows, say, all } = comparison({ by: row => [row.id] });
    say(SIDES, { id: 1, n: 1 });
    say(BOTH, { id: 2, n: 1 });
    say([VARIANT], { id: 2, n: 5 });
    say(SIDES, { id: 3, n: 1 });
    say([VARIANT], { id: 3, n: 1 }, -1);
    all(1000);
    expect([told, compared.held]).toEqual([[], 3]);
    all(END_OF_TIME);
    expect(told).toHaveLength(3);
    expect(rows[0]).toEqual({
      operator: 'w',
      key: [2],
      window: undefined,
      change: 'different',
      base: { id: 2, n: 1 },
      variant: { id: 2, n: 5 },
      delta: { n: 4 },
    });
    expect(rows[1]).toMatchObject({ change: 'onlyBase', key: [3] });
  });

  it('refuses what is no pane', () => {
    const { compared } = comparison();
    expect(refusal(() => compared.said(BASE, { airport: 'LHR' }, 1))).toBe(
      'BAD_VALUE: whatIf: each value of a pipeline must be a pane, but came as {"airport":"LHR"}. End the pipelines with windowBy(), or say what identifies a row: { by: row => row.id }.',
    );
    expect(refusal(() => compared.said(BASE, null, 1))).toContain('BAD_VALUE');
  });

  it('finds what comparing the last panes of three lists finds', () => {
    const values = fc.array(fc.integer({ min: 0, max: 2 }), { maxLength: 3 });
    const windows = fc.array(fc.record({ key: fc.constantFrom('a', 'b'), slot: fc.nat(4), sides: fc.tuple(values, values, values) }));
    const moves = fc.array(fc.tuple(fc.constantFrom(...SIDES), fc.nat(60)), { maxLength: 12 });
    fc.assert(
      fc.property(windows, moves, fc.boolean(), (made, watermarks, last) => {
        const { compared, told } = comparison({ lateness: 3 });
        const seen = new Map(made.map(each => [`${each.key}${each.slot}`, each]));
        const reached = [0, 0, 0];
        const said = new Set<string>();
        // A side says the panes of a window before its watermark passes the window.
        const move = (side: Side, time: number): void => {
          for (const [name, { key, slot, sides }] of seen) {
            if (said.has(`${side}${name}`) || slot * 10 + 10 > time) continue;
            said.add(`${side}${name}`);
            sides[side].forEach((value, index) => {
              compared.said(
                side,
                pane(key, slot * 10, slot * 10 + 10, value, { index, isLast: last && index === sides[side].length - 1 }),
                1,
              );
            });
          }
          reached[side] = Math.max(reached[side] as number, time);
          compared.watermark(side, reached[side]);
        };
        for (const [side, time] of watermarks) move(side, Math.max(time, reached[side] as number));
        for (const side of SIDES) move(side, END_OF_TIME);
        const verdicts = { same: 0, different: 0, onlyBase: 0, onlyVariant: 0, unstable: 0 };
        for (const { sides } of seen.values()) {
          const [base, control, variant] = sides.map(side => side.at(-1));
          if (base === undefined && control === undefined && variant === undefined) continue;
          if (base !== control) verdicts.unstable++;
          else if (base === variant) verdicts.same++;
          else if (base === undefined) verdicts.onlyVariant++;
          else if (variant === undefined) verdicts.onlyBase++;
          else verdicts.different++;
        }
        const found = { same: 0, different: 0, onlyBase: 0, onlyVariant: 0, unstable: 0 };
        for (const text of told) found[text.split(' ')[0] as keyof typeof found]++;
        expect(found).toEqual(verdicts);
        expect(compared.held).toBe(0);
      }),
    );
  });
});
