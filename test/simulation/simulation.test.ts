/**
 * Jobs that crash at any point come to what an undisturbed run comes to; and the simulation that shows it finds the mistakes that are
 * made on purpose. More schedules: `npm run simulate`.
 */
import { describe, expect, it } from 'vitest';
import type { SinkMode } from '../../src/checkpoint/participants.js';
import type { Bugs } from './bugs.js';
import { runSchedule } from './runSchedule.js';
import { type Kind, scheduleOf } from './schedules.js';

const RUNS = 3000;

/** Rare states: a suite that never comes to them shows nothing. */
const SOMETIMES = [
  'restored',
  'recommitted',
  'began anew',
  'fell back',
  'zombie failed',
  'rebased',
  'changes',
  'swept',
  'collected',
  'aborted by TIMED_OUT',
  'aborted by STORAGE_FAILED',
  'aborted by STORAGE_FULL',
  'job ended by NEEDS_OPERATOR',
];

interface Mutation {
  readonly bugs: Bugs;
  readonly kind: Kind;
  readonly mode: SinkMode;
}

const MUTATIONS: readonly Mutation[] = [
  { bugs: { commitBeforeSlot: true }, kind: 'single', mode: 'transactional' },
  { bugs: { noRecommit: true }, kind: 'triple', mode: 'transactional' },
  { bugs: { latePosition: true }, kind: 'triple', mode: 'transactional' },
  { bugs: { noCopyOnWrite: true }, kind: 'triple', mode: 'sink-decides' },
  { bugs: { noFsync: true }, kind: 'triple', mode: 'sink-decides' },
  { bugs: { noFolderFsync: true }, kind: 'single', mode: 'transactional' },
  { bugs: { noFencing: true }, kind: 'zombie', mode: 'transactional' },
  { bugs: { idReuse: true }, kind: 'triple', mode: 'transactional' },
  { bugs: { noSinkFloor: true }, kind: 'rot', mode: 'transactional' },
  { bugs: { noMergeBack: true }, kind: 'full', mode: 'transactional' },
  { bugs: { sinceFailed: true }, kind: 'slow', mode: 'transactional' },
];

describe('simulation', () => {
  it(`finds nothing wrong in ${RUNS} schedules, and comes to every rare state`, { timeout: 180_000 }, async () => {
    const reached = new Set<string>();
    for (let seed = 1; seed <= RUNS; seed++) {
      const result = await runSchedule(scheduleOf(seed));
      expect(result.violations, `npm run simulate -- --seed ${seed} --runs 1`).toEqual([]);
      for (const what of result.reached) reached.add(what);
    }
    expect(SOMETIMES.filter(what => !reached.has(what))).toEqual([]);
  });

  it('repeats a schedule to the last step', async () => {
    const schedule = scheduleOf(12);
    expect(await runSchedule(schedule, {}, true)).toEqual(await runSchedule(schedule, {}, true));
  });

  it.each(MUTATIONS)('finds the mistake $bugs', { timeout: 120_000 }, async ({ bugs, kind, mode }) => {
    let found: readonly string[] = [];
    for (let seed = 1; seed <= 400 && found.length === 0; seed++)
      found = (await runSchedule(scheduleOf(seed, { kind, mode }), bugs)).violations;
    expect(found).not.toEqual([]);
  });
});
