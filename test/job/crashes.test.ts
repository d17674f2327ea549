/** Whatever a job dies of, and whenever: what its sinks hold in the end is what an undisturbed run gives. */
import fc from 'fast-check';
import { map } from 'rxjs';
import { expect, it } from 'vitest';
import type { CheckpointStorage } from '../../src/checkpoint/storage.js';
import {
  afterCount,
  afterWatermark,
  boundedOutOfOrderness,
  defineSink,
  type EventStream,
  eventTime,
  finals,
  type Job,
  joinWith,
  mapAsync,
  memory,
  memoryStorage,
  type Pane,
  paneId,
  reorder,
  run,
  type SinkMode,
  type SinkWork,
  session,
  sliding,
  stateOn,
  sum,
  toCallback,
  toMap,
  tumbling,
  union,
  windowBy,
} from '../../src/index.js';
import { PendingRows } from '../../src/job/pendingRows.js';
import { orderedMemory } from '../../src/storages/orderedMemory.js';
import { slowly } from './support.js';

interface Reading {
  readonly key: string;
  readonly at: number;
  readonly value: number;
}

/** A system that outlives every run of the job, and takes rows in the mode that a sink declares. */
class Outlet {
  readonly rows: string[] = [];
  readonly ids = new Set<string>();
  readonly map = new Map<string, Pane<unknown, unknown>>();
  readonly prepared = new Map<string, readonly string[]>();
  epoch = 0;
  seq = 0;
}

class TestSink implements SinkWork<unknown> {
  readonly name = 'out';
  readonly mode: SinkMode;
  readonly #outlet: Outlet;
  readonly #rows = new PendingRows<string>();
  #epoch = 0;

  constructor(mode: SinkMode, outlet: Outlet) {
    this.mode = mode;
    this.#outlet = outlet;
  }

  write(value: unknown, diff: 1 | -1): void {
    this.#rows.add(JSON.stringify([value, diff]));
  }

  async fence(epoch: number): Promise<void> {
    this.#epoch = epoch;
    this.#outlet.epoch = epoch;
  }

  async lastCommitted(): Promise<number> {
    return this.#outlet.seq;
  }

  rotate(transaction: string): number {
    return this.#rows.rotate(transaction).length;
  }

  async prepare(transaction: string): Promise<void> {
    if (this.mode === 'transactional') this.#outlet.prepared.set(transaction, this.#rows.of(transaction) ?? []);
  }

  async commit(transaction: string, seq: number): Promise<void> {
    if (this.#epoch < this.#outlet.epoch) throw new Error('fenced');
    const rows = this.mode === 'transactional' ? this.#outlet.prepared.get(transaction) : this.#rows.of(transaction);
    if (seq <= this.#outlet.seq) return;
    if (!rows) throw new Error(`unknown transaction ${transaction}`);
    this.#outlet.rows.push(...rows);
    this.#outlet.seq = seq;
    this.#rows.forget(transaction);
  }

  async abort(transaction: string): Promise<void> {
    this.#rows.abort(transaction);
  }
}

const readings = fc.array(
  fc.record({ key: fc.constantFrom('a', 'b', 'c'), at: fc.integer({ min: 0, max: 400 }), value: fc.integer({ min: -5, max: 5 }) }),
  { minLength: 1, maxLength: 60 },
);

type Build = (left: readonly Reading[], right: readonly Reading[]) => EventStream<any>;

const timed = (name: string, values: readonly Reading[]): EventStream<Reading> =>
  eventTime(slowly(values), { name, timestamp: r => r.at, watermark: boundedOutOfOrderness(30), maxFuture: false });

const bySum = { key: (r: Reading) => r.key, aggregate: sum((r: Reading) => r.value) };

const PIPELINES: Record<string, Build> = {
  'tumbling windows': left => timed('l', left).pipe(windowBy(tumbling(50), { name: 'w', ...bySum, allowedLateness: 60 })),
  'sliding windows': left => timed('l', left).pipe(windowBy(sliding(60, 20), { name: 'w', ...bySum })),
  'sessions that retract': left =>
    timed('l', left).pipe(
      windowBy(session(15), {
        name: 'w',
        ...bySum,
        accumulation: 'retracting',
        allowedLateness: 40,
        trigger: afterWatermark({ early: afterCount(2) }),
      }),
    ),
  'finals of early panes': left =>
    timed('l', left).pipe(
      windowBy(tumbling(50), { name: 'w', ...bySum, allowedLateness: 50, trigger: afterWatermark({ early: afterCount(2) }) }),
      finals(),
    ),
  'elements in order': left => timed('l', left).pipe(reorder({ within: 30, name: 'o' }), windowBy(tumbling(50), { name: 'w', ...bySum })),
  'windows over windows': left =>
    timed('l', left).pipe(
      windowBy(tumbling(50), { name: 'w', ...bySum }),
      map(pane => ({ key: pane.key, at: 0, value: pane.value })),
      windowBy(tumbling(200), { name: 'w2', ...bySum }),
    ),
  'calls in flight': left =>
    timed('l', left).pipe(
      mapAsync(async r => ({ ...r, value: r.value * 2 }), { name: 'm', concurrency: 2 }),
      windowBy(tumbling(50), { name: 'w', ...bySum }),
    ),
};

const MODES: readonly SinkMode[] = ['transactional', 'sink-decides', 'outbox', 'upsert'];

function sinkOf(mode: SinkMode, outlet: Outlet): (stream: EventStream<any>) => EventStream<any> {
  if (mode === 'upsert') return stream => stream.pipe(toMap(outlet.map, { name: 'out' }));
  if (mode === 'outbox') {
    const deliver = (value: unknown, { id, withdrawn }: { id: string; withdrawn: boolean }): void => {
      if (!outlet.ids.has(id)) outlet.rows.push(JSON.stringify([value, withdrawn ? -1 : 1]));
      outlet.ids.add(id);
    };
    return stream => stream.pipe(toCallback(deliver, { name: 'out' }));
  }
  return stream => stream.pipe(defineSink<any>({ kind: 'toOutlet', name: 'out', mode, create: () => new TestSink(mode, outlet) }));
}

/** What an outlet has come to: exact rows, or the newest of each name. */
function contents(mode: SinkMode, outlet: Outlet): string[] {
  if (mode !== 'upsert') return [...outlet.rows].sort();
  return [...outlet.map.values()].map(pane => `${paneId(pane)} ${pane.value}`).sort();
}

/** A storage some of whose calls fail. */
function failing(storage: CheckpointStorage, fails: (call: string) => boolean): CheckpointStorage {
  return new Proxy(storage, {
    get(target, property) {
      const member = Reflect.get(target, property) as unknown;
      if (typeof member !== 'function') return member;
      return (...args: unknown[]) => {
        if (['putChunk', 'appendSlot', 'deleteChunks'].includes(String(property)) && fails(String(property)))
          return Promise.reject(new Error(`${String(property)} failed`));
        return member.apply(target, args);
      };
    },
  });
}

async function undisturbed(build: Build, left: readonly Reading[], right: readonly Reading[], mode: SinkMode): Promise<string[]> {
  const outlet = new Outlet();
  await run(sinkOf(mode, outlet)(build(left, right)), { name: 'job' }).done;
  return contents(mode, outlet);
}

async function disturbed(
  build: Build,
  left: readonly Reading[],
  right: readonly Reading[],
  mode: SinkMode,
  lives: readonly {
    readonly turns: number;
    readonly how: 'kill' | 'drain' | 'zombie';
    readonly failures: number;
    readonly tables: boolean;
  }[],
): Promise<string[]> {
  const outlet = new Outlet();
  const storage = memoryStorage();
  const start = (fails: (call: string) => boolean = () => false, tables = false): Job<unknown> =>
    run(sinkOf(mode, outlet)(build(left, right)), {
      name: 'job',
      storage: failing(storage, fails),
      state: tables ? stateOn(orderedMemory(), { cache: 1 }) : memory(),
      checkpoints: { every: 1, minPause: 0, tolerableFailures: 1000 },
    });
  for (const { turns, how, failures, tables } of lives) {
    let calls = 0;
    const job = start(() => failures > 0 && ++calls % failures === 0, tables);
    let over = false;
    job.done.then(
      () => void (over = true),
      () => void (over = true),
    );
    // Of two that begin at once either may be the newer one: it has begun before the next does.
    for (let turn = 0; (turn < turns || (how === 'zombie' && job.status.state === 'starting')) && !over; turn++)
      await new Promise(resolve => setImmediate(resolve));
    if (over || how === 'zombie') continue; // The next one takes the job over while this one is at work.
    await job.stop({ drain: how === 'drain' }).catch(() => undefined);
  }
  await start().done;
  return contents(mode, outlet);
}

const lives = fc.array(
  fc.record({
    turns: fc.integer({ min: 0, max: 60 }),
    how: fc.constantFrom('kill' as const, 'drain' as const, 'zombie' as const),
    failures: fc.constantFrom(0, 0, 3, 7),
    /** Where windows have their state: a life goes on from what another has left, whatever that had. */
    tables: fc.boolean(),
  }),
  { minLength: 1, maxLength: 4 },
);

for (const [what, build] of Object.entries(PIPELINES)) {
  it.each(MODES)(`${what}: into a sink of the mode %s as without a crash`, { timeout: 60_000 }, async mode => {
    await fc.assert(
      fc.asyncProperty(readings, lives, async (left, lives) => {
        expect(await disturbed(build, left, [], mode, lives)).toEqual(await undisturbed(build, left, [], mode));
      }),
      { numRuns: Number(process.env.TIDEMARK_RUNS ?? 15) },
    );
  });
}

// Two sources interleave as they like: only what does not depend on that is the same.
const MEETINGS: Record<string, Build> = {
  'a union': (left, right) =>
    union(timed('l', left), timed('r', right)).pipe(windowBy(tumbling(50), { name: 'w', ...bySum, allowedLateness: 1000 }), finals()),
  'a join': (left, right) =>
    timed('l', left).pipe(
      joinWith(timed('r', right), {
        name: 'j',
        window: tumbling(50),
        leftKey: (r: Reading) => r.key,
        rightKey: (r: Reading) => r.key,
        select: (l: Reading, r: Reading) => `${l.key} ${l.value} ${r.value}`,
      }),
    ),
};

for (const [what, build] of Object.entries(MEETINGS)) {
  it.each(['transactional', 'outbox'] as const)(
    `${what}: into a sink of the mode %s as without a crash`,
    { timeout: 60_000 },
    async mode => {
      // In order, so that nothing is late however the two interleave.
      const ordered = readings.map(all => [...all].sort((a, b) => a.at - b.at));
      await fc.assert(
        fc.asyncProperty(ordered, ordered, lives, async (left, right, lives) => {
          const final = (rows: string[]): string[] =>
            rows.map(row => row.replace(/"(index|nonSpeculativeIndex|isFirst|timing|timestamp|isLast)":[^,}\]]+,?/g, '')).sort();
          expect(final(await disturbed(build, left, right, mode, lives))).toEqual(final(await undisturbed(build, left, right, mode)));
        }),
        { numRuns: Number(process.env.TIDEMARK_RUNS ?? 15) },
      );
    },
  );
}
