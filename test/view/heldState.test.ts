import { describe, expect, it } from 'vitest';
import { count } from '../../src/aggregates/count.js';
import { dropCounts } from '../../src/engine/drops.js';
import { slicedMachine } from '../../src/engine/slicedMachine.js';
import { HeldState } from '../../src/view/heldState.js';
import { tumbling } from '../../src/windows/tumbling.js';
import { type Item, specOf } from '../properties/machineRun.js';

describe('state that is held', () => {
  const spec = specOf(tumbling(10), count());
  const host = (busy = false): any => {
    let cuts = 0;
    const machine = slicedMachine<Item, string, number>(spec, { pane() {}, late() {}, reached() {} }, dropCounts());
    return {
      nextCut: () => ++cuts,
      windows: new Map([
        ['w', { kind: 'windowBy', spec, machine, busy }],
        ['x', { kind: 'other', spec, machine: {}, busy: false }],
      ]),
    };
  };
  const add = (job: any): void => job.windows.get('w').machine.element({ key: 'a', at: 1, value: 1 }, 1, 1);

  it('stays as it was until the last has let go', () => {
    const job = host();
    add(job);
    const held = new HeldState(job);
    add(job);
    expect(held.reader('w')?.at('a', 1)?.value).toBe(1);
    held.retain().release();
    expect(held.reader('w')?.at('a', 1)?.value).toBe(1);
    held.release();
    expect(held.reader('w')).toBeUndefined();
  });

  it('is of some operators, and of those that can be read', () => {
    const held = new HeldState(host(), ['x', 'nothing', 'w'].values());
    expect([held.reader('x'), held.reader('nothing')]).toEqual([undefined, undefined]);
    expect(held.reader('w')).toBeDefined();
  });

  it('is not taken from an operator at work', () => {
    expect(() => new HeldState(host(true))).toThrow(expect.objectContaining({ code: 'NOT_NOW' }));
  });
});
