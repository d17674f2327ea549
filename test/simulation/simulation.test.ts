/**
 * Jobs that crash at any point come to what an undisturbed run comes to; and the simulation that shows it finds the mistakes that are
 * made on purpose. More schedules: `npm run simulate`.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Bugs } from './bugs.js';
import { Pool } from './pool.js';
import { runSchedule } from './runSchedule.js';
import { type Kind, type Only, scheduleOf } from './schedules.js';
import { neverReached } from './sometimes.js';

const RUNS = 20_000;
/** The crash comes before each of these; the longest undisturbed run with all sinks takes fewer. */
const STEPS = 520;
/** Within so many schedules each mistake is found. */
const ENOUGH = 600;

interface Mutation extends Only {
  readonly bugs: Bugs;
  readonly kind: Kind;
}

const MUTATIONS: readonly Mutation[] = [
  { bugs: { commitBeforeSlot: true }, kind: 'single', modes: ['transactional'] },
  { bugs: { noRecommit: true }, kind: 'triple', modes: ['transactional'] },
  { bugs: { latePosition: true }, kind: 'triple', modes: ['transactional'] },
  { bugs: { noCopyOnWrite: true }, kind: 'triple', modes: ['sink-decides'] },
  { bugs: { sinceFailed: true }, kind: 'slow', modes: ['transactional'] },
  { bugs: { noFsync: true }, kind: 'triple', place: 'files', modes: ['sink-decides'] },
  { bugs: { noFolderFsync: true }, kind: 'single', place: 'files', modes: ['transactional'] },
  { bugs: { noFencing: true }, kind: 'zombie', modes: ['transactional'] },
  { bugs: { noSinkFence: true }, kind: 'sleeper', modes: ['sink-decides'] },
  { bugs: { noTrimMark: true }, kind: 'sleeper', modes: ['sink-decides'] },
  { bugs: { idReuse: true }, kind: 'triple', modes: ['transactional'] },
  { bugs: { noSinkFloor: true }, kind: 'rot', modes: ['transactional'] },
  { bugs: { noMergeBack: true }, kind: 'full', modes: ['transactional'] },
  { bugs: { noVoid: true }, kind: 'flaky', modes: ['transactional'] },
  { bugs: { noTimeout: true }, kind: 'hang', modes: ['transactional'] },
  { bugs: { timersByWall: true }, kind: 'clock', modes: ['transactional'] },
  { bugs: { commitsTwice: true }, kind: 'flaky', modes: ['transactional'] },
  { bugs: { earlyAck: true }, kind: 'triple', modes: ['sink-decides', 'transactional'] },
  { bugs: { noUpsertWait: true }, kind: 'triple', program: 'early', modes: ['upsert'] },
  { bugs: { outboxForgets: true }, kind: 'triple', modes: ['outbox'] },
  { bugs: { deletesTooMuch: true }, kind: 'triple', modes: ['transactional'] },
  { bugs: { forgets: 'windowBy' }, kind: 'triple', program: 'joined', modes: ['transactional'] },
  { bugs: { forgets: 'intervalJoin' }, kind: 'triple', program: 'intervals', modes: ['outbox'] },
  { bugs: { forgets: 'dedupe' }, kind: 'triple', program: 'whole' },
  { bugs: { forgets: 'reorder' }, kind: 'triple', program: 'ordered', modes: ['sink-decides'] },
  { bugs: { forgets: 'mapAsync' }, kind: 'triple', program: 'called', modes: ['transactional'] },
];

let pool: Pool;
beforeAll(async () => {
  pool = await Pool.open();
});
afterAll(() => pool.close());

describe('simulation', () => {
  it(`finds nothing wrong in ${RUNS} schedules, and comes to every rare state`, { timeout: 1_800_000 }, async () => {
    const result = await pool.simulate({ plan: 'seeds', first: 1, runs: RUNS });
    const [first] = result.failures;
    expect(result.failures, `npm run simulate -- --seed ${first?.number} --runs 1`).toEqual([]);
    expect(neverReached(result)).toEqual([]);
  });

  it('finds nothing wrong wherever one crash comes, with the power going or not', { timeout: 120_000 }, async () => {
    const { failures, reached } = await pool.simulate({ plan: 'steps', first: 1, runs: 2 * STEPS });
    expect(failures).toEqual([]);
    expect(reached['several recommitted']).toBeGreaterThan(0);
    // The last crashes come when all is over.
    expect(reached.opened).toBe(2 * STEPS);
    expect((await pool.simulate({ plan: 'steps', first: 2 * STEPS - 1, runs: 2 })).reached.restored).toBe(undefined);
  });

  it.each([12, 13, 14, 15, 16, 17, 18, 19])('repeats schedule %i to the last step', async seed => {
    const schedule = scheduleOf(seed, { kind: 'storm' });
    const first = await runSchedule(schedule, {}, true);
    expect(first.schedule.length).toBeGreaterThan(100);
    expect(await runSchedule(schedule, {}, true)).toEqual(first);
  });

  it('gives the same in whichever thread a schedule runs', async () => {
    const counts = await pool.simulate({ plan: 'seeds', first: 1, runs: 40 });
    let steps = 0;
    for (let seed = 1; seed <= 40; seed++) steps += (await runSchedule(scheduleOf(seed))).steps;
    expect(counts.steps).toBe(steps);
  });

  it.each(MUTATIONS)('finds the mistake $bugs', { timeout: 120_000 }, async ({ bugs, ...only }) => {
    const { failures } = await pool.simulate({ plan: 'seeds', first: 1, runs: ENOUGH, bugs, only, untilFound: true });
    expect(failures).not.toEqual([]);
  });
});
