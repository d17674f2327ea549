import { describe, expect, it } from 'vitest';
import { measureDisorder } from '../../src/disorder/measureDisorder.js';
import { disorderText, nameOf } from '../../src/disorder/text.js';

describe('the text of a report', () => {
  const meter = measureDisorder<{ at: number; id: number }>({
    timestamp: e => e.at,
    source: e => e.id,
    arrival: e => Math.min(e.at, 700_000) + 1_000 * (e.id + 1),
  });
  for (let round = 0; round < 12; round++) for (let id = 0; id < 12; id++) meter.add({ id, at: 60_000 * round - 1_000 * id });
  meter.add({ id: 3, at: 99_000_000 });

  it('has the advice, and tables of bounds and sources', () => {
    expect(disorderText(meter.report())).toMatchInlineSnapshot(`
      "145 elements

      - 1 element is far ahead of the others, by 1.14d at element 145 of source 3: a wrong clock? 0 others are behind for that alone. Have them turned away: maxFuture of eventTime.
      - Once those far ahead are turned away: 91.7 % of the elements are out of order. On time are 99 % with a bound of 11s, all with 11s.

      One watermark for all
        on time  bound  late  late share  result lag: mean  median   99 %
           90 %  10.1s    12       8.3 %             11.1s   11.1s  11.1s
           99 %    11s     0         0 %               12s     12s    12s
            all    11s     0         0 %               12s     12s    12s

      One watermark for all, without those far ahead
        on time  bound  late  late share  result lag: mean  median   99 %
           90 %  10.1s    12       8.3 %             11.1s   11.1s  11.1s
           99 %    11s     0         0 %               12s     12s    12s
            all    11s     0         0 %               12s     12s    12s

      A watermark for each source (source: ...), the lowest counts
        on time  bound  late  late share  result lag: mean  median   99 %
           90 %    0ms    11       7.6 %             1.02m    1.2m   1.2m
           99 %  10.1s     1      0.69 %             1.18m   1.37m  1.37m
            all    11s     0         0 %              1.2m   1.39m  1.39m

      Each source by itself
        source  elements  out of order  bound: 99 %  99.9 %  all
        11            12             0          0ms     0ms  0ms
        9             12             0          0ms     0ms  0ms
        10            12             0          0ms     0ms  0ms
        6             12             0          0ms     0ms  0ms
        8             12             0          0ms     0ms  0ms
        5             12             0          0ms     0ms  0ms
        4             12             0          0ms     0ms  0ms
        0             12             0          0ms     0ms  0ms
        3             12             0          0ms     0ms  0ms
        2             12             0          0ms     0ms  0ms
        and 2 more, in better order

      The furthest ahead
        element  ahead by                  its time
            145     1.14d  1970-01-02T03:30:00.000Z
      "
    `);
  });

  it('is aligned', () => {
    for (const table of disorderText(meter.report()).split('\n\n').slice(2)) {
      const lengths = table
        .split('\n')
        .filter(line => line.startsWith('  ') && !line.startsWith('  and'))
        .map(line => line.length);
      expect(new Set(lengths).size).toBeLessThanOrEqual(1);
    }
  });

  it('is what String says', () => {
    const report = meter.report();
    expect(`${report}`).toBe(disorderText(report));
  });

  it('is short for nothing', () => {
    expect(disorderText(measureDisorder({ timestamp: Number }).report())).toBe('0 elements\n\n- No elements: nothing was measured.\n');
  });

  it('shows a source as a short word', () => {
    expect([nameOf('a'), nameOf({ id: 1 }), nameOf(undefined), nameOf('x'.repeat(40))]).toEqual([
      'a',
      '{"id":1}',
      'undefined',
      `${'x'.repeat(29)}…`,
    ]);
  });
});
