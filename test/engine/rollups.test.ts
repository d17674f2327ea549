import { describe, expect, it } from 'vitest';
import type { Aggregate } from '../../src/aggregates/aggregate.js';
import { generalMachine } from '../../src/engine/generalMachine.js';
import type { MachineFactory } from '../../src/engine/machine.js';
import { rolledUpMachine } from '../../src/engine/rollups.js';
import type { Slicing } from '../../src/engine/window.js';
import { combined } from '../../src/windows/combined.js';
import { sliding } from '../../src/windows/sliding.js';
import { tumbling } from '../../src/windows/tumbling.js';
import { type Item, runMachine, specOf } from '../properties/machineRun.js';
import { Bench } from './support.js';

const kinds = [tumbling(1), sliding(60, 10)];
const assigner = combined({ second: tumbling(1), minute: sliding(60, 10) });
const machine = rolledUpMachine(kinds.map(kind => kind.slicing as Slicing));

describe('rollups', () => {
  it('put a stretch together once for all windows that hold it', () => {
    let merges = 0;
    const counting: Aggregate<Item, { n: number }, number> = {
      name: 'counting',
      create: () => ({ n: 0 }),
      add: (state, { value }) => ({ n: state.n + value }),
      merge(a, b) {
        merges++;
        return { n: a.n + b.n };
      },
      result: ({ n }) => n,
    };
    const steps = Array.from({ length: 120 }, (_, at) => [
      { item: { key: 'a', value: 1, at }, diff: 1 as const },
      { watermark: at },
    ]).flat();
    const { said } = runMachine(machine, specOf(assigner, counting), [...steps, { watermark: 120 }]);
    const full = said.flatMap(({ panes }) => panes).filter(({ window }) => window.start >= 0 && window.end - window.start === 60);
    expect(full.map(({ value }) => value)).toEqual(Array(7).fill(60));
    // Ten for each ten seconds, and then six for each window; without them it would be sixty for each.
    expect(merges).toBeLessThanOrEqual(12 * 10 + 57);
  });

  it('makes a stretch anew when something comes late into it', () => {
    const bench = new Bench(machine, assigner, { allowedLateness: 5, accumulation: 'discarding' });
    bench.add('a', 0);
    bench.add('a', 1);
    bench.watermark(10);
    expect(bench.add('a', 7)).toContain('+a [7,8) = 1 late 0/0');
    const again = bench.restarted();
    for (const one of [bench, again]) expect(one.watermark(20)).toContain('+a [-40,20) = 3 on-time 0/0');
  });

  it('makes it anew wherever in it something comes: at its start, in the middle, at its end', () => {
    const shared = combined({ second: tumbling(1), ten: tumbling(10), minute: sliding(60, 10) });
    const options = { allowedLateness: 200 };
    const [rolled, plain] = [shared.machine as MachineFactory, generalMachine].map(each => new Bench(each, shared, options)) as [
      Bench,
      Bench,
    ];
    const both = (step: (bench: Bench) => string[]): void => expect(step(rolled)).toEqual(step(plain));
    for (let at = 0; at < 60; at++) both(bench => bench.add('a', at));
    both(bench => bench.watermark(60));
    for (const at of [25, 20, 29, 59, 0, 30]) {
      both(bench => bench.add('a', at, 100));
      both(bench => bench.add('b', at));
      both(bench => bench.add('a', 60));
    }
    for (const watermark of [70, 80, 110, 130]) both(bench => bench.watermark(watermark));
  });

  it('tell very many keys apart, of which some go and others come', () => {
    const shared = combined({ one: tumbling(1), ten: tumbling(10), over: sliding(20, 10) });
    const [rolled, plain] = [shared.machine as MachineFactory, generalMachine].map(each => new Bench(each, shared)) as [Bench, Bench];
    for (let at = 0; at < 60; at++) {
      for (let i = 0; i < 40; i++) {
        const key = `key ${(at * 7 + i * 3) % (150 + at)}`;
        expect(rolled.add(key, at, i)).toEqual(plain.add(key, at, i));
      }
      expect(rolled.watermark(at + 1)).toEqual(plain.watermark(at + 1));
    }
  });
});
