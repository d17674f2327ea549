/** Wherever a savepoint is taken, and whatever storage goes on with it: what the sinks hold in the end is what an undisturbed run gives. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  defineSink,
  type EventStream,
  type Job,
  memoryStorage,
  type RunOptions,
  run,
  type Savepoint,
  type SinkMode,
  type SinkWork,
  savepointFrom,
} from '../../src/index.js';
import { SinkWorld, TestSink } from '../checkpoint/sinks.js';
import { refusal } from '../support.js';
import { EVERY_OPERATOR, JOINS, type Reading } from './everyOperator.js';
import { failure } from './support.js';

const readings = fc
  .array(fc.record({ key: fc.constantFrom('a', 'b', 'c'), at: fc.integer({ min: 0, max: 400 }), value: fc.integer({ min: -5, max: 5 }) }), {
    minLength: 1,
    maxLength: 50,
  })
  .map(all => all.map((reading, id) => ({ ...reading, id })));

type Build = (values: readonly Reading[]) => EventStream<any>;

const into = (mode: SinkMode, world: SinkWorld) =>
  defineSink<any>({ kind: 'toWorld', name: 'out', mode, create: () => new TestSink(mode, world) as unknown as SinkWork<any> });

const start = (build: Build, values: readonly Reading[], mode: SinkMode, world: SinkWorld, options: Partial<RunOptions>): Job<any> =>
  run(build(values).pipe(into(mode, world)) as EventStream<any>, {
    name: 'job',
    checkpoints: { every: 1, minPause: 0 },
    ...options,
  });

const turns = async (count: number): Promise<void> => {
  for (let turn = 0; turn < count; turn++) await new Promise(resolve => setImmediate(resolve));
};

const rowsOf = (world: SinkWorld): string[] => world.visible.map(row => JSON.stringify(row)).sort();

async function undisturbed(build: Build, values: readonly Reading[]): Promise<string[]> {
  const world = new SinkWorld();
  await start(build, values, 'transactional', world, {}).done;
  return rowsOf(world);
}

/** The last of the job's savepoints; undefined: it was over before. */
async function stopped(job: Job<any>, after: number): Promise<Savepoint | undefined> {
  let over = false;
  job.done.then(
    () => void (over = true),
    () => undefined,
  );
  await turns(after);
  if (over) return undefined;
  return job.stop({ savepoint: 'last' }).catch(error => {
    if (over) return undefined;
    throw error;
  });
}

for (const [what, build] of [...Object.entries(EVERY_OPERATOR), ...Object.entries(JOINS)]) {
  it(`${what}: stopped with a savepoint, and begun with it in another storage, as without`, { timeout: 60_000 }, async () => {
    const joins = what in JOINS;
    await fc.assert(
      fc.asyncProperty(
        readings,
        fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 3 }),
        fc.constantFrom<SinkMode>('transactional', 'sink-decides', 'outbox'),
        async (unordered, stops, mode) => {
          const values = joins ? [...unordered].sort((a, b) => a.at - b.at) : unordered;
          const world = new SinkWorld();
          let from: Savepoint | undefined;
          for (const after of stops) {
            const job = start(build, values, mode, world, { storage: memoryStorage(), ...(from && { from }) });
            const savepoint = await stopped(job, after);
            from = savepoint && savepointFrom(savepoint.bytes.slice());
            if (!from) break;
          }
          if (from) await start(build, values, mode, world, { storage: memoryStorage(), from }).done;
          expect(rowsOf(world)).toEqual(await undisturbed(build, values));
        },
      ),
      { numRuns: Number(process.env.TIDEMARK_RUNS ?? 12) },
    );
  });
}

describe('a savepoint', () => {
  const values: Reading[] = Array.from({ length: 60 }, (_, id) => ({ id, key: 'abc'[id % 3] as string, at: id * 5, value: id % 7 }));
  const build = EVERY_OPERATOR['sliced windows'] as Build;

  it('is taken while the job goes on, whose own checkpoints are what they would have been', async () => {
    const world = new SinkWorld();
    const job = start(build, values, 'transactional', world, { checkpoints: { every: '1h', retain: 50 } });
    const kinds = async (job: Job<any>, second: () => Promise<unknown>): Promise<unknown[]> => {
      const kinds: unknown[] = [];
      job.events.subscribe(event => {
        if (event.type === 'checkpoint') kinds.push([event.checkpoint.seq, event.checkpoint.full]);
      });
      await job.checkpoint();
      await turns(4);
      await second();
      await job.checkpoint();
      await job.done;
      return kinds;
    };
    let savepoint: Savepoint | undefined;
    const disturbed = await kinds(job, async () => void (savepoint = await job.savepoint('before tuning')));
    expect(rowsOf(world)).toEqual(await undisturbed(build, values));
    const plain = start(build, values, 'transactional', new SinkWorld(), { checkpoints: { every: '1h', retain: 50 } });
    const without = await kinds(plain, () => plain.checkpoint());
    expect(disturbed.slice(0, 3)).toEqual(without.slice(0, 3));
    expect(disturbed[1]).toEqual([3, false]);

    expect(savepoint).toMatchObject({
      label: 'before tuning',
      job: 'job',
      checkpoint: 3,
      operators: [{ id: 'windowBy/w' }, { id: 'eventTime/in' }],
    });
    expect(savepoint?.sinks).toEqual([{ name: 'out', mode: 'transactional' }]);
    expect(savepoint?.sources).toEqual([{ name: 'in', position: expect.any(Number), watermark: expect.any(Number) }]);

    // A second job, with sinks of its own, says what the first one said behind the savepoint.
    const rest = new SinkWorld();
    await start(build, values, 'transactional', rest, { name: 'other', from: savepoint as Savepoint }).done;
    const all = rowsOf(world);
    expect(rowsOf(rest).length).toBeGreaterThan(0);
    expect(rowsOf(rest).every(row => all.includes(row))).toBe(true);
  });

  it('is not restored behind what a sink holds, unless that is accepted', async () => {
    const world = new SinkWorld();
    const job = start(build, values, 'transactional', world, { storage: memoryStorage(), checkpoints: { every: '1h' } });
    await turns(5);
    const savepoint = await job.savepoint('early');
    await job.done;
    const held = world.visible.length;
    const storage = memoryStorage();
    const error = await failure(start(build, values, 'transactional', world, { storage, from: savepoint }).done);
    expect(error.code).toBe('NEEDS_OPERATOR');
    expect(error.message).toBe(
      `job job: the savepoint is of checkpoint ${savepoint.checkpoint} of job job, and sink out holds the rows up to checkpoint ${world.last}, so that those in between would be said again. Take those rows back from the sink; or give it an empty one; or say acceptDuplicates: true if they may come twice.`,
    );
    await start(build, values, 'transactional', world, { storage, from: savepoint, acceptDuplicates: true }).done;
    expect(world.visible.length).toBeGreaterThan(held);
    expect([...new Set(rowsOf(world))]).toEqual([...new Set(await undisturbed(build, values))]);
  });

  it('does not begin a job that is there already, nor wait for one that is over', async () => {
    const storage = memoryStorage();
    const job = start(build, values, 'outbox', new SinkWorld(), { storage });
    const savepoint = await job.stop({ savepoint: 'x' });
    const again = start(build, values, 'outbox', new SinkWorld(), { storage, from: savepoint });
    const error = await failure(again.done);
    expect(`${error.code}: ${error.message}`).toBe(
      'BAD_OPTION: run "job": memoryStorage() holds a job of this name already. Write resume: true to go on with that one; to begin with the savepoint give another storage.',
    );
    expect((await failure(job.savepoint('late'))).message).toContain('it has been closed');
    expect((await failure(job.stop({ savepoint: 'late' }))).message).toBe('job job: it is stopped, and makes no checkpoints.');
    expect((await failure(job.savepoint(''))).message).toBe('savepoint of job job must be a text of 1 to 150 characters, but came as "".');
  });

  it('is for the first start alone where the program is begun again and again, also if it has changed since', async () => {
    const world = new SinkWorld();
    const savepoint = (await stopped(start(build, values, 'transactional', world, { storage: memoryStorage() }), 4)) as Savepoint;
    const storage = memoryStorage();
    const again = (of: Build, options: Partial<RunOptions> = {}) =>
      start(of, values, 'transactional', world, { storage, from: savepoint, resume: true, ...options });
    await again(build).stop({ drain: true });
    const position = (await again(build).stop({ savepoint: 'there' })).checkpoint;
    expect(position).toBeGreaterThan(savepoint.checkpoint);
    // Without its window, which is in the savepoint, and by now not in the log.
    const without: Build = values => build(values).inputs[0] as EventStream<any>;
    await again(without, { allowDropped: ['windowBy/w'] }).stop({ drain: true });
    await again(without).done;
    expect((await failure(start(build, values, 'transactional', world, { storage, from: savepoint }).done)).code).toBe('BAD_OPTION');
    expect(refusal(() => start(build, values, 'transactional', world, { resume: true }))).toContain(
      'resume is about a savepoint: give from',
    );
  });

  it('fails with its checkpoint, and the job goes on', async () => {
    const storage = memoryStorage();
    let full = false;
    const appendSlot = storage.appendSlot.bind(storage);
    const putChunk = storage.putChunk.bind(storage);
    storage.appendSlot = (...args) => appendSlot(...args);
    storage.putChunk = (...args) => (full ? Promise.reject(new Error('no room')) : putChunk(...args));
    const world = new SinkWorld();
    const job = start(build, values, 'transactional', world, { storage, checkpoints: { every: '1h' } });
    await job.checkpoint();
    full = true;
    expect((await failure(job.savepoint('x'))).message).toContain('no room');
    full = false;
    await job.done;
    expect(rowsOf(world)).toEqual(await undisturbed(build, values));
  });
});
