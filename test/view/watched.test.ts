import { describe, expect, it } from 'vitest';
import { count } from '../../src/aggregates/count.js';
import { dropCounts } from '../../src/engine/drops.js';
import { slicedMachine } from '../../src/engine/slicedMachine.js';
import { watch } from '../../src/view/watched.js';
import { tumbling } from '../../src/windows/tumbling.js';
import { type Item, specOf } from '../properties/machineRun.js';

describe('who watches an operator', () => {
  it('hears of elements, of panes and of time, and leaves it as it was', () => {
    const spec = specOf(tumbling(10), count());
    const heard: string[] = [];
    const operator: any = { kind: 'w', spec, busy: false, closed: false, pane: () => void heard.push('pane') };
    operator.machine = slicedMachine<Item, string, number>(
      spec,
      { pane: pane => operator.pane(pane), late() {}, reached() {} },
      dropCounts(),
    );
    const { machine, pane } = operator;
    const unwatch = watch<Item, string>(
      operator,
      key => heard.push(`key ${key}`),
      () => heard.push('time'),
    );
    const item = (key: string, at: number): Item => ({ key, at, value: 1 });
    operator.machine.element(item('a', 1), 1, 1);
    const values = [item('b', 2), item('c', 3)];
    operator.machine.run({
      values,
      timestampOf: (x: Item) => x.at,
      bound: 0,
      horizon: Infinity,
      watermark: 0,
      at: 0,
      to: 2,
      time: undefined,
    });
    operator.machine.advance(10, 0);
    expect(heard).toEqual(['key a', 'key b', 'key c', 'key a', 'pane', 'key b', 'pane', 'key c', 'pane', 'time']);
    expect([operator.machine.watermark, operator.machine.inside !== undefined, operator.machine.nextWake()]).toEqual([10, true, Infinity]);
    expect(operator.machine.cut(1, 0).rest).toEqual(machine.cut(2, 0).rest);
    unwatch();
    expect([operator.machine === machine, operator.pane === pane]).toEqual([true, true]);
  });
});
