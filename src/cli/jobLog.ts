/** The log of a job, read without taking the job over. */
import type { FoundSlot } from '../checkpoint/manifestLog.js';
import { committedOf } from '../checkpoint/recovery.js';
import type { Candidate } from '../checkpoint/restorePoint.js';
import { type CheckpointSlot, openSlot } from '../checkpoint/slot.js';
import type { CheckpointStorage } from '../checkpoint/storage.js';
import { InputError, UsageError } from './failure.js';

/** The job that is meant: the one named, or the only one. */
export async function jobOf(storage: CheckpointStorage, named: string | undefined): Promise<string> {
  const jobs = (await storage.listJobs()).sort();
  if (named !== undefined && jobs.includes(named)) return named;
  if (jobs.length === 0) throw new InputError(`${storage.name} holds no job.`);
  const list = jobs.join(', ');
  if (named !== undefined) throw new InputError(`${storage.name} holds no job '${named}'; there is ${list}.`);
  if (jobs.length > 1) throw new UsageError(`${storage.name} holds several jobs: say --job, one of ${list}.`);
  return jobs[0] as string;
}

/** All slots, ascending. Those that go while they are read are left out. */
export async function readSlots(storage: CheckpointStorage, job: string): Promise<FoundSlot[]> {
  const seqs = await storage.listSlots(job);
  const read = await Promise.all(seqs.map(async seq => ({ seq, bytes: await storage.readSlot(job, seq) })));
  const gone = read.some(({ bytes }) => bytes === undefined) ? new Set(await storage.listSlots(job)) : undefined;
  return read.flatMap(({ seq, bytes }): FoundSlot[] => {
    if (bytes) return [{ seq, slot: openSlot(bytes) }];
    return gone?.has(seq) ? [{ seq, slot: { kind: 'unreadable', newer: false, why: 'it cannot be found' } }] : [];
  });
}

/** Ascending. */
export function checkpointsOf(slots: readonly FoundSlot[]): Candidate[] {
  return slots.flatMap(({ seq, slot }) => (slot.kind === 'checkpoint' ? [{ seq, slot }] : []));
}

/** That of slot `seq`, or the newest. */
export function findCheckpoint(job: string, slots: readonly FoundSlot[], seq?: number): Candidate {
  const all = checkpointsOf(slots);
  const found = seq === undefined ? all.at(-1) : all.find(checkpoint => checkpoint.seq === seq);
  if (found) return found;
  if (all.length === 0) throw new InputError(`job ${job} has no checkpoint that can be read.`);
  const broken = slots.find(slot => slot.seq === seq)?.slot;
  const why =
    broken?.kind === 'unreadable' ? `cannot be read: ${broken.why}` : broken ? `is a ${broken.kind}, and no checkpoint` : 'is not there';
  throw new InputError(`job ${job}: slot ${seq} ${why}. Checkpoints are ${all.map(checkpoint => checkpoint.seq).join(', ')}.`);
}

/** Whether all rows of a checkpoint are known to be committed: by what later slots say, or since its sinks have nothing to commit. */
export function isCommitted({ seq, slot }: Candidate, slots: readonly FoundSlot[]): boolean {
  if (Object.values(slot.sinks).every(({ mode }) => mode === 'upsert')) return true;
  return committedOf(slots) >= seq;
}

/** What was written for a checkpoint, and what it stands on. */
export function sizesOf({ chain }: CheckpointSlot): { readonly own: number; readonly all: number; readonly chunks: number } {
  const sizes = chain.map(({ chunks }) => chunks.reduce((sum, [bytes]) => sum + bytes, 0));
  const chunks = chain.reduce((sum, segment) => sum + segment.chunks.length, 0);
  return { own: sizes.at(-1) ?? 0, all: sizes.reduce((sum, size) => sum + size, 0), chunks };
}
