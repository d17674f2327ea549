/**
 * Real processes over a real broker that are killed at each step of a checkpoint, stopped and woken, and come and go; and a broker that is
 * killed itself. What is committed in the end is, as a multiset of panes, what an undisturbed process commits. `npm run test:chaos` does it over and over.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBroker } from '../../bench/kafka/broker.js';
import { mulberry32 } from '../../src/testing/random.js';
import { checkBuilt } from '../built.js';
import { sharedBroker } from '../kafka/shared.js';
import { CHAOS, moment, SEED } from './child.js';
import { type Death, KafkaArena, PARTITIONS } from './kafkaLife.js';

const address = await sharedBroker();
const ROUNDS = Array.from({ length: CHAOS ? 10 : 1 }, (_, round) => round + 1);
const TIMEOUT = 120_000;
const dice = mulberry32(SEED);
const below = (limit: number): number => Math.floor(dice() * limit);
const folder = mkdtempSync(join(tmpdir(), 'tidemark-kafka-processes-'));

/** The steps of a checkpoint, and the moments around them. */
const POINTS: readonly Death['point'][] = ['acquired', 'chunk', 'chunked', 'slot', 'slotted', 'committing', 'committed'];

describe.skipIf(!address)(`jobs over Kafka in processes of their own (seed ${SEED})`, () => {
  let arena: KafkaArena;
  beforeAll(async () => {
    checkBuilt();
    arena = new KafkaArena(address as string, folder);
    await arena.open(dice);
    expect(arena.expected.length).toBeGreaterThan(200);
    expect(arena.expected.some(row => row.includes('"late"'))).toBe(true);
  }, TIMEOUT);
  afterAll(async () => {
    await arena?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each(ROUNDS)('killed at each step of a checkpoint, commit each pane once (%i)', { timeout: TIMEOUT }, async () => {
    const job = await arena.job();
    for (const point of POINTS) {
      // At its start a process acquires once for each task.
      const times = 1 + below(PARTITIONS);
      const die = point === 'committing' ? { point, times, later: below(12) } : { point, times };
      expect(await job.start({ die }).over).toBe('SIGKILL');
    }
    const last = job.start();
    expect(await job.rows()).toEqual(arena.expected);
    expect(await last.stop()).toBe('done');
  });

  it.each(ROUNDS)('with their state in Kafka, killed at any moment, commit each pane once (%i)', { timeout: TIMEOUT }, async () => {
    const job = await arena.job(false);
    for (let kills = 0; kills < 3; kills++) {
      const life = job.start();
      await life.hear('checkpoint', 1 + below(6));
      await moment(below(40));
      life.signal('SIGKILL');
      expect(await life.over).toBe('SIGKILL');
    }
    const last = job.start();
    expect(await job.rows()).toEqual(arena.expected);
    expect(await last.stop()).toBe('done');
  });

  it.each(ROUNDS)('stopped for longer than their session and woken, commit nothing more (%i)', { timeout: TIMEOUT }, async () => {
    const job = await arena.job();
    const zombie = job.start();
    await zombie.hear('checkpoint', 2 + below(4));
    await moment(below(30));
    zombie.signal('SIGSTOP');
    const heir = job.start();
    await heir.hear('checkpoint', 2);
    zombie.signal('SIGCONT');
    expect(await job.rows()).toEqual(arena.expected);
    // Both are members by now, each with its share.
    expect(await Promise.all([zombie.stop(), heir.stop()])).toEqual(['done', 'done']);
    expect(await job.rows()).toEqual(arena.expected);
  });

  it.each(ROUNDS)('asleep within a transaction until it has timed out, begin it again (%i)', { timeout: TIMEOUT }, async () => {
    const job = await arena.job();
    const sleeper = job.start({ transactionTimeout: '1s', sessionTimeout: '20s' });
    await sleeper.hear('checkpoint', 2 + below(4));
    for (let naps = 0; naps < 2; naps++) {
      sleeper.signal('SIGSTOP');
      await moment(2500);
      sleeper.signal('SIGCONT');
      await moment(200 + below(100));
    }
    expect(await job.rows()).toEqual(arena.expected);
    expect(await sleeper.stop()).toBe('done');
  });

  it.each(ROUNDS)('come and go, one, three, one, and commit each pane once (%i)', { timeout: TIMEOUT }, async () => {
    const job = await arena.job();
    const first = job.start();
    await first.hear('checkpoint', 1 + below(3));
    const others = [job.start(), job.start()];
    await Promise.all(others.map(other => other.hear('started')));
    await moment(below(100));
    expect(await first.stop()).toBe('done');
    others[0]?.signal('SIGKILL');
    expect(await job.rows()).toEqual(arena.expected);
    expect(await others[1]?.stop()).toBe('done');
  });

  it('do not begin where records are gone that were not read, and say so', { timeout: TIMEOUT }, async () => {
    const own = new KafkaArena(address as string, join(folder, 'trimmed'));
    await own.open(dice);
    const job = await own.job();
    const life = job.start();
    await life.hear('checkpoint', 3);
    life.signal('SIGKILL');
    await life.over;
    const { realBench } = await import('../kafka/realBench.js');
    const bench = await realBench(address as string);
    const before = await job.offsets();
    for (const partition of own.inputs) {
      const [{ high } = { high: 0 }] = await own.client.bounds([partition]);
      await bench.trim(partition, high);
    }
    await bench.close();
    expect(await job.start().over).toMatch(/^failed NEEDS_OPERATOR .*records were deleted before they were read/);
    expect(await job.offsets()).toEqual(before);
    await own.close();
  });
});

describe.skipIf(!address)(`a broker that is killed (seed ${SEED})`, () => {
  it.each(ROUNDS)('loses and repeats nothing (%i)', { timeout: TIMEOUT }, async () => {
    const broker = await startBroker(line => console.error(line));
    // The broker of the tests could be had, so this one can.
    if (typeof broker === 'string') throw new Error(broker);
    const home = mkdtempSync(join(tmpdir(), 'tidemark-kafka-broker-'));
    const arena = new KafkaArena(broker.address, home);
    try {
      await arena.open(dice);
      const job = await arena.job();
      const lives = [job.start({ sessionTimeout: '6s' }), job.start({ sessionTimeout: '6s' })];
      await Promise.race(lives.map(life => life.hear('checkpoint', 2 + below(3))));
      await moment(below(40));
      await broker.kill();
      await broker.restart();
      expect(await job.rows()).toEqual(arena.expected);
      expect(await Promise.all(lives.map(life => life.stop()))).toEqual(['done', 'done']);
    } finally {
      await arena.close();
      await broker.stop();
      rmSync(home, { recursive: true, force: true });
    }
  });
});
