/** Looks whether what a job has in its storage is whole: its log, and every byte that its checkpoints stand on. */
import { CHUNK_PREFIX, cutOf, epochOf } from '../checkpoint/chunk.js';
import type { Env } from '../checkpoint/env.js';
import type { FoundSlot } from '../checkpoint/manifestLog.js';
import { readCheckpoint } from '../checkpoint/readCheckpoint.js';
import type { Candidate } from '../checkpoint/restorePoint.js';
import type { CheckpointStorage } from '../checkpoint/storage.js';
import { TidemarkError } from '../errors.js';
import { checkpointsOf } from './jobLog.js';
import { listPins } from './pins.js';
import { bytesText, counted } from './table.js';

export interface Verified {
  /** Checkpoints that were read to the last byte. */
  readonly whole: readonly number[];
  /** What is wrong, a sentence each. */
  readonly wrong: readonly string[];
  /** What is no fault: chunks that nothing refers to, pins of checkpoints that are gone. */
  readonly notes: readonly string[];
}

/** `seq`: that checkpoint alone, with the log. `env`: sees each chunk that is read. */
export async function verifyJob(
  storage: CheckpointStorage,
  job: string,
  slots: readonly FoundSlot[],
  env: Env,
  seq?: number,
): Promise<Verified> {
  const wrong = logFaults(job, slots);
  const whole: number[] = [];
  for (const candidate of checkpointsOf(slots)) {
    if (seq !== undefined && candidate.seq !== seq) continue;
    const faults = await checkpointFaults(storage, job, candidate, env);
    wrong.push(...faults);
    if (faults.length === 0) whole.push(candidate.seq);
  }
  return { whole, wrong, notes: seq === undefined ? await notesOf(storage, job, slots) : [] };
}

function logFaults(job: string, slots: readonly FoundSlot[]): string[] {
  const claims = new Set(slots.flatMap(({ seq, slot }) => (slot.kind === 'claim' ? [seq] : [])));
  const first = slots[0]?.seq ?? 0;
  return slots.flatMap(({ seq, slot }, at) => {
    const before = slots[at - 1]?.seq;
    const faults: string[] = [];
    // What was trimmed is missing below, never in between.
    if (before !== undefined && before !== seq - 1)
      faults.push(`slots ${before + 1} to ${seq - 1} are missing, and those below are there.`);
    if (slot.kind === 'unreadable') return [...faults, `slot ${seq} cannot be read: ${slot.why}.`];
    if (slot.job !== job) faults.push(`slot ${seq} is of the job ${slot.job}.`);
    if (slot.kind === 'claim' && slot.epoch !== seq) faults.push(`slot ${seq} claims the job as number ${slot.epoch}.`);
    const isCopy = slot.epoch === 0;
    if (slot.kind !== 'claim' && !isCopy && slot.epoch >= first && !claims.has(slot.epoch))
      faults.push(`slot ${seq} is of owner ${slot.epoch}, whose claim is not there.`);
    const later = slots.slice(0, at).find(other => other.slot.kind === 'claim' && other.seq > slot.epoch);
    if (slot.kind !== 'claim' && later) faults.push(`slot ${seq} is of owner ${slot.epoch}, whom slot ${later.seq} had relieved before.`);
    return faults;
  });
}

/** What is wrong with one checkpoint. */
export async function checkpointFaults(storage: CheckpointStorage, job: string, candidate: Candidate, env: Env): Promise<string[]> {
  const { seq, slot } = candidate;
  try {
    const { job: state } = await readCheckpoint(storage, job, candidate, env);
    return [
      ...difference(seq, 'operator', slot.operators, [...state.operators.keys()]),
      ...difference(seq, 'source', slot.sources, [...state.sources.keys()]),
    ];
  } catch (error) {
    if (!(error instanceof TidemarkError) || error.code !== 'BAD_CHECKPOINT') throw error;
    return [`checkpoint ${seq}: ${error.message}`];
  }
}

function difference(seq: number, what: string, said: readonly string[], found: readonly string[]): string[] {
  return [
    ...said
      .filter(name => !found.includes(name))
      .map(name => `checkpoint ${seq}: its slot names the ${what} ${name}, of which it holds nothing.`),
    ...found.filter(name => !said.includes(name)).map(name => `checkpoint ${seq} holds the ${what} ${name}, which its slot does not name.`),
  ];
}

async function notesOf(storage: CheckpointStorage, job: string, slots: readonly FoundSlot[]): Promise<string[]> {
  const needed = new Set(checkpointsOf(slots).flatMap(({ slot }) => slot.chain.map(({ cut }) => cut)));
  const owner = newestOwner(slots);
  const [orphans, underWay] = [
    { count: 0, bytes: 0 },
    { count: 0, bytes: 0 },
  ];
  for await (const { id, bytes } of storage.listChunks(job, CHUNK_PREFIX)) {
    if (needed.has(cutOf(id))) continue;
    const kind = epochOf(id) < owner ? orphans : underWay;
    kind.count++;
    kind.bytes += bytes;
  }
  const known = new Set(slots.map(({ seq }) => seq));
  const lost = (await listPins(storage, job)).filter(({ seq }) => !known.has(seq));
  return [
    ...(orphans.count > 0 ? [`${sized(orphans)} of no checkpoint, of dead or old owners: the job deletes them, or gc.`] : []),
    ...(underWay.count > 0
      ? [`${sized(underWay)} of no checkpoint, of the newest owner: it is making or has given up one, or it died.`]
      : []),
    ...lost.map(({ seq, name }) => `pin ${name} is of slot ${seq}, which is not there.`),
  ];
}

function sized({ count, bytes }: { readonly count: number; readonly bytes: number }): string {
  return `${counted(count, 'chunk')} (${bytesText(bytes)})`;
}

/** The number of the newest claim; 0: there is none. */
export function newestOwner(slots: readonly FoundSlot[]): number {
  return Math.max(0, ...slots.flatMap(({ slot }) => (slot.kind === 'unreadable' ? [] : [slot.epoch])));
}
