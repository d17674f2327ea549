import { describe, expect, it } from 'vitest';
import { BEGIN, DISORDER, stringKeys } from '../../../bench/workloads/events.js';
import { keysIn, makeFills } from '../../../bench/workloads/fills.js';

describe('makeFills', () => {
  const shape = { fills: 3, eventsPerFill: 1_000, span: 60_000, gap: 30_000 };
  const fills = makeFills(shape, stringKeys(50));

  it('is in order of time, across the events that cross too', () => {
    const times = fills.flatMap(({ batches, crossing }) => [...batches.flat(), crossing].map(event => event.timestamp));
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });

  it('fills whole spans from their beginning, and crosses their end and the gap by the bound of disorder', () => {
    for (const { batches, crossing } of fills) {
      const start = batches[0]?.[0]?.timestamp as number;
      expect((start - BEGIN) % shape.span).toBe(0);
      expect(Math.max(...batches.flat().map(event => event.timestamp))).toBeLessThan(start + shape.span);
      expect(crossing.timestamp - DISORDER).toBe(start + shape.span + shape.gap);
    }
  });

  it('has late events, of the fill before, from the second fill on', () => {
    const [first, second] = makeFills({ ...shape, lateOneIn: 10 }, stringKeys(50)).map(({ batches }) => batches.flat());
    const begin = second?.[0]?.timestamp as number;
    expect(first?.every(({ timestamp }) => timestamp >= BEGIN)).toBe(true);
    const late = second?.filter(({ timestamp }) => timestamp < begin) ?? [];
    expect(late).toHaveLength(100);
    expect(late.every(({ timestamp }) => timestamp >= BEGIN && timestamp < BEGIN + shape.span)).toBe(true);
  });

  it('gives arrays of 256', () => {
    expect(fills[0]?.batches.map(batch => batch.length)).toEqual([256, 256, 256, 232]);
    expect(keysIn(fills[0] as (typeof fills)[0])).toBe(50);
  });
});
