/**
 * Deletes what a job needs no more, by the job's own rules (checkpoint/retention.ts), or says what it would delete. Safe beside the running
 * job: chunks of its owner that are in no slot yet, pinned checkpoints and whatever a restart may have to begin with are left alone.
 */
import { CHUNK_PREFIX } from '../checkpoint/chunk.js';
import type { Env } from '../checkpoint/env.js';
import type { FoundSlot } from '../checkpoint/manifestLog.js';
import { Retention } from '../checkpoint/retention.js';
import type { CheckpointStorage } from '../checkpoint/storage.js';
import { InputError } from './failure.js';
import { checkpointsOf, isCommitted } from './jobLog.js';
import { listPins, type Pin, READING } from './pins.js';
import { checkpointFaults, newestOwner } from './verifyJob.js';

/** Pins of a command that are older than this are of one that was killed: milliseconds. */
const STALE = 24 * 3_600_000;

export interface Collected {
  /** The numbers of checkpoints whose slots go. */
  readonly checkpoints: readonly number[];
  readonly chunks: number;
  readonly bytes: number;
  /** Of commands that were killed while they read. */
  readonly pins: readonly Pin[];
}

export interface CollectOptions {
  /** So many of the newest checkpoints stay, of those that a restart may begin with; undefined: all. */
  readonly keep: number | undefined;
  /** Nothing is deleted. */
  readonly dry: boolean;
  readonly env: Env;
}

export async function collectJob(
  storage: CheckpointStorage,
  job: string,
  slots: readonly FoundSlot[],
  { keep, dry, env }: CollectOptions,
): Promise<Collected> {
  const broken = slots.find(({ slot }) => slot.kind === 'unreadable');
  if (broken) throw new InputError(`job ${job}: slot ${broken.seq} cannot be read, so that nothing is deleted. verify says more.`);
  const pins = (await listPins(storage, job)).filter(
    ({ name, at }) => name === READING && at !== undefined && at < env.wallClock() - STALE,
  );
  const sizes = new Map<string, number>();
  for await (const { id, bytes } of storage.listChunks(job, CHUNK_PREFIX)) sizes.set(id, bytes);
  const good = keep === undefined ? new Set<number>() : await counting(storage, job, slots, keep, env);

  const log = { below: 0, deleted: new Set(pins.map(({ id }) => id)) };
  if (!dry) await storage.deleteChunks(job, [...log.deleted]);
  const retention = new Retention(watched(storage, dry, log), job, env, keep ?? Infinity);
  for (const { seq, slot } of checkpointsOf(slots)) retention.add(seq, slot, good.has(seq));
  // The first round deletes slots, the second their chunks: pins that came between are heeded.
  for (let round = 0; round < 2; round++) await retention.collect();
  await retention.sweep(newestOwner(slots), slots);

  const checkpoints = checkpointsOf(slots).flatMap(({ seq }) => (seq < log.below ? [seq] : []));
  const chunks = [...log.deleted].filter(id => sizes.has(id));
  return { checkpoints, chunks: chunks.length, bytes: chunks.reduce((sum, id) => sum + (sizes.get(id) as number), 0), pins };
}

/** The newest checkpoints that a restart may begin with: they are whole, and no sink can be behind them. */
async function counting(
  storage: CheckpointStorage,
  job: string,
  slots: readonly FoundSlot[],
  keep: number,
  env: Env,
): Promise<ReadonlySet<number>> {
  const good = new Set<number>();
  for (const candidate of checkpointsOf(slots).reverse()) {
    if (good.size >= keep) break;
    if (isCommitted(candidate, slots) && (await checkpointFaults(storage, job, candidate, env)).length === 0) good.add(candidate.seq);
  }
  return good;
}

/** Writes down what is deleted; `dry`: that is all it does. */
function watched(storage: CheckpointStorage, dry: boolean, log: { below: number; readonly deleted: Set<string> }): CheckpointStorage {
  return {
    name: storage.name,
    capabilities: storage.capabilities,
    open: () => storage.open(),
    putChunk: (job, id, data) => storage.putChunk(job, id, data),
    getChunk: (job, id) => storage.getChunk(job, id),
    async *listChunks(job, prefix) {
      for await (const entry of storage.listChunks(job, prefix)) if (!log.deleted.has(entry.id)) yield entry;
    },
    async deleteChunks(job, ids) {
      for (const id of ids) log.deleted.add(id);
      if (!dry) await storage.deleteChunks(job, ids);
    },
    appendSlot: (job, seq, data) => storage.appendSlot(job, seq, data),
    readSlot: (job, seq) => storage.readSlot(job, seq),
    listSlots: job => storage.listSlots(job),
    async trimSlots(job, below) {
      log.below = Math.max(log.below, below);
      if (!dry) await storage.trimSlots(job, below);
    },
    listJobs: () => storage.listJobs(),
    close: () => storage.close(),
  };
}
