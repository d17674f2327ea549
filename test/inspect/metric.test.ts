import { describe, expect, it } from 'vitest';
import { METRICS } from '../../src/inspect/metric.js';

describe('what is measured', () => {
  it('has names of its own, in the words of OpenTelemetry, and a sentence each', () => {
    const all = Object.values(METRICS);
    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
    for (const { name, unit, help } of all) {
      expect(name).toMatch(/^tidemark(\.[a-z]+)+$/);
      expect(unit).toMatch(/^(s|By|1|\{[a-z]+\})$/);
      expect(help).toMatch(/^[A-Z0-9].*\.$/);
    }
  });
});
