import { describe, expect, it } from 'vitest';
import type { Sided, Sides } from '../../src/aggregates/sides.js';
import { makePane, retract } from '../../src/engine/emitter.js';
import { JoinRows, type JoinRowsSpec, type Shown } from '../../src/engine/joinRows.js';
import type { Pane } from '../../src/engine/pane.js';
import { itemsOf } from '../../src/state/blockCuts.js';
import type { SavedState } from '../../src/state/cut.js';
import { stateOf } from '../cuts.js';

type Spec = JoinRowsSpec<string, string, string>;
type SidesPane = Pane<string, Sides<string, string>>;

const side = (text: string): Sided<string>[] => [...text].map(value => ({ id: value.charCodeAt(0), left: true, value }));
const pane = (left: string, right: string, start = 0, end = 10, key = 'k'): SidesPane =>
  makePane(key, { start, end }, { left: side(left), right: side(right) }, 'on-time', 0, 0, false, end - 1);

const shownOf = (rows: JoinRows<string, string, string, string>) => itemsOf<Shown<string, string, string>>(stateOf(rows).parts);

function rowsOf(spec: Partial<Spec>, saved?: SavedState, enough = Number.POSITIVE_INFINITY) {
  const said: string[] = [];
  const output = {
    get closed() {
      return said.length >= enough;
    },
    row: (row: string, timestamp: number, diff: number) => void said.push(`${diff === 1 ? '' : '-'}${row}@${timestamp}`),
  };
  const select = (l: string | undefined, r: string | undefined): string => `${l ?? '_'}${r ?? '_'}`;
  const rows = new JoinRows<string, string, string, string>(
    { type: 'inner', select, merging: false, withdraws: true, ...spec },
    output,
    saved,
  );
  const say = (...panes: SidesPane[]): string[] => {
    for (const one of panes) rows.pane(one);
    return said.splice(0);
  };
  const next = (was: SidesPane, is: SidesPane): string[] => say(retract(was), is);
  return { rows, say, next };
}

describe('the rows of a window join', () => {
  it('are all pairs of the first pane, at its time', () => {
    const { say, rows } = rowsOf({});
    expect([say(pane('ab', 'x')), say(pane('ab', '')), shownOf(rows)]).toEqual([['ax@9', 'bx@9'], [], []]);
    expect(rowsOf({ type: 'outer' }).say(pane('ab', ''), pane('', 'x'))).toEqual(['a_@9', 'b_@9', '_x@9']);
  });

  it('are then what has changed', () => {
    const { next, rows } = rowsOf({ type: 'outer' });
    expect(next(pane('ab', 'xy'), pane('abc', 'xyz'))).toEqual(['az@9', 'bz@9', 'cx@9', 'cy@9', 'cz@9']);
    expect(next(pane('abc', 'xy'), pane('ac', 'y'))).toEqual(['-bx@9', '-by@9', '-ax@9', '-cx@9']);
    expect(next(pane('a', ''), pane('ba', ''))).toEqual(['b_@9']);
    expect(next(pane('ab', ''), pane('b', ''))).toEqual(['-a_@9']);
    expect(next(pane('ab', ''), pane('ab', 'x'))).toEqual(['-a_@9', '-b_@9', 'ax@9', 'bx@9']);
    expect(next(pane('a', 'x'), pane('', 'x'))).toEqual(['-ax@9', '_x@9']);
    expect(next(pane('a', ''), pane('', 'x'))).toEqual(['-a_@9', '_x@9']);
    expect(shownOf(rows)).toEqual([]);
  });

  it('of sessions are withdrawn at once, or wait for the session that they become part of', () => {
    const early = [pane('a', 'x', 0, 10), pane('b', 'y', 20, 30)];
    expect(rowsOf({ merging: true }).say(...early.map(retract))).toEqual(['-ax@9', '-by@29']);
    const { say, rows } = rowsOf({ merging: true, withdraws: false });
    expect(say(...early.map(retract), retract(pane('d', 'w', 50, 60)), retract(pane('e', 'v', 0, 10, 'other')))).toEqual([]);
    const again = rowsOf({ merging: true, withdraws: false }, stateOf(rows));
    // As snapshots without parts had it.
    const before = rowsOf({ merging: true, withdraws: false }, { rest: shownOf(rows), parts: [] });
    expect(shownOf(before.rows)).toEqual(shownOf(rows));
    expect(again.say(pane('abc', 'xy', 0, 40))).toEqual(['ay@39', 'bx@39', 'cx@39', 'cy@39']);
    expect(shownOf(again.rows).map(({ key, window }) => [key, window.start])).toEqual([
      ['k', 50],
      ['other', 0],
    ]);
  });

  it('end when nothing more is wanted', () => {
    expect(rowsOf({}, undefined, 2).say(pane('abc', 'xyz'))).toEqual(['ax@9', 'ay@9']);
  });
});
