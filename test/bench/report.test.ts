import { describe, expect, it } from 'vitest';
import type { Row } from '../../bench/harness.js';
import { jsonLines, table } from '../../bench/report.js';

const row: Row = {
  scenario: 'tumbling',
  contender: 'ours',
  events: 1_000,
  rounds: 3,
  nsPerEvent: { min: 80, q1: 81, median: 82.25, q3: 83 },
  ratio: { min: 0.69, q1: 0.7, median: 0.72, q3: 0.75 },
  ratioKind: 'speed',
  reference: 'loop',
  target: 0.7,
  answers: 'sum',
  results: 30,
  checksums: ['ab12/30'],
};

describe('table', () => {
  it('shows the target beside the figure', () => {
    expect(table([row]).split('\n')[1]).toMatch(/^ours +82\.3 +0\.72 +0\.70 \.\. 0\.75 +0\.69 +>= 0\.7 +reached +3 +30 +ab12$/);
  });

  it('judges a speed by its least and a cost by its most', () => {
    expect(table([{ ...row, target: 0.73 }])).toContain('missed');
    expect(table([{ ...row, ratioKind: 'cost', target: 0.73 }])).toMatch(/<= 0\.73 +reached/);
    expect(table([{ ...row, ratioKind: 'cost', target: 0.71 }])).toMatch(/<= 0\.71 +missed/);
  });

  it('says which results are not compared, and is empty for no rows', () => {
    expect(table([{ ...row, answers: null }])).toContain('other results, not compared');
    expect(table([])).toBe('');
  });
});

describe('jsonLines', () => {
  it('writes one object a line, with the machine', () => {
    const machine = { quick: true, node: 'v20', v8: '11', warmup: 2 };
    const lines = jsonLines([row, { ...row, contender: 'theirs' }], machine).split('\n');
    expect(lines).toHaveLength(3);
    expect(JSON.parse(lines[1] as string)).toEqual({ ...row, ...machine, contender: 'theirs' });
  });
});
