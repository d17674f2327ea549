import { describe, expect, it } from 'vitest';
import type { PaneDifference, UnstablePane } from '../../src/compare/difference.js';
import { type ComparedOperator, type WhatIfEnd, WhatIfReport } from '../../src/compare/report.js';
import { makePane } from '../../src/engine/emitter.js';

const NOON = Date.UTC(2026, 6, 1, 12);
const H = 3_600_000;

const pane = (key: unknown, start: number, end: number, value: unknown) =>
  makePane(key, { start, end }, value, 'on-time', 0, 0, true, end - 1);

const counts = { same: 0, different: 0, onlyBase: 0, onlyVariant: 0, unstable: 0 };
const flights: ComparedOperator = {
  ...counts,
  operator: 'delays',
  base: 'windowBy(tumbling(1h)) "delays"',
  variant: 'windowBy(tumbling(1h)) "means"',
};

function text(
  operators: readonly ComparedOperator[],
  differences: readonly PaneDifference<any, any>[] = [],
  unstable: readonly UnstablePane<any>[] = [],
  ended: WhatIfEnd = 'end of input',
): string {
  return String(new WhatIfReport({ elements: 12_345, ended, operators, differences, unstable }));
}

const found = (change: string, key: unknown, base: any, variant: any, delta?: unknown, operator = 'delays') =>
  ({ operator, key, window: (base ?? variant).window, change, base, variant, delta }) as PaneDifference<any, any>;

describe('the text of a report', () => {
  it('is short if nothing differs', () => {
    expect(text([{ ...flights, same: 1200 }], [], [], 'stopped')).toBe(
      [
        'base     windowBy(tumbling(1h)) "delays"',
        'variant  windowBy(tumbling(1h)) "means"',
        '',
        '12,345 elements until it was stopped; run again, the base says the same',
        '',
        ' same  different  only base  only variant',
        '1,200          0          0             0',
        '',
      ].join('\n'),
    );
  });

  it('shows the panes that differ: of objects what has changed, of windows both ends', () => {
    const rows = [
      found('different', 'LHR', pane('LHR', NOON, NOON + H, 4), pane('LHR', NOON, NOON + H, 5.123456789), 1.123456789),
      found('onlyBase', ['LHR', 2], pane('LHR', NOON, NOON + 12 * H, 'x'), undefined),
      found('onlyVariant', 'LHR', undefined, pane('LHR', NOON + 250, NOON + 1000, [1, 2])),
      found(
        'different',
        'JFK',
        pane('JFK', NOON, NOON + H, { n: 1, top: 'a', mean: 2 }),
        pane('JFK', NOON, NOON + 2 * H, { n: 1, top: 'b', mean: 3 }),
        { mean: 1 },
      ),
      found('different', 'JFK', pane('JFK', NOON, NOON + H, { n: 1, m: 2 }), pane('JFK', NOON, NOON + H, { n: 2, m: 1 }), { n: 1, m: -1 }),
    ];
    expect(text([{ ...flights, different: 3, onlyBase: 1, onlyVariant: 8 }], rows, [], 'until')).toMatchInlineSnapshot(`
      "base     windowBy(tumbling(1h)) "delays"
      variant  windowBy(tumbling(1h)) "means"

      12,345 elements up to where it was to end; run again, the base says the same

      same  different  only base  only variant
         0          3          1             8

      change        key        window                                            base        variant       delta
      different     LHR        2026-07-01 12:00 .. 13:00                            4        5.12346    +1.12346
      only base     ["LHR",2]  2026-07-01 12:00 .. 2026-07-02 00:00                 x
      only variant  LHR        2026-07-01 12:00:00.250 .. 12:00:01.000                         [1,2]
      different     JFK        2026-07-01 12:00 .. 13:00 | 14:00        top a, mean 2  top b, mean 3     mean +1
      different     JFK        2026-07-01 12:00 .. 13:00                     n 1, m 2       n 2, m 1  n +1, m -1
      ... and 7 more
      "
    `);
  });

  it('leaves out columns that say nothing, and names operators where there are several', () => {
    const rows = [
      found('onlyBase', undefined, pane(undefined, -Infinity, Infinity, 1), undefined),
      found('onlyVariant', undefined, undefined, pane(undefined, 0, 10, 1), undefined, 'other'),
    ];
    expect(
      text(
        [
          { ...flights, onlyBase: 1 },
          { ...flights, operator: 'other', onlyVariant: 1 },
        ],
        rows,
      ),
    ).toMatchInlineSnapshot(`
      "base     windowBy(tumbling(1h)) "delays"
      variant  windowBy(tumbling(1h)) "means"
      base     windowBy(tumbling(1h)) "delays"
      variant  windowBy(tumbling(1h)) "means"

      12,345 elements to the end of the sources; run again, the base says the same

      operator  same  different  only base  only variant
      delays       0          0          1             0
      other        0          0          0             1
      all          0          0          1             1

      change        operator  window        base  variant
      only base     delays    start .. end     1
      only variant  other     0 .. 10                   1
      "
    `);
  });

  it('shows rows as they are, in short', () => {
    const long = 'x'.repeat(100);
    const rows = [
      found('different', 7, { id: 7, text: long, window: undefined }, { id: 7, text: 'y', window: undefined }),
      found('onlyBase', 8, { id: 8, inner: { a: 1 }, window: undefined }, undefined),
    ];
    expect(text([{ ...flights, different: 1, onlyBase: 1 }], rows)).toMatchInlineSnapshot(`
      "base     windowBy(tumbling(1h)) "delays"
      variant  windowBy(tumbling(1h)) "means"

      12,345 elements to the end of the sources; run again, the base says the same

      same  different  only base  only variant
         0          1          1             0

      change     key                                          base  variant
      different  7    text xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...   text y
      only base  8                        {"id":8,"inner":{"a":1}}
      "
    `);
  });

  it('says that the base is not deterministic, and shows how', () => {
    const rows = [
      {
        operator: 'delays',
        key: 'LHR',
        window: { start: 0, end: 10 },
        base: pane('LHR', 0, 10, 1),
        control: pane('LHR', 0, 10, 2),
        delta: 1,
      },
      { operator: 'delays', key: 'JFK', window: { start: 0, end: 10 }, base: undefined, control: pane('JFK', 0, 10, 2), delta: undefined },
    ];
    expect(text([{ ...flights, same: 3, unstable: 5 }], [], rows)).toMatchInlineSnapshot(`
      "base     windowBy(tumbling(1h)) "delays"
      variant  windowBy(tumbling(1h)) "means"

      12,345 elements to the end of the sources; run again, the base does NOT say the same: what differs is not due to the variant

      unstable
             5

      pane      key  window   base  base again  delta
      unstable  LHR  0 .. 10     1           2     +1
      unstable  JFK  0 .. 10                 2
      ... and 3 more
      "
    `);
  });
});
