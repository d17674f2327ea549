/** A fork goes on where its parent stood, and the parent never hears of it. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { filter } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { CheckpointStorage } from '../../src/checkpoint/storage.js';
import {
  boundedOutOfOrderness,
  count,
  eventTime,
  memoryStorage,
  type Pane,
  replayable,
  run,
  type Savepoint,
  sum,
  toCallback,
  toMap,
  tumbling,
  windowBy,
} from '../../src/index.js';
import { type Fork, type ForkOptions, fork } from '../../src/job/fork.js';
import type { Replayable } from '../../src/job/replayable.js';
import { fileSystem } from '../../src/storages/fileSystem.js';
import { refusal, told } from '../support.js';
import { failure, savepointAt, slowly } from './support.js';

interface Reading {
  readonly key: string;
  readonly at: number;
  readonly value: number;
}

const readings = fc.array(
  fc.record({ key: fc.constantFrom('a', 'b'), at: fc.integer({ min: 0, max: 200 }), value: fc.integer({ min: 0, max: 9 }) }),
  { minLength: 1, maxLength: 50 },
);

type Row = readonly [string, number, number];
const rowOf = ({ key, window, value }: Pane<string, number>): Row => [key, window.start, value];

/** Sums by key, of readings that are large enough, into the sink `out`; `least` is what a variant changes. */
const program = (source: Replayable<Reading>, least: number, out: (row: Row, id: string) => unknown) =>
  eventTime(source, { name: 'in', timestamp: r => r.at, watermark: boundedOutOfOrderness(20) }).pipe(
    filter(r => r.value >= least),
    windowBy(tumbling(20), { name: 'w', key: r => r.key, aggregate: sum(r => r.value), allowedLateness: 40 }),
    toCallback((pane, { id }) => out(rowOf(pane), id), { name: 'out' }),
  );

const never = (): never => {
  throw new Error('the real sink got a row');
};

/** All that a storage holds, as text. */
async function contentOf(storage: CheckpointStorage): Promise<string> {
  const lines: string[] = [];
  await storage.open();
  for (const job of (await storage.listJobs()).sort()) {
    for (const seq of await storage.listSlots(job)) lines.push(`${job} ${seq} ${String(await storage.readSlot(job, seq))}`);
    for await (const { id } of storage.listChunks(job, '')) lines.push(`${job} ${id} ${String(await storage.getChunk(job, id))}`);
  }
  await storage.close();
  return lines.join('\n');
}

const rowsOf = (trial: Fork<unknown>): Row[] => trial.captured<Pane<string, number>>('out').rows.map(({ value }) => rowOf(value));

describe('fork', () => {
  it('says what the parent says from there on, in its own name, and leaves no trace in the parent', async () => {
    let forked = 0;
    await fc.assert(
      fc.asyncProperty(readings, fc.nat(50), fc.integer({ min: 0, max: 9 }), async (values, at, least) => {
        const storage = memoryStorage();
        const rows = new Map<string, Row>();
        const deliver = (row: Row, id: string): void => {
          if (rows.has(id)) throw new Error(`the row ${id} came twice`);
          rows.set(id, row);
        };
        // The parent makes a checkpoint when told to, so that its storage can be compared.
        const checkpoints = { every: '1h' } as const;
        const parent = run(program(slowly(values, 2), 0, deliver), { name: 'parent', storage, checkpoints });
        let savepoint: Savepoint | undefined;
        const later = new Promise<void>(resolve => {
          void (async () => {
            for (let i = 0; i < at % 7; i++) await new Promise(next => setImmediate(next));
            savepoint = await parent.savepoint('here').catch(() => undefined);
            resolve();
          })();
        });
        await later;
        await parent.done;
        if (!savepoint) return;
        if ((savepoint.sources[0]?.position ?? 0) !== 0) forked++;
        const before = await contentOf(storage);
        const start = (name: string, least: number): Fork<unknown> =>
          fork(savepoint as Savepoint, program(slowly(values, 3), least, never), { name, storage, sinks: 'capture' });
        const [same, other] = [start('same', 0), start('other', least)];
        await Promise.all([same.done, other.done]);
        const content = await contentOf(storage);
        expect(content.split('\n').filter(line => line.startsWith('parent '))).toEqual(before.split('\n'));
        // What the parent has said behind the savepoint, in the order of its ids.
        const behind = [...rows].slice(rows.size - rowsOf(same).length).map(([, row]) => row);
        expect(rowsOf(same)).toEqual(behind);
        const alone = fork(savepoint, program(replayable(values), least, never), { name: 'alone', sinks: 'capture' });
        await alone.done;
        expect(rowsOf(other)).toEqual(rowsOf(alone));
      }),
      { numRuns: 40 },
    );
    expect(forked).toBeGreaterThan(10);
  });

  it('disturbs no parent that runs on beside it in the same storage, whose rows are each there once', async () => {
    const values = Array.from({ length: 60 }, (_, i) => ({ key: 'ab'[i % 2] as string, at: i * 5, value: i }));
    const storage = memoryStorage();
    const undisturbed: Row[] = [];
    await run(
      program(slowly(values), 0, row => void undisturbed.push(row)),
      { name: 'calm' },
    ).done;
    const rows = new Map<string, Row>();
    const start = () =>
      run(
        program(slowly(values, 2), 0, (row, id) => void rows.set(id, row)),
        { name: 'parent', storage, checkpoints: { every: 1, minPause: 0 } },
      );
    const first = start();
    const savepoint = await first.savepoint('here');
    const trial = fork(savepoint, program(slowly(values), 5, never), {
      name: 'trial',
      storage,
      sinks: 'discard',
      checkpoints: { every: 1, minPause: 0 },
    });
    await new Promise(resolve => setImmediate(resolve));
    await first.stop();
    await Promise.all([start().done, trial.done]);
    expect([...rows.values()]).toEqual(undisturbed);
  });

  it('changes no byte of the files of its parent', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tidemark-fork-'));
    try {
      const values = Array.from({ length: 40 }, (_, i) => ({ key: 'a', at: i * 10, value: 1 }));
      const storage = () => fileSystem(join(folder, 'state'));
      const parent = run(
        program(slowly(values.slice(0, 20), 2, true), 0, () => undefined),
        { name: 'parent', storage: storage() },
      );
      await parent.checkpoint();
      const savepoint = await parent.stop({ savepoint: 'here' });
      const files = (): string[] =>
        readdirSync(join(folder, 'state'), { recursive: true, withFileTypes: true })
          .filter(entry => entry.isFile())
          .map(({ parentPath, name }) => join(parentPath, name))
          .sort();
      const before = files().map(file => [file, readFileSync(file).toString('hex')]);
      expect(before.length).toBeGreaterThan(1);
      const trial = fork(savepoint, program(slowly(values, 2), 1, never), {
        name: 'trial',
        storage: storage(),
        sinks: 'capture',
        checkpoints: { every: 1, minPause: 0 },
      });
      await trial.done;
      expect(rowsOf(trial).length).toBeGreaterThan(0);
      expect(files().length).toBeGreaterThan(before.length);
      expect(before.map(([file]) => [file, readFileSync(file as string).toString('hex')])).toEqual(before);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('tells of captured rows as they come', async () => {
    const values = [
      { key: 'a', at: 0, value: 1 },
      { key: 'a', at: 100, value: 2 },
    ];
    const from = await savepointAt((source: Replayable<Reading>) => program(source, 0, () => undefined), values, 1);
    const trial = fork(from, program(replayable(values), 0, never), { name: 'trial', sinks: { out: 'capture' } });
    const said: unknown[] = [];
    trial
      .captured<Pane<string, number>>('out')
      .said.subscribe({ next: ({ value }) => said.push(value.value), complete: () => said.push('done') });
    await trial.done;
    expect(said).toEqual([1, 2, 'done']);
    expect(trial.status.state).toBe('completed');
  });

  it('puts rows into another sink', async () => {
    const values = [{ key: 'a', at: 0, value: 1 }];
    const from = await savepointAt((source: Replayable<Reading>) => program(source, 0, () => undefined), values, 1);
    const board = new Map<string, Pane<string, number>>();
    await fork(from, program(replayable(values), 0, never), { name: 'trial', sinks: { out: toMap(board, { name: 'board' }) } }).done;
    expect([...board.values()].map(pane => pane.value)).toEqual([1]);
  });

  it('goes on where it was if it is told to, and is refused otherwise', async () => {
    const values = Array.from({ length: 20 }, (_, i) => ({ key: 'a', at: i * 10, value: 1 }));
    const from = await savepointAt((source: Replayable<Reading>) => program(source, 0, () => undefined), values, 4);
    const storage = memoryStorage();
    const start = (taken: number, options: Partial<ForkOptions> = {}) =>
      fork(from, program(slowly(values.slice(0, taken), 2), 0, never), { name: 'trial', storage, sinks: 'capture', ...options });
    const first = start(10);
    await first.done;
    const again = await failure(start(20).done);
    expect(told(again)).toContain(
      'BAD_OPTION: fork "trial": memoryStorage() holds a job of this name already. Write resume: true to go on with that one',
    );
    const later = start(20, { resume: true });
    const started: unknown[] = [];
    later.events.subscribe(event => event.type === 'started' && started.push(event.restored));
    await later.done;
    expect(started[0]).toBeGreaterThan(from.checkpoint);
  });

  it('finds state by kind and name, as a job does', async () => {
    const values = [{ key: 'a', at: 0, value: 1 }];
    const from = await savepointAt((source: Replayable<Reading>) => program(source, 0, () => undefined), values, 1);
    const renamed = eventTime(replayable(values), { name: 'in', timestamp: r => r.at, watermark: boundedOutOfOrderness(20) }).pipe(
      windowBy(tumbling(50), { name: 'other', aggregate: count() }),
    );
    const options = { name: 'trial', sinks: 'discard' } as const;
    expect(told(await failure(fork(from, renamed, options).done))).toContain("leave it behind by allowDropped: ['windowBy/w']");
    await fork(from, renamed, { ...options, allowDropped: ['windowBy/w'] }).done;
  });

  it('ends by its signal', async () => {
    const values = [{ key: 'a', at: 0, value: 1 }];
    const make = (source: Replayable<Reading>) => program(source, 0, () => undefined);
    const from = await savepointAt(make, values, 1);
    const abort = new AbortController();
    const trial = fork(from, make(slowly(values, 1, true)), { name: 'trial', sinks: 'discard', signal: abort.signal });
    abort.abort();
    await trial.done;
    expect(trial.status.state).toBe('stopped');
  });
});

describe('the arguments of a fork', () => {
  const pipeline = program(replayable<Reading>([]), 0, never);
  const savepoint = savepointAt(() => pipeline, [], 0);
  const options = { name: 'trial', sinks: 'discard' } as const;

  it.each([
    ['a savepoint', () => fork({} as never, pipeline, options), 'fork: its first argument must be a savepoint'],
    ['a pipeline', (from: Savepoint) => fork(from, 5 as never, options), 'fork: its second argument must be a stream with event time'],
    ['options', (from: Savepoint) => fork(from, pipeline, undefined as never), 'fork: name must be a text that is not empty'],
    ['a name', (from: Savepoint) => fork(from, pipeline, { sinks: 'discard' } as never), 'fork: name must be'],
    [
      'a name of its own',
      (from: Savepoint) => fork(from, pipeline, { ...options, name: 'parent' }),
      'fork "parent": this is the name of the job that the savepoint is of.',
    ],
    ['sinks', (from: Savepoint) => fork(from, pipeline, { name: 'trial' } as never), 'fork "trial": sinks must be'],
    [
      'all sinks',
      (from: Savepoint) => fork(from, pipeline, { name: 'trial', sinks: {} }),
      'fork "trial": sinks says nothing of the sink "out".',
    ],
    ['no other savepoint', (from: Savepoint) => fork(from, pipeline, { ...options, from } as never), 'there is no option "from"'],
    ['options that exist', (from: Savepoint) => fork(from, pipeline, { ...options, sink: 1 } as never), 'fork: there is no option "sink"'],
    [
      'yes or no',
      (from: Savepoint) => fork(from, pipeline, { ...options, resume: 1 as never }),
      'fork "trial": resume must be true or false',
    ],
    [
      'durations',
      (from: Savepoint) => fork(from, pipeline, { ...options, checkpoints: { every: 'x' as never } }),
      'fork "trial": checkpoints: every',
    ],
  ])('must be %s', async (_what, make, message) => {
    const from = await savepoint;
    expect(refusal(() => make(from))).toContain(message);
  });

  it('name a sink that is captured', async () => {
    const from = await savepoint;
    const discarded = fork(from, pipeline, options);
    expect(refusal(() => discarded.captured('out'))).toBe('BAD_OPTION: fork "trial": the sink "out" is not captured. None is.');
    const captured = fork(from, pipeline, { ...options, sinks: 'capture' });
    expect(refusal(() => captured.captured('log'))).toBe('BAD_OPTION: fork "trial": the sink "log" is not captured. There is out.');
    await Promise.all([discarded.done, captured.done]);
  });
});
