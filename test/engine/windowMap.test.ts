import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makePane } from '../../src/engine/emitter.js';
import type { TimeWindow } from '../../src/engine/window.js';
import { WindowMap } from '../../src/engine/windowMap.js';
import { itemsOf } from '../../src/state/blockCuts.js';
import { END_OF_TIME } from '../../src/time/timestamp.js';
import { stateOf } from '../cuts.js';

const window = (start: number, end: number): TimeWindow => ({ start, end });
const name = (key: string, start: number, end: number) => ({ key, window: window(start, end) });
const pane = (key: string, start: number, end: number, timestamp = end - 1, replaces: TimeWindow[] = []) =>
  makePane(key, window(start, end), 1, 'early', 0, -1, false, timestamp, replaces);

describe('WindowMap', () => {
  it('knows windows by value, also those of composite keys', () => {
    const map = new WindowMap<{ id: number }, number>(0);
    const entry = map.open({ key: { id: 1 }, window: window(0, 10) });
    expect(map.open({ key: { id: 1 }, window: window(0, 10) })).toBe(entry);
    expect(map.get({ key: { id: 1 }, window: window(0, 11) })).toBeUndefined();
    expect(map.of({ id: 1 })).toEqual([entry]);
    expect(map.of({ id: 2 })).toEqual([]);
    expect([map.size, map.all().length]).toEqual([1, 1]);
    expect(map.drop({ key: { id: 1 }, window: window(0, 10) })).toEqual(entry);
    expect(map.drop({ key: { id: 1 }, window: window(0, 10) })).toBeUndefined();
    expect([map.size, map.all().length]).toEqual([0, 0]);
  });

  it('forgets what has expired, in order of end, start, first seen; what was dropped and opened anew only once', () => {
    const map = new WindowMap<string, number>(5);
    map.open(name('b', 0, 20));
    map.open(name('b', 5, 10));
    map.open(name('a', 5, 10));
    map.open(name('c', 0, 10));
    map.drop(name('b', 5, 10));
    map.open(name('b', 5, 10));
    expect(map.expired(14)).toEqual([]);
    expect(map.expired(15).map(entry => [entry.key, entry.window.start])).toEqual([
      ['c', 0],
      ['a', 5],
      ['b', 5],
    ]);
    expect(map.size).toBe(1);
    expect(map.expired(24)).toEqual([]);
    expect(map.expired(25)).toHaveLength(1);
  });

  it('keeps windows for ever when told so', () => {
    const map = new WindowMap<string, number>(Infinity);
    map.open(name('a', 0, 10));
    expect(map.expired(Number.MAX_SAFE_INTEGER)).toEqual([]);
  });

  it('bounds time by the panes that are held back', () => {
    const map = new WindowMap<string, number>(0);
    const a = map.open(name('a', 0, 10));
    const b = map.open(name('b', 0, 10));
    map.hold(a, pane('a', 0, 10, 3));
    map.hold(b, pane('b', 0, 10, 5));
    expect(map.bound(8)).toBe(3);
    map.hold(a, pane('a', 0, 10, 4));
    expect([map.bound(8), map.bound(2)]).toEqual([4, 2]);
    a.pane = undefined;
    expect(map.bound(8)).toBe(5);
    map.drop(b);
    expect(map.bound(8)).toBe(8);
    map.hold(a, pane('a', 0, 10));
    expect(map.bound(20)).toBe(20);
  });

  it('absorbs the sessions that a pane replaces', () => {
    const map = new WindowMap<string, number>(0);
    map.open(name('a', 0, 10)).count = 2;
    map.open(name('b', 0, 10));
    const gone = map.absorb(pane('a', 0, 15, 14, [window(0, 10), window(12, 15)]));
    expect(gone.map(entry => entry.count)).toEqual([2]);
    expect(map.all().map(entry => entry.key)).toEqual(['b']);
  });

  it('keeps nothing in its queue of what ends with the stream, and gives what is left of that when the stream does', () => {
    const map = new WindowMap<string, number>(1);
    map.open(name('b', 5, END_OF_TIME));
    map.open(name('a', 0, END_OF_TIME));
    map.open(name('c', 1, END_OF_TIME));
    map.drop(name('c', 1, END_OF_TIME));
    expect(map.expired(1_000)).toEqual([]);
    expect(map.expired(END_OF_TIME).map(({ key }) => key)).toEqual(['a', 'b']);
    expect(map.size).toBe(0);
  });

  it('is the same after a restart', () => {
    const op = fc.record({ key: fc.constantFrom('a', 'b', 'c'), start: fc.nat(5), drop: fc.boolean() });
    fc.assert(
      fc.property(fc.array(op), fc.nat(12), fc.boolean(), (ops, time, whole) => {
        const map = new WindowMap<string, number>(1);
        for (const { key, start, drop } of ops)
          drop ? map.drop(name(key, start, start + 3)) : map.open(name(key, start, start + 3)).count++;
        const copy = new WindowMap<string, number>(1);
        const saved = stateOf(map);
        // As snapshots without parts had it.
        const entries = itemsOf(saved.parts);
        copy.restore(whole ? { rest: { ...(saved.rest as object), entries }, parts: [] } : saved);
        for (const each of [map, copy]) each.open(name('d', 0, 3));
        const rest = (of: typeof map) =>
          [time, 99].map(to => of.expired(to).map(({ key, window: { start }, count }) => [key, start, count]));
        expect(copy.size).toBe(map.size);
        expect(rest(copy)).toEqual(rest(map));
      }),
    );
  });
});
