import { describe, expect, it } from 'vitest';
import type { Figure, Row } from '../../bench/harness.js';
import { amount, digits, figuresTable, jsonLines, tally, timesTable } from '../../bench/report.js';

const row: Row = {
  scenario: 'tumbling',
  contender: 'ours',
  events: 1_000,
  rounds: 3,
  nsPerEvent: { min: 80, q1: 81, median: 82.25, q3: 83 },
  ratio: { min: 0.69, q1: 0.7, median: 0.72, q3: 0.75 },
  ratioKind: 'speed',
  reference: 'loop',
  answers: 'sum',
  checksums: ['ab12/30'],
};

const figure: Figure = {
  scenario: 'tumbling',
  name: 'ours: speed relative to loop',
  unit: 'x',
  better: 'more',
  value: row.ratio,
  target: 0.7,
  drawn: null,
};

describe('timesTable', () => {
  it('shows the time, the ratio and what came out', () => {
    expect(timesTable([row]).split('\n')[1]).toMatch(/^ours +82\.3 +0\.72 +0\.70 \.\. 0\.75 +0\.69 +1000 +3 +30 +ab12$/);
  });

  it('says which results are not compared, and is empty for no rows', () => {
    expect(timesTable([{ ...row, answers: null }])).toContain('other results, not compared');
    expect(timesTable([])).toBe('');
  });
});

describe('figuresTable', () => {
  it('shows the target beside the figure, and whether it is reached', () => {
    expect(figuresTable([figure]).split('\n')[1]).toMatch(/^tumbling +ours: .* +0\.72x +0\.70 \.\. 0\.75 +>= 0\.70x +reached$/);
  });

  it('shows the times that a ratio is of', () => {
    expect(figuresTable([{ ...figure, nsPerEvent: [82.25, 59.2] }])).toMatch(/ours: .* +82\.3, 59\.2 +0\.72x/);
  });

  it('judges by the least or by the most', () => {
    expect(figuresTable([{ ...figure, target: 0.73 }])).toMatch(/>= 0\.73x +MISSED/);
    expect(figuresTable([{ ...figure, better: 'less', target: 0.73 }])).toMatch(/<= 0\.73x +reached/);
    expect(figuresTable([{ ...figure, better: 'less', target: 0.71 }])).toMatch(/<= 0\.71x +MISSED/);
    expect(figuresTable([{ ...figure, target: null }]).split('\n')[1]).toMatch(/0\.75$/);
  });

  it('is tallied over those that have a target', () => {
    expect(tally([figure, { ...figure, target: 0.8 }, { ...figure, target: null }])).toBe('1 of 2 targets reached.');
  });
});

describe('digits', () => {
  it('shows about three that count', () => {
    expect([1234.5, 123.4, 12.34, 1.234, 0.1234, 0.01234, 0, Number.NaN].map(digits)).toEqual([
      '1235',
      '123',
      '12.3',
      '1.23',
      '0.12',
      '0.0123',
      '0.00',
      '-',
    ]);
    expect([amount(2, 'x'), amount(15, 'ms')]).toEqual(['2.00x', '15.0 ms']);
  });
});

describe('jsonLines', () => {
  it('writes one object a line, with the machine', () => {
    const machine = { quick: true, node: 'v20', v8: '11', warmup: 2 };
    const lines = jsonLines({ rows: [row], figures: [figure] }, machine).split('\n');
    expect(lines).toHaveLength(3);
    expect(JSON.parse(lines[0] as string)).toEqual({ type: 'times', ...row, ...machine });
    expect(JSON.parse(lines[1] as string)).toEqual({ type: 'figure', ...figure, ...machine });
  });
});
