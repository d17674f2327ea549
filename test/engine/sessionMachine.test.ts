import { describe, expect, it } from 'vitest';
import type { MachineFactory } from '../../src/engine/machine.js';
import { END_OF_TIME } from '../../src/time/timestamp.js';
import { session } from '../../src/windows/session.js';
import { stateOf } from '../cuts.js';
import type { Options } from '../properties/machineRun.js';
import { Bench } from './support.js';

const bench = (options: Options = {}, mergeTouching = false): Bench => {
  const assigner = session(5, { mergeTouching });
  return new Bench(assigner.machine as MachineFactory, assigner, options);
};

// That it equals the general machine, whatever comes, is a property: test/properties/machines.test.ts.
describe('the machine of sessions', () => {
  //   0    5    10
  //   [----)           a@0
  //      [----)        a@3: longer, though it was to end at 5
  it('ends a session when its last element says so', () => {
    const b = bench();
    b.add('a', 0);
    b.add('a', 3);
    expect(b.watermark(7)).toEqual([]);
    expect(b.watermark(8)).toEqual(['+a [0,8) = 2 on-time 0/0 last']);
  });

  //   0    5   8   13
  //   [----)   [----)     b first seen before a
  it('says the sessions of one step in order of window, then of who was first seen', () => {
    const b = bench();
    for (const [key, at] of [
      ['b', 8],
      ['a', 8],
      ['a', 0],
    ] as const)
      b.add(key, at);
    expect(b.watermark(20)).toEqual(['+a [0,5) = 1 on-time 0/0 last', '+b [8,13) = 1 on-time 0/0 last', '+a [8,13) = 1 on-time 0/0 last']);
  });

  //   0    5   8   13
  //   [----)   [----)      both shown
  //       [----)           a@4, late, makes them one
  it('corrects sessions that were shown, until they expire', () => {
    const b = bench({ allowedLateness: 10 });
    for (const at of [0, 8]) b.add('a', at);
    expect(b.watermark(13)).toEqual(['+a [0,5) = 1 on-time 0/0', '+a [8,13) = 1 on-time 0/0']);
    expect(b.add('a', 4)).toEqual(['+a [0,13) = 3 late 0/0 for [0,5) for [8,13)']);
    expect(b.watermark(END_OF_TIME)).toEqual([]);
    expect(stateOf(b.machine).parts).toEqual([]);
  });

  it('drops what is too late for any session, and counts it', () => {
    const b = bench();
    b.watermark(10);
    expect(b.add('a', 5)).toEqual(['late a@5 expired [5,10) by 5 at 10']);
    expect(b.drops.expired).toBe(1);
  });
});
