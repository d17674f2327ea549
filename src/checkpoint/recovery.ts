/**
 * Taking a job over: claim, fence the sinks, ask what they have made visible, find the checkpoint to go on from, read it, and commit
 * again what it lists. The order is what makes it right: nothing an old owner does counts once its claim and its sinks are fenced.
 */
import { TidemarkError } from '../errors.js';
import type { Env } from './env.js';
import { type FoundSlot, ManifestLog } from './manifestLog.js';
import type { CheckpointSink } from './participants.js';
import { type ReadCheckpoint, readCheckpoint } from './readCheckpoint.js';
import { type Candidate, candidates, needsOperator, type SinkFloor } from './restorePoint.js';
import type { CheckpointStorage } from './storage.js';
import { all, commitTo } from './transaction.js';

/** A checkpoint that could not be used, and why. */
export interface SkippedCheckpoint {
  readonly seq: number;
  readonly why: string;
}

/** A job that has been taken over. */
export interface Recovered {
  readonly log: ManifestLog;
  /** All slots before the claim. */
  readonly slots: readonly FoundSlot[];
  /** Undefined: the job begins anew. */
  readonly from: { readonly candidate: Candidate; readonly state: ReadCheckpoint } | undefined;
  /** Newer ones that were passed over. */
  readonly skipped: readonly SkippedCheckpoint[];
  /** The sinks that have committed again. */
  readonly recommitted: readonly string[];
}

/** Rejects with NEEDS_OPERATOR where going on would lose or repeat rows. */
export async function recover(
  storage: CheckpointStorage,
  job: string,
  sinks: readonly CheckpointSink[],
  env: Env,
  timeout: number,
): Promise<Recovered> {
  checkSinks(sinks);
  const log = await ManifestLog.claim(storage, job, env);
  await all(sinks.map(sink => env.io(`fence ${sink.name}`, () => sink.fence(log.epoch, log.ownership))));
  const floors = await all(
    sinks.map(async sink => ({ sink, seq: await env.io(`ask ${sink.name}`, () => sink.lastCommitted()) }) satisfies SinkFloor),
  );
  const slots = await log.read();
  const { from, skipped } = await readFirst(storage, job, candidates(job, slots, floors, storage.capabilities.durable), env).catch(
    async error => {
      // What cannot be read may have been deleted by somebody who has taken the job over meanwhile: then this rejects with FENCED.
      await log.read();
      throw error;
    },
  );
  const recommitted = from && from.candidate.seq > committedOf(slots) ? await recommit(job, from, sinks, timeout, env) : [];
  return { log, slots, from, skipped, recommitted };
}

function checkSinks(sinks: readonly CheckpointSink[]): void {
  const names = new Set<string>();
  for (const { name } of sinks) {
    if (names.has(name)) throw new TidemarkError('BAD_OPTION', `two sinks of a job are named ${name}: each needs a name of its own.`);
    names.add(name);
  }
  const deciders = sinks.filter(({ mode }) => mode === 'sink-decides').map(({ name }) => name);
  if (deciders.length < 2) return;
  throw new TidemarkError('BAD_OPTION', `sinks ${deciders.join(' and ')} both say where a restart begins: a job can have one such sink.`);
}

/** The best checkpoint of which everything can be read. */
async function readFirst(
  storage: CheckpointStorage,
  job: string,
  usable: readonly Candidate[],
  env: Env,
): Promise<Pick<Recovered, 'from' | 'skipped'>> {
  const skipped: SkippedCheckpoint[] = [];
  for (const candidate of usable) {
    try {
      return { from: { candidate, state: await readCheckpoint(storage, job, candidate, env) }, skipped };
    } catch (error) {
      if (!(error instanceof TidemarkError) || error.code !== 'BAD_CHECKPOINT') throw error;
      skipped.push({ seq: candidate.seq, why: error.message });
    }
  }
  if (skipped.length === 0) return { from: undefined, skipped };
  const why = skipped.map(skip => skip.why).join(' ');
  throw needsOperator(
    job,
    `no checkpoint that a restart may begin with can be read: ${why} Older ones would say rows again`,
    'Bring back the chunks from a copy, or run the job anew, in another storage and into empty sinks.',
  );
}

/** The newest checkpoint of which the log says that all sinks have committed it; 0: none. */
export function committedOf(slots: readonly FoundSlot[]): number {
  return Math.max(0, ...slots.map(({ slot }) => ('committed' in slot ? slot.committed : 0)));
}

async function recommit(
  job: string,
  { candidate: { seq, slot }, state }: NonNullable<Recovered['from']>,
  sinks: readonly CheckpointSink[],
  timeout: number,
  env: Env,
): Promise<string[]> {
  const byName = new Map(sinks.map(sink => [sink.name, sink]));
  const listed = Object.entries(slot.sinks).filter(([, { mode }]) => mode !== 'sink-decides' && mode !== 'upsert');
  for (const [name, { mode }] of listed) {
    if (byName.get(name)?.mode === mode) continue;
    throw needsOperator(
      job,
      `checkpoint ${seq} may hold rows for the ${mode} sink ${name}, and the program has no such sink`,
      'Start it once with that sink and stop it by stop(), then without.',
    );
  }
  await all(
    listed.map(([name, { transaction }]) =>
      commitTo(byName.get(name) as CheckpointSink, transaction, seq, state.sinks.get(name), timeout, env),
    ),
  );
  return listed.map(([name]) => name);
}
