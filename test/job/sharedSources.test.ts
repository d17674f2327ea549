import { describe, expect, it } from 'vitest';
import { replayable } from '../../src/index.js';
import type { LaneSource } from '../../src/job/lane.js';
import type { LockstepDriver } from '../../src/job/lockstep.js';
import { Rooms } from '../../src/job/rooms.js';
import { type Stretches, sharedSources } from '../../src/job/sharedSources.js';
import { world } from '../../src/job/world.js';
import { refusal } from '../support.js';

function lanes(...names: string[][]) {
  const said: string[] = [];
  let opened = 0;
  const sources = names.flatMap((names, lane) =>
    names.map((name): LaneSource => {
      const source = replayable((from: number) => {
        opened++;
        return [1, 2, 3].slice(from);
      });
      const target = {
        closed: false,
        next: () => undefined,
        all: (values: readonly unknown[]) => void said.push(`${name}${lane}: ${values.join(' ')}`),
        error: () => undefined,
        complete: () => void said.push(`${name}${lane}: done`),
      };
      return { name, source, target, batches: false };
    }),
  );
  const driver: LockstepDriver = {
    move() {},
    turn: work => work(),
    took() {},
    arrived: false,
    failed: error => void said.push(String(error)),
  };
  let cuts = 0;
  const share = (stretches: Partial<Stretches> = {}) =>
    sharedSources(sources, { from: undefined, until: {}, singly: false, cut: () => cuts++, ...stretches }, driver, new Rooms(), world);
  return { share, said, opened: () => opened, cuts: () => cuts };
}

describe('sharedSources', () => {
  it('reads each once, for all that have its name', async () => {
    const { share, said, opened } = lanes(['a'], ['a', 'b']);
    const shared = share();
    expect(shared.map(({ reading }) => reading.name)).toEqual(['a', 'b']);
    for (const { reading } of shared) await reading.run();
    expect(said).toEqual(['a0: 1 2 3', 'a1: 1 2 3', 'a0: done', 'a1: done', 'b1: 1 2 3', 'b1: done']);
    expect(opened()).toBe(2);
  });

  it('begins and ends at positions', async () => {
    const { share, said, cuts } = lanes(['a', 'b']);
    for (const { reading } of share({ from: new Map([['a', 1]]), until: { a: 2 } })) await reading.run();
    expect(said).toEqual(['a0: 2', 'a0: done', 'b0: 1 2 3', 'b0: done']);
    expect(cuts()).toBe(1);
  });

  it('refuses positions of others', () => {
    expect(refusal(() => lanes(['a']).share({ until: { b: 2, toString: 1 } }))).toBe(
      'BAD_OPTION: whatIf: until names sources that are not there: b, toString. There are: a.',
    );
  });
});
