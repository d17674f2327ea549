/** The edges of time, and what does not pile up; the rules of the interval join are held by test/properties/intervalJoin.test.ts. */
import { describe, expect, it } from 'vitest';
import { dropCounts } from '../../src/engine/drops.js';
import { IntervalMachine, type IntervalSpec } from '../../src/engine/intervalMachine.js';
import { itemsOf } from '../../src/state/blockCuts.js';
import type { SavedState } from '../../src/state/cut.js';
import { END_OF_TIME, START_OF_TIME } from '../../src/time/timestamp.js';
import { stateOf } from '../cuts.js';

type Spec = IntervalSpec<string, string, string, string>;

function machine(spec: Partial<Spec> = {}, snapshot?: SavedState) {
  const said: string[] = [];
  const output = {
    closed: false,
    row: (row: string, timestamp: number, diff: number) => void said.push(`${diff === 1 ? '' : '-'}${row}@${timestamp}`),
    late: ({ value, side, by }: { value: string; side: string; by: number }) => void said.push(`late ${side} ${value} by ${by}`),
    reached: (time: number) => void said.push(`W${time}`),
  };
  const whole: Spec = {
    leftKey: () => 'k',
    rightKey: () => 'k',
    select: (l, r) => `${l ?? '_'}${r ?? '_'}`,
    type: 'outer',
    lower: -5,
    upper: 5,
    allowedLateness: 0,
    leftRetracts: false,
    rightRetracts: false,
    ...spec,
  };
  const drops = dropCounts();
  const join = new IntervalMachine<string, string, string, string>(whole, output, drops, snapshot);
  const take = (): string[] => said.splice(0);
  return { join, take, drops, output };
}

describe('the interval machine', () => {
  it('joins at both ends of time', () => {
    const { join, take } = machine({ type: 'inner' });
    join.element('a', START_OF_TIME, 1, true);
    join.element('x', START_OF_TIME + 5, 1, false);
    join.element('b', END_OF_TIME, 1, true);
    join.element('y', END_OF_TIME - 5, 1, false);
    expect(take()).toEqual([`ax@${START_OF_TIME + 5}`, `by@${END_OF_TIME}`]);
    join.advance(END_OF_TIME);
    expect([take(), stateOf(join).parts]).toEqual([[`W${END_OF_TIME}`], []]);
  });

  it('keeps for ever what may be late for ever, until the end', () => {
    const { join, take } = machine({ allowedLateness: Number.POSITIVE_INFINITY });
    join.element('a', 1, 1, true);
    join.advance(1_000_000);
    join.element('x', 2, 1, false);
    join.element('b', 90, 1, true);
    expect(take()).toEqual(['W1', 'ax@2', 'W1000000']);
    join.advance(END_OF_TIME);
    expect([take(), stateOf(join).parts]).toEqual([['b_@90', `W${END_OF_TIME}`], []]);
  });

  it('says at once an element that can have no partner any more, and does not keep it', () => {
    const { join, take } = machine({ lower: -10, upper: -5 });
    join.advance(100);
    join.element('a', 102, 1, true);
    expect([take(), stateOf(join).parts]).toEqual([['W100', 'a_@102'], []]);
    join.element('b', 200, 1, true);
    expect(stateOf(join).parts).toHaveLength(1);
  });

  it('says the unpaired of one step in order of time, then of arrival', () => {
    const { join, take } = machine();
    for (const [value, time, left] of [
      ['c', 3, true],
      ['x', 20, false],
      ['a', 1, true],
      ['y', 20, false],
    ] as const) {
      join.element(value, time, 1, left);
    }
    join.advance(50);
    expect(take()).toEqual(['a_@1', 'c_@3', '_x@20', '_y@20', 'W50']);
  });

  it('hands out and counts what is late, withdrawals too', () => {
    const { join, take, drops } = machine();
    join.advance(10);
    join.element('a', 9, 1, true);
    join.element('x', 4, -1, false);
    expect([take(), drops.expired, stateOf(join).rest]).toEqual([
      ['W10', 'late left a by 1', 'late right x by 6'],
      2,
      expect.objectContaining({ drops }),
    ]);
  });

  it('goes on from a snapshot, which shares nothing with it', () => {
    const { join } = machine();
    join.element('a', 10, 1, true);
    join.element('x', 11, 1, false);
    join.element('b', 17, 1, true);
    join.advance(12);
    const snapshot = stateOf(join);
    join.advance(END_OF_TIME);
    const { join: second, take } = machine({}, snapshot);
    expect(stateOf(second)).toEqual(snapshot);
    second.advance(17);
    second.advance(END_OF_TIME);
    expect([(snapshot.rest as { sent: number }).sent, take()]).toEqual([12, ['W17', 'b_@17', `W${END_OF_TIME}`]]);
  });

  it('goes on from a snapshot that has its elements by key', () => {
    const { join } = machine();
    join.element('a', 10, 1, true);
    join.element('x', 11, 1, false);
    const { rest, parts } = stateOf(join);
    const [left, right] = itemsOf<{ time: number; value: string; seq: number; paired: number }>(parts).map(
      ({ time, value, seq, paired }) => ({ time, value, seq, paired }),
    );
    const { join: second } = machine({}, { rest: { ...(rest as object), keys: [{ key: 'k', left: [left], right: [right] }] }, parts: [] });
    expect(stateOf(second)).toEqual({ rest, parts });
  });

  it('writes what has come, gone or found a partner, and no more', () => {
    const { join } = machine({ type: 'left' });
    for (let i = 0; i < 12; i++) join.element('a', 10 * i, 1, true);
    for (const _ of join.cut(1_000_001, 0).parts);
    join.element('x', 70, 1, false);
    const changed = [...join.cut(1_000_002, 1_000_001).parts].map(part => 'data' in part);
    expect(changed).toEqual([false, true, false, true]);
  });

  it('stops saying rows when enough was said', () => {
    const { join, take, output } = machine({ type: 'inner' });
    join.element('a', 1, 1, true);
    output.closed = true;
    join.element('x', 1, 1, false);
    expect(take()).toEqual([]);
  });
});
