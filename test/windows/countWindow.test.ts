import { describe, expect, it } from 'vitest';
import { count } from '../../src/aggregates/count.js';
import { windowBy } from '../../src/operators/windowBy.js';
import { record } from '../../src/testing/record.js';
import { testStream } from '../../src/testing/testStream.js';
import { END_OF_TIME, START_OF_TIME } from '../../src/time/timestamp.js';
import { countWindow } from '../../src/windows/countWindow.js';
import { assigned, refusal } from './support.js';

describe('countWindow', () => {
  it('is the global window with a trigger that counts', () => {
    const hundreds = countWindow(100);
    expect([-5, 0, END_OF_TIME].map(t => assigned(hundreds, t))).toEqual(Array(3).fill([[START_OF_TIME, END_OF_TIME]]));
    expect([hundreds.trigger?.name, hundreds.merging, hundreds.name]).toEqual(['repeatedly(afterCount(100))', false, 'countWindow(100)']);
    expect(Object.isFrozen(hundreds)).toBe(true);
    expect(countWindow(1).trigger?.name).toBe('repeatedly(afterCount(1))');
  });

  it('takes a time to live', () => {
    const mortal = countWindow(3, { ttl: '1h' });
    expect([mortal.name, mortal.ttl, mortal.trigger?.name]).toEqual(['countWindow(3, ttl 1h)', 3_600_000, 'repeatedly(afterCount(3))']);
    expect(refusal(() => countWindow(3, { ttl: -1 }))).toBe(
      'BAD_OPTION: countWindow(): ttl must be longer than zero and finite, but came as -1.',
    );
  });

  //  a 0 1 |2    9| 30      ttl 10, three make a pane
  it('with a time to live lets an unfinished count of a silent key go, and counts anew when it comes again', () => {
    const source = testStream<string>();
    const panes = record(source.pipe(windowBy(countWindow(3, { ttl: 10 }), { key: k => k, aggregate: count() })));
    source.add('a', 0).add('a', 1).add('a', 2).add('a', 9).add('b', 9).advanceWatermarkTo(18);
    const said = (): unknown[] => panes.take().map(({ key, window, value, index, isLast }) => [key, window.start, value, index, isLast]);
    expect(said()).toEqual([['a', 0, 3, 0, false]]);
    source.advanceWatermarkTo(19);
    expect(said()).toEqual([
      ['a', 0, 1, 1, true],
      ['b', 9, 1, 0, true],
    ]);
    source.add('a', 30).add('a', 31).add('a', 32);
    expect(said()).toEqual([['a', 30, 3, 0, false]]);
    source.complete();
    expect(said()).toEqual([]);
  });

  it.each([0, -1, 1.5, Number.NaN, Infinity])('refuses a count of %s', count => {
    expect(refusal(() => countWindow(count))).toBe(
      `BAD_OPTION: countWindow(): count must be an integer of at least 1, but came as ${count}.`,
    );
  });

  it('refuses a count that is no number', () => {
    expect(refusal(() => countWindow('10' as never))).toBe(
      'BAD_OPTION: countWindow(): count must be an integer of at least 1, but came as "10".',
    );
  });
});
