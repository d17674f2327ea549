import { describe, expect, it } from 'vitest';
import { count } from '../../src/aggregates/count.js';
import { paneId } from '../../src/engine/pane.js';
import { windowBy } from '../../src/operators/windowBy.js';
import { assertAssignerLaws } from '../../src/testing/assignerLaws.js';
import { record } from '../../src/testing/record.js';
import { testStream } from '../../src/testing/testStream.js';
import { days } from '../../src/windows/calendar.js';
import { combined } from '../../src/windows/combined.js';
import { countWindow } from '../../src/windows/countWindow.js';
import { cumulative } from '../../src/windows/cumulative.js';
import { globalWindow } from '../../src/windows/globalWindow.js';
import { session } from '../../src/windows/session.js';
import { sliding } from '../../src/windows/sliding.js';
import { tumbling } from '../../src/windows/tumbling.js';
import { assigned, refusal, sliceAt, windowsOfSlice } from './support.js';

const three = combined({ short: tumbling(10), long: tumbling(30), over: sliding(20, 15) });

describe('combined', () => {
  //   0    5    10   15   20        30    cut wherever one of them cuts
  it('cuts where one of its kinds does, and has the windows of all, in order of their ends', () => {
    expect(three.name).toBe('combined(short: tumbling(10), long: tumbling(30), over: sliding(20, 15))');
    expect([sliceAt(three, 7), sliceAt(three, 12), sliceAt(three, 29)]).toEqual([
      [5, 10],
      [10, 15],
      [20, 30],
    ]);
    const windows = [
      [10, 20],
      [0, 20],
      [0, 30],
      [15, 35],
    ].sort((a, b) => (a[1] as number) - (b[1] as number) || (a[0] as number) - (b[0] as number));
    expect(assigned(three, 16)).toEqual(windows.filter(([start]) => (start as number) <= 16));
    expect(windowsOfSlice(three, [15, 20])).toEqual(assigned(three, 16));
  });

  it('keeps the laws', () => {
    assertAssignerLaws(three, { values: [undefined] });
    assertAssignerLaws(combined({ a: sliding(4, 10), b: cumulative(30, 10), c: globalWindow() }), { values: [undefined] });
    assertAssignerLaws(combined({ day: days('Europe/Berlin'), hour: tumbling('1h') }), { values: [undefined] });
    assertAssignerLaws(combined({ inner: three, half: tumbling(5) }), { values: [undefined] });
  });

  it('has one window where two kinds have the same, with both names and one pane', () => {
    const windows = combined({ hour: tumbling(10), sofar: cumulative(30, 10) });
    const source = testStream<string>();
    const out = record(source.pipe(windowBy(windows, { key: key => key, aggregate: count() })));
    source.add('a', 3).add('a', 12).complete();
    const panes = out.take();
    expect(panes.map(({ window, value }) => [window.start, window.end, value, windows.namesOf(window)])).toEqual([
      [0, 10, 1, ['hour', 'sofar']],
      [0, 20, 2, ['sofar']],
      [10, 20, 1, ['hour']],
      [0, 30, 2, ['sofar']],
    ]);
    expect(new Set(panes.map(paneId)).size).toBe(4);
    expect(windows.namesOf({ start: 1, end: 2 })).toEqual([]);
  });

  it('refuses what is not aligned', () => {
    expect(refusal(() => combined({}))).toMatch(/^BAD_OPTION: combined\(\): its argument must be windows by name/);
    expect(refusal(() => combined([tumbling(1)] as never))).toMatch(/^BAD_OPTION: combined\(\): its argument/);
    for (const other of [session(5), countWindow(3), globalWindow({ ttl: 5 }), undefined])
      expect(refusal(() => combined({ other: other as never }))).toMatch(/^BAD_OPTION: combined\(\): other must be aligned windows/);
  });
});
