import { describe, expect, it } from 'vitest';
import type { MachineSnapshot } from '../../src/engine/machine.js';
import { slicedMachine } from '../../src/engine/slicedMachine.js';
import { complete } from '../../src/engine/snapshot.js';
import { tumbling } from '../../src/windows/tumbling.js';
import { Bench } from './support.js';

describe('a snapshot of changes', () => {
  it('holds what has changed, names what has not, and leaves out what is gone', () => {
    const { machine } = new Bench(slicedMachine, tumbling(10));
    machine.element({ key: 'a', value: 1, at: 1 }, 1, 1);
    machine.element({ key: 'a', value: 1, at: 11 }, 11, 1);
    machine.element({ key: 'a', value: 1, at: 21 }, 21, 1);
    const base = machine.snapshot();
    machine.element({ key: 'b', value: 5, at: 22 }, 22, 1);
    machine.advance(10, 0);
    const changes = machine.snapshot(true);
    expect(changes.parts.map(part => [part.id, 'data' in part])).toEqual([
      [10, false],
      [20, true],
    ]);
    expect(complete(base, changes)).toEqual(machine.snapshot());
  });

  it('is completed by the base alone for parts that it only names', () => {
    const base: MachineSnapshot = {
      parts: [
        { id: 1, data: 'one' },
        { id: 2, data: 'two' },
      ],
      rest: 'old',
    };
    const changes: MachineSnapshot = { parts: [{ id: 2 }, { id: 3, data: 'three' }], rest: 'new' };
    expect(complete(base, changes)).toEqual({
      parts: [
        { id: 2, data: 'two' },
        { id: 3, data: 'three' },
      ],
      rest: 'new',
    });
  });
});
