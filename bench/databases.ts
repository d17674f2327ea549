/**
 * `npm run bench -- --databases`: a count per key, kept in the pipeline against the same count pushed event by event into Redis and
 * PostgreSQL, on this machine and in one run. Needs Debian's packages `redis-server` and `postgresql`; says so and leaves out what is not there.
 *
 * Redis as it comes (no append-only file, no snapshots in so short a time); PostgreSQL as it comes too: fsync and synchronous_commit on.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { createClient } from 'redis';
import { count, eventTime, tumbling, windowBy } from 'tidemark';
import { freePort, postgresPrograms, startPostgres } from './postgresServer.js';

const REDIS = '/usr/bin/redis-server';
const BATCH = 1000;
const INCREMENT = 'INSERT INTO counts AS c (key, n) VALUES ($1, 1) ON CONFLICT (key) DO UPDATE SET n = c.n + 1';
const INCREMENTS = `INSERT INTO counts AS c (key, n) SELECT key, count(*) FROM unnest($1::int[]) key GROUP BY key ORDER BY key
ON CONFLICT (key) DO UPDATE SET n = c.n + excluded.n`;

interface Event {
  readonly key: number;
  readonly at: number;
}

/** One way to push: `events` of them, and what the state is afterwards. */
interface Way {
  readonly name: string;
  readonly events: number;
  reset(keys: number): Promise<void>;
  push(events: readonly Event[]): Promise<void>;
  state(): Promise<Map<number, number>>;
}

/** Keys in an order that is the same in every run, by a linear congruential generator. */
function draw(keys: number, events: number): Event[] {
  let seed = 1;
  return Array.from({ length: events }, (_, at) => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return { key: Math.floor((seed / 2 ** 32) * keys), at };
  });
}

function countsOf(events: readonly Event[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const { key } of events) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

function agree(name: string, state: ReadonlyMap<number, number>, events: readonly Event[]): boolean {
  const expected = countsOf(events);
  const same = state.size === expected.size && [...expected].every(([key, n]) => state.get(key) === n);
  if (!same) console.error(`${name}: the counts are not what they must be.`);
  return same;
}

/** Nanoseconds per event in the pipeline, results included: the median of some passes after warm-up. */
function inPipeline(events: readonly Event[]): { ns: number; state: Map<number, number> } {
  const times: number[] = [];
  let state = new Map<number, number>();
  for (let pass = 0; pass < 6; pass++) {
    const found: { key: number; value: number }[] = [];
    const counts = eventTime(events, { timestamp: e => e.at }).pipe(windowBy(tumbling('1d'), { key: e => e.key, aggregate: count() }));
    const start = process.hrtime.bigint();
    counts.subscribe(pane => found.push(pane));
    if (pass > 2) times.push(Number(process.hrtime.bigint() - start) / events.length);
    state = new Map(found.map(({ key, value }) => [key, value]));
  }
  return { ns: times.sort((a, b) => a - b)[1] as number, state };
}

async function redisWays(): Promise<{ ways: Way[]; stop: () => Promise<void> }> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'tidemark-redis-'));
  const server = spawn(REDIS, ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder], { stdio: 'ignore' });
  const client = createClient({ socket: { port, host: '127.0.0.1' } });
  client.on('error', () => undefined);
  await client.connect();
  const reset = async (keys: number): Promise<void> => {
    await client.flushAll();
    for (let i = 0; i < keys; i += 10_000)
      await client.hSet('counts', Object.fromEntries(Array.from({ length: Math.min(10_000, keys - i) }, (_, k) => [i + k, 0])));
  };
  const state = async (): Promise<Map<number, number>> => {
    const all = Object.entries(await client.hGetAll('counts'));
    return new Map(all.map(([key, n]) => [Number(key), Number(n)] as const).filter(([, n]) => n > 0));
  };
  const increment = ({ key }: Event): Promise<number> => client.hIncrBy('counts', String(key), 1);
  const ways: Way[] = [
    {
      name: 'Redis, awaited',
      events: 20_000,
      reset,
      state,
      push: async events => {
        for (const event of events) await increment(event);
      },
    },
    {
      name: 'Redis, pipelined',
      events: 200_000,
      reset,
      state,
      push: events => stretches(events, part => Promise.all(part.map(increment))),
    },
    {
      name: 'Redis, batched',
      events: 200_000,
      reset,
      state,
      push: events =>
        stretches(events, part => {
          const batch = client.multi();
          for (const [key, n] of countsOf(part)) batch.hIncrBy('counts', String(key), n);
          return batch.exec();
        }),
    },
  ];
  return {
    ways,
    stop: async () => {
      client.destroy();
      await new Promise(resolve => server.once('exit', resolve).kill('SIGKILL'));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function postgresWays(programs: string): Promise<{ ways: Way[]; stop: () => Promise<void> }> {
  const server = await startPostgres(programs);
  const client = new pg.Client({ host: '127.0.0.1', port: server.port, user: server.user, database: 'postgres' });
  await client.connect();
  const reset = async (keys: number): Promise<void> => {
    await client.query('DROP TABLE IF EXISTS counts');
    await client.query('CREATE TABLE counts (key int PRIMARY KEY, n bigint NOT NULL)');
    await client.query('INSERT INTO counts SELECT key, 0 FROM generate_series(0, $1::int - 1) key', [keys]);
  };
  const state = async (): Promise<Map<number, number>> => {
    const { rows } = await client.query({ text: 'SELECT key, n FROM counts WHERE n > 0', rowMode: 'array' });
    return new Map(rows.map(([key, n]) => [Number(key), Number(n)]));
  };
  const increment = ({ key }: Event): Promise<unknown> => client.query({ name: 'increment', text: INCREMENT, values: [key] });
  const ways: Way[] = [
    {
      name: 'PostgreSQL, awaited',
      events: 2000,
      reset,
      state,
      push: async events => {
        for (const event of events) await increment(event);
      },
    },
    {
      name: 'PostgreSQL, one transaction',
      events: 20_000,
      reset,
      state,
      push: events =>
        stretches(events, async part => {
          await client.query('BEGIN');
          for (const event of part) await increment(event);
          await client.query('COMMIT');
        }),
    },
    {
      name: 'PostgreSQL, batched',
      events: 100_000,
      reset,
      state,
      push: events =>
        stretches(events, part => client.query({ name: 'increments', text: INCREMENTS, values: [part.map(event => event.key)] })),
    },
  ];
  return {
    ways,
    stop: async () => {
      await client.end();
      server.stop();
    },
  };
}

async function stretches(events: readonly Event[], push: (part: readonly Event[]) => Promise<unknown>): Promise<void> {
  for (let i = 0; i < events.length; i += BATCH) await push(events.slice(i, i + BATCH));
}

function targetOf(name: string, keys: number): number | undefined {
  if (!name.endsWith('awaited')) return undefined;
  if (keys > 10_000) return 100;
  return name.startsWith('Redis') ? 1000 : 2000;
}

/** Prints the table; 1 if states differ. */
export async function databases(): Promise<number> {
  const programs = postgresPrograms();
  if (!existsSync(REDIS)) console.error('No Redis server: NOT RUN against it. Install it: apt-get install -y redis-server');
  const servers = [...(existsSync(REDIS) ? [await redisWays()] : []), ...(programs ? [await postgresWays(programs)] : [])];
  let same = true;
  try {
    console.log(`Node ${process.version}; both servers on loopback, in batches of ${BATCH} where there are any.`);
    console.log('Redis as it comes; PostgreSQL with fsync and synchronous_commit on. Factor: so many times the time of the pipeline.');
    for (const keys of [10_000, 1_000_000]) {
      const events = draw(keys, 2_000_000);
      const { ns, state } = inPipeline(events);
      same = agree('tidemark', state, events) && same;
      console.log(`\n${keys} keys\n${'tidemark, in the pipeline'.padEnd(30)}${ns.toFixed(1).padStart(12)} ns/event`);
      for (const way of servers.flatMap(({ ways }) => ways)) {
        await way.reset(keys);
        const part = events.slice(0, way.events);
        const start = process.hrtime.bigint();
        await way.push(part);
        const each = Number(process.hrtime.bigint() - start) / part.length;
        same = agree(way.name, await way.state(), part) && same;
        const target = targetOf(way.name, keys);
        const verdict = target === undefined ? '' : `   target ${target}: ${each / ns >= target ? 'reached' : 'MISSED'}`;
        console.log(`${way.name.padEnd(30)}${each.toFixed(0).padStart(12)} ns/event  x ${(each / ns).toFixed(1)}${verdict}`);
      }
    }
  } finally {
    for (const server of servers) await server.stop();
  }
  return same ? 0 : 1;
}
