import { expect, it } from 'vitest';
import { BASE, CONTROL, VARIANT } from '../../src/compare/paneComparison.js';
import { makePane } from '../../src/engine/emitter.js';
import { Tally } from '../../src/job/tally.js';
import { END_OF_TIME } from '../../src/time/timestamp.js';
import { told } from '../support.js';

const output = (operator: string) => ({
  operator,
  base: `windowBy "${operator}"`,
  variant: 'other',
  lateness: 0,
  merging: false,
  merges: [false, false, false] as const,
  discarding: false,
  by: undefined,
  tolerance: 0,
});
const pane = (key: string, value: number) => makePane(key, { start: 0, end: 10 }, value, 'on-time', 0, 0, true, 9);
const SIDES = [BASE, CONTROL, VARIANT] as const;

it('counts by operator, tells of all differences, and keeps as many as asked for', () => {
  const tally = new Tally<unknown, unknown>([output('a'), output('b')], 1);
  const said: string[] = [];
  tally.differences.subscribe(({ change, operator, key }) => said.push(`${change} ${operator} ${String(key)}`));
  for (const side of SIDES) {
    tally.said(side, 0, pane('same', 1), 1);
    tally.said(side, 0, pane('other', side), 1);
    if (side !== VARIANT) tally.said(side, 1, pane('gone', 1), 1);
  }
  tally.said(CONTROL, 0, pane('other', 0), 1);
  for (const side of SIDES) for (const number of [0, 1]) tally.watermark(side, number, END_OF_TIME);
  expect(said).toEqual(['different a other', 'onlyBase b gone']);
  expect(tally.progress).toEqual({ panes: 3, differences: 2 });
  expect(tally.findings()).toMatchObject({
    operators: [
      { operator: 'a', base: 'windowBy "a"', variant: 'other', same: 1, different: 1, onlyBase: 0, onlyVariant: 0, unstable: 0 },
      { operator: 'b', same: 0, different: 0, onlyBase: 1 },
    ],
    differences: [{ key: 'other' }],
    unstable: [],
  });
});

it('ends the differences with the first pane that is not reproducible, and goes on counting', () => {
  const tally = new Tally<unknown, unknown>([output('a')], 1);
  const said: unknown[] = [];
  tally.differences.subscribe({ next: row => said.push(row), error: error => said.push(told(error)) });
  for (const key of ['x', 'y']) for (const side of SIDES) tally.said(side, 0, pane(key, side), 1);
  for (const side of SIDES) tally.watermark(side, 0, 10);
  expect(said).toEqual(['NOT_DETERMINISTIC: whatIf: the base, run once more over the same elements, said another pane at windowBy "a".']);
  expect(tally.findings()).toMatchObject({ operators: [{ unstable: 2 }], unstable: [{ key: 'x' }] });
  expect(tally.progress).toEqual({ panes: 2, differences: 0 });
});
