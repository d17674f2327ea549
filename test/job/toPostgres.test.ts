import { connect, createServer, type Server } from 'node:net';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PostgresServer, postgresPrograms, startPostgres } from '../../bench/postgresServer.js';
import { Coordinator } from '../../src/checkpoint/coordinator.js';
import type { Barrier } from '../../src/checkpoint/participants.js';
import { PostgresSink, type ToPostgresOptions, toPostgres } from '../../src/job/toPostgres.js';
import { TestStorage, TestWorld } from '../checkpoint/memory.js';

interface Row {
  readonly id: number;
  readonly text: string;
  readonly version: number;
}

const programs = postgresPrograms();

describe.skipIf(!programs)('toPostgres, on a real server', () => {
  let server: PostgresServer;
  let pool: pg.Pool;
  const failures: unknown[] = [];

  beforeAll(async () => {
    server = await startPostgres(programs as string);
    pool = poolAt(server.port).setMaxListeners(100);
  }, 60_000);

  afterAll(async () => {
    await pool?.end();
    server?.stop();
  });

  function poolAt(port: number): pg.Pool {
    return new pg.Pool({ host: '127.0.0.1', port, user: 'tidemark', database: 'postgres', max: 3 });
  }

  function sinkOf(job: string, more: Partial<ToPostgresOptions<Row>> = {}): PostgresSink<Row> {
    const options = { name: 'out', pool, table: job, row: ({ id, text, version }: Row) => ({ id, text, version }), ...more };
    return new PostgresSink<Row>(options, 3, 5, {
      job,
      run: 'r',
      relieve: () => undefined,
      checkpoint: () => undefined,
      fail: error => failures.push(error),
    });
  }

  async function made(table: string, more = ''): Promise<void> {
    await pool.query(`CREATE TABLE "${table}" (id bigint NOT NULL, text text, version bigint${more})`);
  }

  const row = (id: number, version = 0, text = `'; DROP TABLE x; -- ${id}`): Row => ({ id, text, version });
  const idsOf = async (table: string): Promise<number[]> =>
    (await pool.query(`SELECT id FROM "${table}" ORDER BY id`)).rows.map(found => Number(found.id));

  it('stores the rows of a checkpoint and its number together, once', async () => {
    await made('once');
    const sink = sinkOf('once');
    await sink.fence(1);
    for (let id = 0; id < 8; id++) sink.write(row(id), 1);
    sink.rotate('1-1');
    expect(await idsOf('once')).toEqual([]);
    await sink.commit('1-1', 5);
    await sink.commit('1-1', 5);
    expect(await idsOf('once')).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(await sink.lastCommitted()).toBe(5);
    sink.close();
  });

  it('refuses an owner with an older epoch, inside the transaction', async () => {
    await made('zombie');
    const zombie = sinkOf('zombie');
    await zombie.fence(1);
    zombie.write(row(1), 1);
    zombie.rotate('1-1');
    const next = sinkOf('zombie');
    await next.fence(2);
    await expect(zombie.commit('1-1', 3)).rejects.toMatchObject({ code: 'FENCED' });
    await expect(sinkOf('zombie').fence(1)).rejects.toMatchObject({ code: 'FENCED' });
    expect(await idsOf('zombie')).toEqual([]);
  });

  it('is of the last owner, also where two logs give the same epochs, or lower ones', async () => {
    await made('logs');
    const commit = async (sink: PostgresSink<Row>, id: number, seq: number): Promise<void> => {
      sink.write(row(id), 1);
      sink.rotate(`7-${seq}`);
      await sink.commit(`7-${seq}`, seq);
    };
    const newest = async (): Promise<boolean> => true;
    const [old, now, back] = [sinkOf('logs'), sinkOf('logs'), sinkOf('logs')];
    await old.fence(7, { nonce: 'old', newest });
    await commit(old, 1, 8);
    await now.fence(7, { nonce: 'new', newest });
    await expect(commit(old, 2, 9)).rejects.toMatchObject({ code: 'FENCED' });
    await commit(now, 3, 9);
    // Back to a savepoint, behind which a job has been begun again and again.
    await back.fence(5, { nonce: 'back', newest });
    await expect(commit(now, 4, 10)).rejects.toMatchObject({ code: 'FENCED' });
    // An owner that its own log has passed over does not come in between.
    const sleeper = { nonce: 'sleeper', newest: async () => false };
    await expect(sinkOf('logs').fence(4, sleeper)).rejects.toMatchObject({ code: 'FENCED' });
    await commit(back, 5, 10);
    expect(await idsOf('logs')).toEqual([1, 3, 5]);
  });

  it('gives the table of before the column that it lacks', async () => {
    await made('before');
    await pool.query('ALTER TABLE tidemark_commits DROP COLUMN owner');
    await pool.query("INSERT INTO tidemark_commits (job, sink, seq, epoch) VALUES ('before', 'out', 3, 2)");
    const sink = sinkOf('before');
    await sink.fence(4, { nonce: 'n', newest: async () => true });
    sink.write(row(1), 1);
    sink.rotate('4-1');
    await sink.commit('4-1', 5);
    expect([await idsOf('before'), await sink.lastCommitted()]).toEqual([[1], 5]);
  });

  it('is taken by one of several at the same time', async () => {
    await made('many');
    const sinks = Array.from({ length: 5 }, () => sinkOf('many'));
    await Promise.all(sinks.map((sink, i) => sink.fence(3, { nonce: `n${i}`, newest: async () => true })));
    for (const sink of sinks) sink.write(row(1), 1);
    const commits = await Promise.allSettled(
      sinks.map(sink => {
        sink.rotate('3-1');
        return sink.commit('3-1', 4);
      }),
    );
    expect(commits.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await idsOf('many')).toEqual([1]);
  });

  it('prints the statement for a table that is missing', async () => {
    const sink = sinkOf('missing');
    await sink.fence(1);
    sink.write(row(1), 1);
    sink.rotate('1-1');
    await expect(sink.commit('1-1', 1)).rejects.toThrow('CREATE TABLE "missing" (\n  "id" bigint');
  });

  it('replaces lower versions, and lets nothing that was withdrawn come back', async () => {
    await made('ups', ', gone boolean, PRIMARY KEY (id)');
    const sink = sinkOf('ups', { key: 'id', version: 'version', withdrawn: 'gone' });
    await sink.fence(1);
    sink.write(row(1, 0, 'a'), 1);
    sink.write(row(1, 1, 'b'), 1);
    sink.write(row(1, 0, 'a'), 1);
    sink.write(row(2, 0, 'c'), 1);
    sink.write(row(2, 0, 'c'), -1);
    sink.write(row(2, 0, 'c'), 1);
    await sink.prepare();
    const { rows } = await pool.query('SELECT id, text, gone FROM ups ORDER BY id');
    expect(rows).toEqual([
      { id: '1', text: 'b', gone: false },
      { id: '2', text: 'c', gone: true },
    ]);
    expect(() => sinkOf('ups').write(row(1), -1)).toThrow('a row was withdrawn');
  });

  it('commits once when the connection is killed in the middle', async () => {
    await made('killed');
    const sink = sinkOf('killed');
    await sink.fence(1);
    sink.write(row(1), 1);
    sink.rotate('1-1');
    const holder = await pool.connect();
    await holder.query("BEGIN; SELECT 1 FROM tidemark_commits WHERE job = 'killed' FOR UPDATE");
    const committing = sink.commit('1-1', 2);
    const waiting = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock'";
    for (let killed = 0; killed === 0; ) killed = (await pool.query(waiting)).rows.length;
    await holder.query('ROLLBACK');
    holder.release();
    await committing;
    expect(await idsOf('killed')).toEqual([1]);
  });

  it('commits once when the answer to COMMIT is lost', async () => {
    await made('lost');
    const proxy = await cutting(server.port);
    const through = poolAt((proxy.server.address() as { port: number }).port);
    const sink = sinkOf('lost', { pool: through });
    await sink.fence(1);
    sink.write(row(1), 1);
    sink.rotate('1-1');
    await sink.commit('1-1', 2);
    expect(proxy.cuts()).toBe(1);
    expect(await idsOf('lost')).toEqual([1]);
    await through.end();
    proxy.server.close();
  });

  it('has each row once, whatever the job dies of', async () => {
    await made('crashes');
    const storage = new TestStorage();
    let at = 0;
    for (let life = 1; at < 40; life++) {
      const sink = sinkOf('crashes');
      const coordinator = await Coordinator.open({ job: 'crashes', storage, sinks: [sink], env: new TestWorld() });
      at = Number(coordinator.restored?.sources.get('in') ?? 0);
      const barrier = (): Barrier => ({ sources: [{ name: 'in', position: at }], operators: [], watermark: 0 });
      const checkpoints = life % 3;
      for (let i = 0; i <= checkpoints && at < 40; i++) {
        for (let n = 0; n < 4; n++) sink.write(row(at++), 1);
        const done = coordinator.checkpoint(barrier);
        // The last one is left alone: the next life begins while it is under way.
        if (i < checkpoints) await done;
        else done.catch(() => undefined);
      }
      if (at >= 40) at = await settledAt(storage, sinkOf('crashes'));
    }
    expect(await idsOf('crashes')).toEqual(Array.from({ length: 40 }, (_, id) => id));
  });

  it('checks its options at assembly', () => {
    const good = { name: 'x', pool, table: 't', row: (value: Row) => ({ ...value }) };
    expect(() => toPostgres({ ...good, table: '' })).toThrow('the name of a table');
    expect(() => toPostgres({ ...good, key: 'id' })).toThrow('both or neither');
    expect(() => toPostgres({ ...good, batch: 0 })).toThrow('a whole number from 1');
  });

  /** How far a restart would say that the job has come. */
  async function settledAt(storage: TestStorage, sink: PostgresSink<Row>): Promise<number> {
    const { restored } = await Coordinator.open({ job: 'crashes', storage, sinks: [sink], env: new TestWorld() });
    return Number(restored?.sources.get('in') ?? 0);
  }
});

/** A way to the server that is cut, once, when the answer to a COMMIT comes. */
async function cutting(port: number): Promise<{ server: Server; cuts: () => number }> {
  let cuts = 0;
  const server = createServer(near => {
    const far = connect(port, '127.0.0.1');
    let commit = false;
    near.on('data', data => {
      commit ||= data.includes('COMMIT');
      far.write(data);
    });
    far.on('data', data => {
      if (!commit || cuts > 0) return void near.write(data);
      cuts++;
      near.destroy();
      far.destroy();
    });
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const)
      one.on('error', () => other.destroy()).on('close', () => other.destroy());
  });
  await new Promise<void>(resolve => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return { server, cuts: () => cuts };
}
