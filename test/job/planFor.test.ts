/** A plan says beforehand what a start does. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Aggregate,
  count,
  type EventStream,
  eventTime,
  memoryStorage,
  plan,
  replayable,
  run,
  storeSavepoint,
  sum,
  toCallback,
  tumbling,
  windowBy,
} from '../../src/index.js';
import { told } from '../support.js';

interface Event {
  readonly at: number;
}
const events: Event[] = [1, 5, 12, 30].map(at => ({ at }));

/** An operator of a program, by what it does with its state. */
interface Part {
  readonly name: string;
  readonly size: number;
  readonly lateness: number;
  readonly version: number;
  readonly migrates: boolean;
}

const custom = ({ version, migrates }: Part): Aggregate<Event, number, number> => ({
  name: 'own',
  create: () => 0,
  add: n => n + 1,
  merge: (a, b) => a + b,
  result: n => n,
  ...(version > 0 && { state: { version, ...(migrates && { migrate: (old: unknown) => old as number }) } }),
});

/** A source alone, and one for each part. */
const programOf = (parts: readonly Part[], source = 's'): EventStream<any>[] => {
  const read = (name: string) => eventTime(replayable(events), { name, timestamp: e => e.at });
  const windows = parts.map(part =>
    read(`${source}-${part.name}`).pipe(
      windowBy(tumbling(part.size), { name: part.name, aggregate: custom(part), allowedLateness: part.lateness }),
    ),
  );
  return [...windows, read(source)] as unknown as EventStream<any>[];
};

const part = fc.record({
  name: fc.constantFrom('a', 'b', 'c', 'd'),
  size: fc.constantFrom(10, 20),
  lateness: fc.constantFrom(0, 5, 50),
  version: fc.constantFrom(0, 1, 2),
  migrates: fc.boolean(),
});
const parts = fc.uniqueArray(part, { selector: ({ name }) => name, maxLength: 4 });

/** What must become of the part of a name, by itself. */
function expected(was: Part | undefined, is: Part | undefined): string {
  if (!was) return 'new';
  if (!is) return 'dropped';
  if (was.size !== is.size || is.lateness < was.lateness) return 'incompatible';
  if (was.version === is.version) return 'kept';
  return is.version > 0 && is.migrates ? 'migrated' : 'incompatible';
}

describe('plan', () => {
  it('says of any edit of a program what becomes of each part; run refuses what it refuses, and nothing else', {
    timeout: 60_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(parts, parts, fc.boolean(), fc.boolean(), async (before, after, renamed, allowed) => {
        const storage = memoryStorage();
        const job = run(programOf(before), { name: 'job', storage });
        const savepoint = await job.stop({ savepoint: 'x' });
        const source = renamed ? 't' : 's';
        const is = programOf(after, source);
        const state = before.flatMap(({ name }) => [`windowBy/${name}`, `eventTime/s-${name}`]);
        const allowDropped = allowed ? ['eventTime/s', ...state] : [];
        const outlook = await plan(savepoint, is, { allowDropped });
        const by = new Map(outlook.lines.filter(({ part }) => part === 'operator').map(line => [line.id, line]));
        for (const name of new Set([...before, ...after].map(({ name }) => name))) {
          const outcome = expected(...([before, after].map(all => all.find(part => part.name === name)) as [Part, Part]));
          const line = by.get(`windowBy/${name}`);
          expect(line?.outcome).toBe(allowed && outcome === 'incompatible' ? 'dropped' : outcome);
          expect(line?.refused).toBe(!allowed && (outcome === 'incompatible' || outcome === 'dropped'));
        }
        expect(by.get('eventTime/s')?.outcome).toBe(renamed ? 'dropped' : 'kept');
        // The same of the log, by the job's own name.
        const ofLog = await plan({ storage, name: 'job' }, is, { allowDropped });
        expect(ofLog.refused.map(({ id }) => id)).toEqual(outlook.refused.map(({ id }) => id));
        const refused = outlook.refused.length > 0;
        const starts = [
          run(programOf(after, source), { name: 'other', from: savepoint, allowDropped, storage: memoryStorage() }),
          run(programOf(after, source), { name: 'job', allowDropped, storage }),
        ];
        for (const start of starts) {
          const outcome = await start.done.then(() => 'done', told);
          if (refused) expect(outcome).toContain('BAD_SNAPSHOT: run');
          else expect(outcome).toBe('done');
        }
      }),
      { numRuns: 25 },
    );
  });

  const one = { name: 'a', size: 10, lateness: 0, version: 0, migrates: false };

  it('reads the newest checkpoint of a job, also of one that began with a savepoint, and takes nothing over', async () => {
    const storage = memoryStorage();
    const out = toCallback<any>(() => undefined, { name: 'out' });
    const stream = (): EventStream<any> => (programOf([one])[0] as EventStream<any>).pipe(out) as EventStream<any>;
    const savepoint = await run(stream(), { name: 'old' }).stop({ savepoint: 'x' });
    await run(stream(), { name: 'job', storage, from: savepoint }).done;
    await storage.open();
    const slots = await storage.listSlots('job');
    const outlook = await plan({ storage, name: 'job' }, programOf([one]));
    expect(await storage.listSlots('job')).toEqual(slots);
    expect(outlook.from).toBe(`checkpoint ${slots.at(-2)} of job job`);
    // It has ended in peace: its sinks have all their rows.
    expect(outlook.refused).toEqual([]);
    expect(outlook.lines.at(-1)).toMatchObject({ id: 'out', outcome: 'dropped', reason: 'gets no more rows' });
    const ofSavepoint = await plan(savepoint, programOf([one]));
    expect(ofSavepoint.from).toBe(`savepoint x, of checkpoint ${savepoint.checkpoint} of job old`);
    expect(ofSavepoint.refused).toEqual([]);
    expect(String(ofSavepoint)).toContain('   kept     source    s-a            goes on from its beginning\n');
  });

  it('begins anew what is allowed to lose its state', async () => {
    const savepoint = await run(programOf([one]), { name: 'job' }).savepoint('x');
    const rows: unknown[] = [];
    const alone = eventTime(replayable(events), { name: 's', timestamp: e => e.at }) as EventStream<any>;
    const read = eventTime(replayable([...events, { at: 31 }]), { name: 's-a', timestamp: e => e.at });
    const other = read.pipe(windowBy(tumbling(100), { name: 'a', aggregate: sum((e: Event) => e.at) }));
    const job = run([other as EventStream<any>, alone], { name: 'job', from: savepoint, allowDropped: ['windowBy/a'] });
    job.values.subscribe(pane => rows.push(pane.value));
    await job.done;
    expect(rows).toHaveLength(1);
  });

  it('refuses what is no state, no pipeline and no job', async () => {
    const refused = (promise: Promise<unknown>): Promise<string> => promise.then(() => 'it resolved', told);
    const storage = memoryStorage();
    expect(await refused(plan({ storage, name: 'x' }, programOf([one])))).toBe(
      "BAD_OPTION: plan: memoryStorage() holds no checkpoint of a job 'x'.",
    );
    expect(await refused(plan({} as never, programOf([one])))).toContain('BAD_OPTION: plan: its first argument: storage must be a storage');
    expect(await refused(plan({ storage } as never, programOf([one])))).toContain(
      'BAD_OPTION: plan: its first argument: name must be a text',
    );
    expect(await refused(plan({ storage, name: 'x' }, []))).toContain(
      'BAD_OPTION: plan: its second argument must be a pipeline or several',
    );
    expect(await refused(plan({ storage, name: 'x' }, programOf([one]), { drop: [] } as never))).toContain('there is no option "drop"');
    const unnamed = eventTime(replayable(events), { timestamp: e => e.at }).pipe(windowBy(tumbling(10), { aggregate: count() }));
    const savepoint = await run(programOf([one]), { name: 'job' }).savepoint('x');
    await storeSavepoint(savepoint, storage);
    expect(await refused(plan(savepoint, unnamed))).toContain('operators with state need a name');
    expect(await refused(plan({ storage, name: 'savepoint/x' }, programOf([one])))).toBe('it resolved');
  });
});
