import { describe, expect, it } from 'vitest';
import { boundFor } from '../../src/disorder/advice.js';
import { measureDisorder } from '../../src/disorder/measureDisorder.js';
import type { DisorderReport } from '../../src/disorder/report.js';

interface Reading {
  readonly id: string;
  readonly at: number;
}

function measured(readings: readonly Reading[]): DisorderReport {
  const meter = measureDisorder<Reading>({ timestamp: reading => reading.at, source: reading => reading.id });
  for (const reading of readings) meter.add(reading);
  return meter.report();
}

const ordered = (count: number): Reading[] => Array.from({ length: count }, (_, index) => ({ id: 'a', at: index * 1_000 }));
const codes = (report: DisorderReport): string[] => report.advice.map(({ code }) => code);

describe('advice', () => {
  it('says that nothing came', () => {
    expect(measured([]).advice).toEqual([{ code: 'empty', text: 'No elements: nothing was measured.' }]);
  });

  it('says that order needs no bound', () => {
    expect(measured(ordered(20)).advice).toEqual([{ code: 'in-order', text: 'The elements are in order: ascending() is enough.' }]);
  });

  it('says the bounds', () => {
    const swapped = ordered(2_000).map(({ id, at }, index) => ({
      id,
      at: index % 50 === 7 ? at - 2_500 : index === 900 ? at - 61_000 : at,
    }));
    expect(measured(swapped).advice).toEqual([
      {
        code: 'bound',
        text: '2.1 % of the elements are out of order. On time are 99 % with a bound of 1.51s, 99.9 % with 1.51s, all with 1m.',
      },
    ]);
    expect(boundFor(measured(swapped).global, 0.99)).toBe(1_503);
  });

  it('says that a watermark for each source needs less', () => {
    const two = ordered(20_000).flatMap(({ at }) => [
      { id: 'a', at },
      { id: 'b', at: at - 30_000 },
    ]);
    const report = measured(two);
    expect(codes(report)).toEqual(['bound', 'by-source']);
    expect(report.advice[1]?.text).toBe(
      'Each source is in better order than all together: use source: ..., then ascending() is enough for 99.9 %, not 30s. ' +
        'Results then wait 30.5s on average for the slowest source, not 30s; idleAfter ends the wait for silent ones.',
    );
  });

  it('says first that a clock is wrong, and what holds without it', () => {
    const report = measured([...ordered(50), { id: 'x', at: 9_000_000 }, ...ordered(70).slice(50)]);
    expect(codes(report)).toEqual(['ahead', 'in-order']);
    expect(report.advice.map(({ text }) => text)).toEqual([
      '1 element is far ahead of the others, by 2.49h at element 51 of source x: a wrong clock? ' +
        '20 others are behind for that alone. Have them turned away: maxFuture of eventTime.',
      'Once those far ahead are turned away: The elements are in order: ascending() is enough.',
    ]);
  });
});
