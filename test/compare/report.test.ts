import { expect, it } from 'vitest';
import { type ComparedOperator, WhatIfReport } from '../../src/compare/report.js';

const operator = (name: string, counts: Partial<ComparedOperator>): ComparedOperator => ({
  operator: name,
  base: `windowBy(tumbling(1h)) "${name}"`,
  variant: `windowBy(tumbling(2h)) "${name}"`,
  same: 0,
  different: 0,
  onlyBase: 0,
  onlyVariant: 0,
  unstable: 0,
  ...counts,
});
const difference = {
  operator: 'a',
  key: 'x',
  window: undefined,
  change: 'onlyBase',
  base: 1,
  variant: undefined,
  delta: undefined,
} as const;
const unstable = { operator: 'a', key: 'x', window: undefined, base: 1, control: 2, delta: 1 };

it('sums up its operators', () => {
  const operators = [operator('a', { same: 1, different: 2, onlyBase: 3, onlyVariant: 4 }), operator('b', { same: 10, different: 20 })];
  const report = new WhatIfReport({ elements: 7, ended: 'until', operators, differences: [difference], unstable: [] });
  expect(report).toMatchObject({ deterministic: true, elements: 7, ended: 'until', differences: [difference], unstable: [] });
  expect(report.counts).toEqual({ same: 11, different: 22, onlyBase: 3, onlyVariant: 4, unstable: 0 });
});

it('tells which options differ, besides the windows', () => {
  const options = [{ operator: 'windowBy/a', aspect: 'lateness', base: 0, variant: 60_000 }];
  const report = new WhatIfReport({ elements: 7, ended: 'until', operators: [operator('a', {})], options, differences: [], unstable: [] });
  expect(report.options).toEqual(options);
  expect(String(report).split('\n\n')[1]).toBe('windowBy/a: lateness 0 in the base, 60000 in the variant');
});

it('has no differences to tell of a base that is not deterministic', () => {
  const operators = [operator('a', { unstable: 1, onlyBase: 1 })];
  const report = new WhatIfReport({ elements: 7, ended: 'end of input', operators, differences: [difference], unstable: [unstable] });
  expect(report).toMatchObject({ deterministic: false, differences: [], unstable: [unstable] });
});

it('is plain data, and as a string a table of as many lines as asked for', () => {
  const operators = [operator('a', { onlyBase: 2 })];
  const report = new WhatIfReport({ elements: 7, ended: 'end of input', operators, differences: [difference, difference], unstable: [] });
  expect(JSON.parse(JSON.stringify(report))).toMatchObject({ deterministic: true, counts: { onlyBase: 2 } });
  expect(String(report).match(/only base {2}x/g)).toHaveLength(2);
  expect(report.toString(1)).toContain('... and 1 more');
});
