/**
 * Jobs from topic to topic, whose members come and go, crash, sleep and are given up, come to what an undisturbed run comes to; and the
 * simulation that shows it finds the mistakes that are made on purpose. More schedules: `npm run simulate -- --kafka`.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Pool } from '../pool.js';
import { neverReached } from '../sometimes.js';
import type { KafkaBugs } from './bugs.js';
import { runKafka } from './runSchedule.js';
import { type KafkaKind, type KafkaOnly, kafkaScheduleOf } from './schedules.js';
import { KAFKA_SOMETIMES } from './sometimes.js';

const RUNS = 1000;
/** Within so many schedules each mistake is found. */
const ENOUGH = 400;

interface Mutation extends KafkaOnly {
  readonly bugs: KafkaBugs;
  readonly kind: KafkaKind;
}

const MUTATIONS: readonly Mutation[] = [
  { bugs: { positionsBeforeAcquire: true }, kind: 'sleep' },
  { bugs: { commitBeforeSlot: true }, kind: 'crash' },
  { bugs: { keepsState: true }, kind: 'expire' },
  { bugs: { commitsAgain: true }, kind: 'flaky' },
  { bugs: { takesFailureForDone: true }, kind: 'expire' },
  { bugs: { oneMetadata: true }, kind: 'crash', tasks: 1 },
  { bugs: { noCoverage: true }, kind: 'flaky' },
  { bugs: { noSeekRetained: true }, kind: 'grow' },
  { bugs: { noFencing: true }, kind: 'sleep' },
  { bugs: { ownIds: true }, kind: 'sleep' },
  { bugs: { noSettle: true }, kind: 'stale' },
  { bugs: { twoTransactions: true }, kind: 'crash' },
];

let pool: Pool;
beforeAll(async () => {
  pool = await Pool.open();
});
afterAll(() => pool.close());

describe('simulation of jobs over Kafka', () => {
  it(`finds nothing wrong in ${RUNS} schedules, and comes to every rare state`, { timeout: 600_000 }, async () => {
    const result = await pool.simulate({ plan: 'kafka', first: 1, runs: RUNS });
    const [first] = result.failures;
    expect(result.failures, `npm run simulate -- --kafka --seed ${first?.number} --runs 1`).toEqual([]);
    expect(neverReached(result, KAFKA_SOMETIMES)).toEqual([]);
  });

  it.each([1, 2, 3, 4])('repeats schedule %i to the last step', async seed => {
    const schedule = kafkaScheduleOf(seed, { kind: 'storm' });
    const first = await runKafka(schedule, {}, true);
    expect(first.schedule.length).toBeGreaterThan(100);
    expect(await runKafka(schedule, {}, true)).toEqual(first);
  });

  it('gives the same in whichever thread a schedule runs', async () => {
    const counts = await pool.simulate({ plan: 'kafka', first: 1, runs: 20 });
    let steps = 0;
    for (let seed = 1; seed <= 20; seed++) steps += (await runKafka(kafkaScheduleOf(seed))).steps;
    expect(counts.steps).toBe(steps);
  });

  it.each(MUTATIONS)('finds the mistake $bugs', { timeout: 240_000 }, async ({ bugs, ...only }) => {
    const { failures } = await pool.simulate({ plan: 'kafka', first: 1, runs: ENOUGH, bugs, only, untilFound: true });
    expect(failures).not.toEqual([]);
  });
});
