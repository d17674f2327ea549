import { describe, expect, it } from 'vitest';
import { makePane, retract } from '../../src/engine/emitter.js';
import { paneId } from '../../src/engine/pane.js';

describe('paneId', () => {
  const id = (key: unknown, start = 0, end = 10, index = 0): string => paneId({ key, window: { start, end }, index });

  it('is readable and the same in every run', () => {
    expect(id('FRA', 0, 3_600_000, 2)).toBe('"FRA"@0/3600000#2');
    expect(id({ b: 1, a: 2 })).toBe(id({ a: 2, b: 1 }));
  });

  it('differs when key, window or index do', () => {
    const ids = [
      id('a'),
      id('b'),
      id('a', -1),
      id('a', 0, 11),
      id('a', 0, 10, 1),
      id(1),
      id('1'),
      id(undefined),
      id(['a']),
      id('a@0/10#0'),
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('is that of the pane withdrawn for a retraction', () => {
    const pane = makePane('a', { start: 0, end: 10 }, 3, 'early', 4, -1, false, 9);
    expect(paneId(retract(pane))).toBe(paneId(pane));
  });
});
