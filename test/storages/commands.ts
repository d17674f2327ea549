/** Random commands on a storage and on a plain model of one, which must agree after each. */
import fc from 'fast-check';
import { expect } from 'vitest';
import type { CheckpointStorage } from '../../src/checkpoint/storage.js';

interface JobModel {
  readonly chunks: Map<string, string>;
  readonly slots: Map<number, string>;
  newest: number;
}

interface Real {
  storage: CheckpointStorage;
  readonly prefix: string;
}

type Model = Map<string, JobModel>;
type Command = fc.AsyncCommand<Model, Real>;

const JOBS = ['', '/..', 'A', 'a', 'é'];
const IDS = ['a', 'A', 'a/b', 'a/..', '1-1/0', '1-1/1', '1-10/0'];

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const decode = (data: Uint8Array | undefined): string | undefined => data && new TextDecoder().decode(data);

function of(model: Model, job: string): JobModel {
  let found = model.get(job);
  if (!found) model.set(job, (found = { chunks: new Map(), slots: new Map(), newest: 0 }));
  return found;
}

/** A command: what it is called, what the model says comes of it, and what the storage gives. */
function command<R>(
  name: string,
  model: (state: Model) => R,
  real: (storage: CheckpointStorage, job: (name: string) => string) => Promise<R>,
): Command {
  return {
    check: () => true,
    async run(state, { storage, prefix }) {
      const expected = model(state);
      expect(await real(storage, job => prefix + job)).toEqual(expected);
    },
    toString: () => name,
  };
}

const job = fc.constantFrom(...JOBS);
const id = fc.constantFrom(...IDS);
const text = fc.string({ maxLength: 5 });

const put = fc.tuple(job, id, text).map(([job, id, text]) =>
  command(
    `put ${job} ${id} ${text}`,
    state => {
      const { chunks } = of(state, job);
      if (chunks.has(id)) return 'CHUNK_EXISTS';
      chunks.set(id, text);
      return 'ok';
    },
    (storage, name) =>
      storage.putChunk(name(job), id, encode(text)).then(
        () => 'ok',
        error => error.code,
      ),
  ),
);

const get = fc.tuple(job, id).map(([job, id]) =>
  command(
    `get ${job} ${id}`,
    state => of(state, job).chunks.get(id),
    async (storage, name) => decode(await storage.getChunk(name(job), id)),
  ),
);

const remove = fc.tuple(job, fc.array(id, { maxLength: 3 })).map(([job, ids]) =>
  command(
    `delete ${job} ${ids}`,
    state => {
      for (const id of ids) of(state, job).chunks.delete(id);
      return undefined;
    },
    (storage, name) => storage.deleteChunks(name(job), ids).then(() => undefined),
  ),
);

const list = fc.tuple(job, fc.constantFrom('', 'a', 'a/', '1-1/', 'A')).map(([job, prefix]) =>
  command(
    `list ${job} ${prefix}`,
    state =>
      [...of(state, job).chunks]
        .map(([id, text]) => `${id} ${encode(text).length}`)
        .filter(id => id.startsWith(prefix))
        .sort(),
    async (storage, name) => {
      const found: string[] = [];
      for await (const { id, bytes } of storage.listChunks(name(job), prefix)) found.push(`${id} ${bytes}`);
      return found.sort();
    },
  ),
);

/** Appends at a distance from the newest slot: 1 is the next one. */
const append = fc.tuple(job, fc.integer({ min: -3, max: 1 }), text).map(([job, distance, text]) => {
  let seq = 1;
  return command(
    `append ${job} newest${distance} ${text}`,
    state => {
      const { newest, slots } = of(state, job);
      seq = Math.max(1, newest + distance);
      if (seq <= newest) return 'taken';
      of(state, job).newest = seq;
      slots.set(seq, text);
      return 'ok';
    },
    (storage, name) => storage.appendSlot(name(job), seq, encode(text)),
  );
});

const trim = fc.tuple(job, fc.integer({ min: -3, max: 2 })).map(([job, distance]) => {
  let below = 1;
  return command(
    `trim ${job} newest${distance}`,
    state => {
      const { newest, slots } = of(state, job);
      below = Math.max(1, newest + distance);
      for (const seq of slots.keys()) if (seq < Math.min(below, newest)) slots.delete(seq);
      return undefined;
    },
    (storage, name) => storage.trimSlots(name(job), below).then(() => undefined),
  );
});

const slots = job.map(job =>
  command(
    `slots ${job}`,
    state => [...of(state, job).slots].sort(([a], [b]) => a - b),
    async (storage, name) => {
      const seqs = await storage.listSlots(name(job));
      return Promise.all(seqs.map(async seq => [seq, decode(await storage.readSlot(name(job), seq))] as [number, string]));
    },
  ),
);

const jobs = fc.constant(0).map(
  (): Command => ({
    check: () => true,
    async run(state, { storage, prefix }) {
      const expected = [...state].filter(([, { newest }]) => newest > 0).map(([job]) => prefix + job);
      expect((await storage.listJobs()).filter(job => job.startsWith(prefix)).sort()).toEqual(expected.sort());
    },
    toString: () => 'jobs',
  }),
);

/** Closes, and goes on with another storage on the same medium. */
function reopen(open: () => CheckpointStorage): fc.Arbitrary<Command> {
  return fc.constant(0).map(() => ({
    check: () => true,
    async run(_state, real) {
      await real.storage.close();
      real.storage = open();
      await real.storage.open();
    },
    toString: () => 'reopen',
  }));
}

let round = 0;

/** Holds a storage to the model. `open` gives one on the same medium at each call, not open. */
export async function holdToModel(open: () => CheckpointStorage, numRuns: number): Promise<void> {
  const commands = fc.commands([put, put, get, remove, list, append, append, trim, slots, jobs, reopen(open)], { maxCommands: 40 });
  await fc.assert(
    fc.asyncProperty(commands, async steps => {
      const real: Real = { storage: open(), prefix: `model-${round++}.` };
      await real.storage.open();
      try {
        await fc.asyncModelRun(() => ({ model: new Map() as Model, real }), steps);
      } finally {
        await real.storage.close();
      }
    }),
    { numRuns },
  );
}
