import { Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { dropCounts } from '../../src/engine/drops.js';
import type { JoinLateRecord } from '../../src/engine/joinSpec.js';
import { type CoGroupOptions, coGroup } from '../../src/operators/coGroup.js';
import { finals } from '../../src/operators/finals.js';
import { record } from '../../src/testing/record.js';
import { testStream } from '../../src/testing/testStream.js';
import { afterCount } from '../../src/triggers/afterCount.js';
import { afterWatermark } from '../../src/triggers/afterWatermark.js';
import { countWindow } from '../../src/windows/countWindow.js';
import { session } from '../../src/windows/session.js';
import { tumbling } from '../../src/windows/tumbling.js';
import { at, listen, timed } from '../streams.js';
import { refusal } from '../support.js';

function grouping(options: Partial<CoGroupOptions<string, string, string>> = {}) {
  const left = testStream<string>();
  const right = testStream<string>({ clock: left.clock });
  const grouped = left.pipe(coGroup(right, { window: tumbling(10), leftKey: l => l.charAt(0), rightKey: r => r.charAt(0), ...options }));
  const panes = record(grouped);
  const said = (): string[] =>
    panes.take().map(({ key, value, timing, retraction }) => `${retraction ? '-' : ''}${timing} ${key}: ${value.left} | ${value.right}`);
  const both = (time: number): void => {
    left.advanceWatermarkTo(time);
    right.advanceWatermarkTo(time);
  };
  return { left, right, grouped, said, both, panes };
}

describe('coGroup', () => {
  it('gives panes of both sides, when the windows are complete on both', () => {
    const { left, right, said, both, panes } = grouping();
    left.add('a1', 1).add('b1', 2).advanceWatermarkTo(20);
    right.add('a2', 3).add('c2', 4).add('a3', 1);
    expect(said()).toEqual([]);
    both(20);
    expect(said()).toEqual(['on-time a: a1 | a2,a3', 'on-time b: b1 | ', 'on-time c:  | c2']);
    expect(panes.takeWatermarks()).toEqual([20]);
  });

  it('has the triggers, the lateness and the modes of windowBy', () => {
    const run = (options: Partial<CoGroupOptions<string, string, string>>): string[] => {
      const { left, right, said, both } = grouping({ trigger: afterWatermark({ early: afterCount(2) }), allowedLateness: 10, ...options });
      left.add('a1', 1);
      right.add('a2', 1);
      both(10);
      left.add('a3', 2);
      return said();
    };
    expect(run({})).toEqual(['early a: a1 | a2', 'on-time a: a1 | a2', 'late a: a1,a3 | a2']);
    expect(run({ onTime: 'ifChanged' })).toEqual(['early a: a1 | a2', 'late a: a1,a3 | a2']);
    expect(run({ accumulation: 'discarding' })).toEqual(['early a: a1 | a2', 'on-time a:  | ', 'late a: a3 | ']);
    expect(run({ accumulation: 'retracting' }).slice(-2)).toEqual(['-on-time a: a1 | a2', 'late a: a1,a3 | a2']);
  });

  it('joins sessions that span both sides, and counts over both', () => {
    const sessions = grouping({ window: session(5) });
    sessions.left.add('a1', 1).add('a3', 9);
    sessions.right.add('a2', 5);
    sessions.both(20);
    expect(sessions.said()).toEqual(['on-time a: a1,a3 | a2']);
    const counts = grouping({ window: countWindow(2) });
    counts.left.add('a1', 1);
    counts.right.add('a2', 1).add('a3', 1).add('a4', 1);
    expect(counts.said()).toEqual(['early a: a1 | a2', 'early a:  | a3,a4']);
  });

  it('hands out late elements with their side, and takes withdrawals', () => {
    const late: string[] = [];
    const drops = dropCounts();
    const next = ({ side, value, retraction }: JoinLateRecord<string, string>): void => void late.push(`${side} ${value} ${retraction}`);
    const { left, right, said, both } = grouping({ late: { next }, drops, allowedLateness: 5 });
    left.add('a1', 1);
    right.add('a2', 1);
    both(10);
    right.retract('a2', 1);
    both(15);
    right.add('a3', 1);
    left.retract('a1', 1);
    expect([said(), late, drops.expired]).toEqual([['on-time a: a1 | a2', 'late a: a1 | '], ['right a3 false', 'left a1 true'], 2]);
  });

  it('stands before operators on panes', () => {
    const { left, grouped, both } = grouping({ allowedLateness: 5 });
    const last = record(grouped.pipe(finals()));
    left.add('a1', 1);
    both(10);
    left.add('a2', 1);
    both(15);
    expect(last.take().map(({ value }) => value)).toEqual([{ left: ['a1', 'a2'], right: [] }]);
  });

  it('hands out arrays that later elements do not change', () => {
    const { left, panes } = grouping({ trigger: afterWatermark({ early: afterCount(1) }) });
    left.add('a1', 1).add('a2', 1);
    expect(panes.take().map(({ value }) => value.left)).toEqual([['a1'], ['a1', 'a2']]);
  });

  it('fails with either side', () => {
    const right = new Subject<{ t: number; v: number }>();
    const heard = listen(timed([at(1)]).pipe(coGroup(timed(right), { window: tumbling(10), leftKey: l => l.v, rightKey: r => r.v })));
    right.error(new Error('boom'));
    expect(heard.said).toEqual(['Error: boom']);
  });

  it('refuses options that do not exist, and bad ones', () => {
    const stream = testStream<string>();
    const good = { window: tumbling(10), leftKey: () => 1, rightKey: () => 1 };
    const refused = (options: object): string => refusal(() => stream.pipe(coGroup(stream, { ...good, ...options })));
    expect(refused({ key: () => 1 })).toContain('coGroup: there is no option "key"');
    expect(refused({ closing: 'often' })).toContain('coGroup(tumbling(10)): closing must be one of ifChanged, always, never');
    expect(refused({ trigger: afterCount(1) })).toContain('UNSAFE_TRIGGER: coGroup(tumbling(10)): the trigger afterCount(1) may finish');
    expect(refusal(() => stream.pipe(coGroup(stream, undefined as never)))).toContain('coGroup: options must be an object');
  });
});
