/** Jobs with checkpoints in a storage, made by hand, and the command on them, in this process. */
import { Coordinator } from '../../src/checkpoint/coordinator.js';
import type { Barrier, CheckpointSink } from '../../src/checkpoint/participants.js';
import type { CheckpointStorage } from '../../src/checkpoint/storage.js';
import { checkpoints } from '../../src/cli/checkpoints.js';
import { UsageError } from '../../src/cli/failure.js';
import { world } from '../../src/job/world.js';
import { memoryStorage } from '../../src/storages/memoryStorage.js';
import { SinkWorld, TestSink } from '../checkpoint/sinks.js';
import type { Run } from './command.js';

/** Sums by key, of the window [0, 60000), in parts of one key each; the position is how many there are. */
export function barrierOf(sums: Readonly<Record<string, number>>): Barrier {
  const parts = Object.entries(sums).map(([key, sum], id) => ({
    id,
    data: { slice: 0, keys: [key], seqs: [id], values: [sum], stamps: [] },
  }));
  const state = { watermark: 5, slices: [{ start: 0, earliest: 0 }], windows: [{ start: 0, end: 60_000, firedAt: -1, late: [] }] };
  return {
    sources: [{ name: 'readings', position: parts.length }],
    operators: [
      { kind: 'windowBy', name: 'sums', rest: { spec: 'tumbling(1m), sum', state }, parts },
      { kind: 'eventTime', name: 'readings', rest: { watermark: 5 }, parts: [] },
    ],
    watermark: 5,
  };
}

export interface SavedJob {
  readonly coordinator: Coordinator;
  /** The numbers of its checkpoints. */
  readonly seqs: readonly number[];
}

export const transactional = (): CheckpointSink => new TestSink('transactional', new SinkWorld());

/** Takes the job over, and makes a checkpoint of each. */
export async function saveJob(
  storage: CheckpointStorage,
  job: string,
  barriers: readonly Barrier[],
  { sinks = [], retain = 10 }: { readonly sinks?: readonly CheckpointSink[]; readonly retain?: number } = {},
): Promise<SavedJob> {
  const coordinator = await Coordinator.open({ job, storage, sinks, env: world, retain });
  const seqs: number[] = [];
  for (const barrier of barriers) seqs.push((await coordinator.checkpoint(() => barrier)).seq);
  await coordinator.close();
  return { coordinator, seqs };
}

/** A storage in memory, opened, with one job. */
export async function savedInMemory(barriers: readonly Barrier[], sinks: readonly CheckpointSink[] = []): Promise<CheckpointStorage> {
  const storage = memoryStorage();
  await storage.open();
  await saveJob(storage, 'demo', barriers, { sinks });
  return storage;
}

/** `tidemark checkpoints ...`, as main.ts runs it. */
export async function command(...args: readonly string[]): Promise<Run> {
  let [out, err] = ['', ''];
  const streams = { out: (text: string) => (out += text), err: (text: string) => (err += text), terminal: false };
  try {
    return { code: await checkpoints(args, streams), out, err };
  } catch (error) {
    return { code: error instanceof UsageError ? 2 : 1, out, err: (error as Error).message };
  }
}
