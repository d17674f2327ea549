import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countLate, type OpenWindow, OpenWindows } from '../../src/engine/openWindows.js';

const boundsOf = ({ start, end }: OpenWindow<string>): [number, number] => [start, end];
const bounds = fc.tuple(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 13, max: 20 }));

describe('open windows', () => {
  it('stand in order of their ends, then their starts, each once', () => {
    fc.assert(
      fc.property(fc.array(bounds, { maxLength: 30 }), fc.integer({ min: 12, max: 21 }), (all, watermark) => {
        const windows = new OpenWindows<string>(5);
        for (const [start, end] of all) expect(windows.open(start, end, watermark, 7).firedAt).toBe(end <= watermark ? 7 : -1);
        const sorted = [...all].sort((a, b) => a[1] - b[1] || a[0] - b[0]);
        const once = sorted.filter((one, i) => i === 0 || String(one) !== String(sorted[i - 1]));
        expect(windows.all.map(boundsOf)).toEqual(once);
        expect(windows.waiting?.end).toBe(once.find(([, end]) => end > watermark)?.[1]);
        const over = once.filter(([start, end]) => end <= watermark && start <= 9 && 14 <= end);
        expect(windows.firedOver({ start: 9, end: 14 }).map(boundsOf)).toEqual(over);
      }),
    );
  });

  //   0    4    8    12     lateness 3
  //   [----)
  //        [----)
  //             [----)
  it('become complete, and expire, in order', () => {
    const windows = new OpenWindows<string>(3);
    expect(windows.due).toBe(Infinity);
    for (const start of [8, 0, 4]) windows.open(start, start + 4, -1, 0);
    const said: string[] = [];
    const advance = (watermark: number): string[] => {
      windows.advance(
        watermark,
        ({ end }) => said.push(`expired ${end}`),
        ({ end }) => said.push(`complete ${end}`),
      );
      return said.splice(0);
    };
    expect(windows.due).toBe(4);
    expect(advance(4)).toEqual(['complete 4']);
    expect(windows.due).toBe(7);
    expect(advance(11)).toEqual(['expired 4', 'expired 8']);
    expect(windows.all.map(boundsOf)).toEqual([[8, 12]]);
    expect(advance(12)).toEqual(['complete 12']);
    expect([windows.due, windows.waiting]).toEqual([15, undefined]);
  });

  it('count the late panes of a key', () => {
    const window = new OpenWindows<string>(3).open(0, 4, -1, 0);
    countLate(window, 'a', 1);
    countLate(window, 'a', 2);
    expect(window.late?.get('a')).toBe(3);
  });
});
