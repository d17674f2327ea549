/**
 * Machines over tables against those in memory, with hardly anything at hand: the same panes in the same order, and snapshots by which either
 * goes on where the other was.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generalMachine } from '../../src/engine/generalMachine.js';
import type { MachineFactory } from '../../src/engine/machine.js';
import { stateOn } from '../../src/engine/stateOn.js';
import type { OpenState } from '../../src/engine/workingState.js';
import { lmdbTables } from '../../src/storages/lmdbTables.js';
import { orderedMemory } from '../../src/storages/orderedMemory.js';
import { KNOWN, type Known } from './aggregates.js';
import { runs } from './arbitraries.js';
import { type Choice, choices, options, steps } from './choices.js';
import { type MachineStep, type Options, runMachine, specOf } from './machineRun.js';

const folder = mkdtempSync(join(tmpdir(), 'tidemark-stored-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** By one factory after the other, so that each goes on from what another has left. */
const inTurn = (...factories: readonly MachineFactory[]): MachineFactory => {
  let made = 0;
  return (spec, output, drops, snapshot) => (factories[made++ % factories.length] as MachineFactory)(spec, output, drops, snapshot);
};

const BACKENDS = [
  { backend: orderedMemory(), cache: 0, times: 600 },
  { backend: orderedMemory(), cache: 2, times: 300 },
  { backend: lmdbTables('lmdb', folder), cache: 1, times: 120 },
];

describe.each(BACKENDS)('a machine on $backend.name with $cache keys at hand', ({ backend, cache, times }) => {
  let state: OpenState;
  beforeAll(async () => {
    state = await stateOn(backend, { cache }).open();
  });
  afterAll(() => state.close());

  const check = (way: (stored: MachineFactory, usual: MachineFactory) => MachineFactory, every: boolean) =>
    fc.property(choices, fc.constantFrom(...KNOWN), options, steps, ({ assigner, trigger }: Choice, known: Known, o: Options, s) => {
      const factory = trigger ? generalMachine : (assigner.machine as MachineFactory);
      const spec = specOf<unknown>(assigner, known.aggregate, o, trigger);
      const stored: MachineFactory = (...made) => (state.machine('windows', spec) as MachineFactory)(...made);
      const all = every ? s.flatMap((step): MachineStep[] => [step, { restart: true }]) : s;
      const expected = runMachine(factory, spec, all);
      const got = runMachine(way(stored, factory), spec, all);
      expect(got.said.map(({ panes, late }) => ({ panes, late }))).toEqual(expected.said.map(({ panes, late }) => ({ panes, late })));
      expect(got.drops).toEqual(expected.drops);
    });

  it('says what the one in memory says', () => {
    fc.assert(
      check(stored => stored, false),
      { numRuns: runs(times) },
    );
  }, 600_000);

  it('goes on after any step from a snapshot of its own', () => {
    fc.assert(
      check(stored => stored, true),
      { numRuns: runs(times / 2) },
    );
  }, 600_000);

  it('goes on from the snapshots of the one in memory, and that from its own', () => {
    fc.assert(
      check((stored, usual) => inTurn(stored, usual), true),
      { numRuns: runs(times / 2) },
    );
  }, 600_000);
});
