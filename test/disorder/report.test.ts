import { expect, it } from 'vitest';
import { measureDisorder } from '../../src/disorder/measureDisorder.js';
import { DisorderReport } from '../../src/disorder/report.js';

it('is plain data, and a text when asked for one', () => {
  const meter = measureDisorder<number>({ timestamp: at => at });
  for (const at of [1, 5, 3]) meter.add(at);
  const report = meter.report();
  expect(report).toBeInstanceOf(DisorderReport);
  expect(structuredClone({ ...report })).toEqual({ ...report });
  expect(JSON.parse(JSON.stringify(report))).toMatchObject({ elements: 3, ahead: { count: 0 }, global: { longest: 2 }, sources: [] });
  expect(String(report)).toContain('3 elements\n\n- 33.3 % of the elements are out of order.');
});
