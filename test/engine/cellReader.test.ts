import { describe, expect, it } from 'vitest';
import { collect } from '../../src/aggregates/collect.js';
import { sum } from '../../src/aggregates/sum.js';
import { CellReader } from '../../src/engine/cellReader.js';
import { dropCounts } from '../../src/engine/drops.js';
import { generalMachine } from '../../src/engine/generalMachine.js';
import type { CellInside } from '../../src/engine/inside.js';
import type { WindowingSpec, WindowMachine } from '../../src/engine/machine.js';
import { keepCount } from '../../src/evictors/keepCount.js';
import { END_OF_TIME } from '../../src/time/timestamp.js';
import { countWindow } from '../../src/windows/countWindow.js';
import { globalWindow } from '../../src/windows/globalWindow.js';
import { tumbling } from '../../src/windows/tumbling.js';
import { nextNumber } from '../cuts.js';
import { type Item, specOf } from '../properties/machineRun.js';

const item = (key: string, at: number, value = 1): Item => ({ key, at, value });

function machineOf<R>(spec: WindowingSpec<Item, string, R>): {
  machine: WindowMachine<Item>;
  reader: (number?: number) => CellReader<Item, string, R>;
} {
  const machine = generalMachine(spec, { pane() {}, late() {}, reached() {} }, dropCounts());
  return { machine, reader: number => new CellReader(spec, machine, machine.inside as CellInside<Item, string, R>, number) };
}

describe('a reader of cells', () => {
  it('names windows with a time to live as their panes do, and knows when they are gone', () => {
    const { machine, reader } = machineOf(
      specOf(
        globalWindow({ ttl: 10 }),
        sum((x: Item) => x.value),
      ),
    );
    machine.element(item('a', 3), 3, 1);
    machine.element(item('a', 5), 5, 1);
    const live = reader();
    const window = { start: 3, end: END_OF_TIME };
    expect(live.find('a', window)).toEqual({ key: 'a', window, value: 2, status: 'open', expires: 15, pane: undefined, fresh: true });
    expect(live.at('a', 4)).toEqual(live.find('a', window));
    const held = reader(nextNumber());
    machine.element(item('a', 6), 6, 1);
    machine.advance(40, 0);
    expect([live.find('a', window), live.of('a')]).toEqual([undefined, []]);
    expect(held.at('a', 4)).toMatchObject({ value: 2, expires: 15 });
    held.release();
  });

  it('gives what counts since the last pane in count windows', () => {
    const assigner = countWindow(3);
    const { machine, reader } = machineOf(
      specOf(
        assigner,
        sum((x: Item) => x.value),
        { accumulation: 'discarding', onTime: 'ifChanged' },
        assigner.trigger,
      ),
    );
    for (let at = 0; at < 4; at++) machine.element(item('a', at), at, 1);
    expect(reader().of('a')).toMatchObject([{ value: 1, fresh: true, pane: { index: 0, timing: 'early' } }]);
  });

  it('leaves to windows with an evictor what they hold', () => {
    const aggregate = collect((x: Item) => x.value);
    const spec = { ...specOf(tumbling(10), aggregate), ...keepCount(2).over(aggregate) } as WindowingSpec<Item, string, number[]>;
    const { machine, reader } = machineOf(spec);
    for (let at = 0; at < 4; at++) machine.element(item('a', at, at), at, 1);
    for (let i = 0; i < 2; i++) expect(reader().at('a', 1)?.value).toEqual([2, 3]);
    machine.element(item('a', 5, 9), 5, 1);
    expect(reader().at('a', 1)?.value).toEqual([3, 9]);
  });

  it('finds images by key, also those that come when some have been looked at', () => {
    const { machine, reader } = machineOf(
      specOf(
        tumbling(10),
        sum((x: Item) => x.value),
      ),
    );
    for (const key of ['a', 'b']) machine.element(item(key, 1), 1, 1);
    const held = reader(nextNumber());
    machine.element(item('a', 2, 5), 2, 1);
    expect(held.of('a')).toMatchObject([{ value: 1 }]);
    machine.element(item('b', 2, 5), 2, 1);
    machine.element(item('c', 2, 5), 2, 1);
    expect([held.of('b'), held.of('c')]).toMatchObject([[{ value: 1 }], []]);
    held.release();
  });
});
