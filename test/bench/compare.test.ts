import { describe, expect, it } from 'vitest';
import { changeOf, compareTable, readFigures } from '../../bench/compare.js';
import { type Figure, type Spread, spread } from '../../bench/harness.js';
import { jsonLines } from '../../bench/report.js';

const value: Spread = { min: 0.6, q1: 0.7, median: 0.8, q3: 0.9 };
const figure: Figure = { scenario: 'tumbling', name: 'ours', unit: 'x', better: 'more', value, target: 0.9, drawn: 'a loop' };
const machine = { quick: false, node: 'v20', v8: '11', warmup: 3 };

function times(factor: number): Spread {
  return { min: value.min * factor, q1: value.q1 * factor, median: value.median * factor, q3: value.q3 * factor };
}

describe('readFigures', () => {
  it('reads what --json has written, and leaves out the times', () => {
    const nothing: Figure = { ...figure, name: 'nothing', value: spread([]) };
    const text = `${jsonLines({ rows: [], figures: [figure, nothing] }, machine)}{"type":"times","scenario":"tumbling"}\n`;
    expect(readFigures(text, 'old.json')).toEqual([figure, nothing].map(each => ({ ...each, ...machine })));
    expect(readFigures('', 'old.json')).toEqual([]);
  });

  it('names the line that is none of that file', () => {
    const text = `${jsonLines({ rows: [], figures: [figure] }, machine)}`;
    for (const line of ['not JSON', '{"type":"figure"}', '{"scenario":"tumbling"}', 'null', '3']) {
      expect(() => readFigures(`${text}${line}\n`, 'old.json')).toThrow(/^old\.json, line 2: /);
    }
  });
});

describe('changeOf', () => {
  it('is beyond the noise if the quartiles do not overlap', () => {
    expect(changeOf('more', value, times(2))).toBe('better');
    expect(changeOf('more', value, times(0.5))).toBe('worse');
    expect(changeOf('less', value, times(2))).toBe('worse');
    expect(changeOf('less', value, times(0.5))).toBe('better');
  });

  it('is within the noise if they overlap or touch, or if nothing was measured', () => {
    expect(changeOf('more', value, times(1.1))).toBe('within the noise');
    expect(changeOf('more', value, { ...value, q1: 0.9, median: 2, q3: 3 })).toBe('within the noise');
    expect(changeOf('less', value, spread([]))).toBe('within the noise');
  });
});

describe('compareTable', () => {
  it('shows old, new, difference and verdict', () => {
    const lines = compareTable([figure], [{ ...figure, value: times(1.5) }]).split('\n');
    expect(lines[1]).toMatch(/^tumbling +ours +0\.80x +1\.20x +\+50\.0 % +better$/);
  });

  it('keeps figures of the same name in different scenarios apart, and shows those of one run alone', () => {
    const other = { ...figure, scenario: 'sliding', value: times(0.5) };
    const lines = compareTable([figure, other], [{ ...figure, name: 'new one' }, other]).split('\n');
    expect(lines[1]).toMatch(/^tumbling +new one +0\.80x +only now$/);
    expect(lines[2]).toMatch(/^sliding +ours +0\.40x +0\.40x +0\.00 % +within the noise$/);
    expect(lines[3]).toMatch(/^tumbling +ours +0\.80x +only before$/);
  });
});
