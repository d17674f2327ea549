/**
 * A job that begins with a savepoint: it becomes the first slot of the job's log, which must be empty. It has there the number that its
 * checkpoint had, so that sinks which go on behind that checkpoint know it; no sink may be ahead of it, or rows would be said again.
 */
import { copyCheckpoint } from '../checkpoint/copyCheckpoint.js';
import type { Env } from '../checkpoint/env.js';
import { isFenced } from '../checkpoint/manifestLog.js';
import type { CheckpointSink } from '../checkpoint/participants.js';
import { needsOperator } from '../checkpoint/restorePoint.js';
import type { Savepoint } from '../checkpoint/savepoint.js';
import type { CheckpointStorage } from '../checkpoint/storage.js';
import { TidemarkError } from '../errors.js';

/** What a job says to begin with. */
export interface Beginning {
  readonly savepoint: Savepoint;
  /** Rows that the sinks hold already may be said again. */
  readonly acceptDuplicates: boolean;
  /** One of the name goes on where it was, instead of being refused. */
  readonly resume: boolean;
  /** Who begins with it: `run "delays"`. */
  readonly where: string;
}

/**
 * Rejects with BAD_OPTION if there is such a job, and with NEEDS_OPERATOR if rows would be said again, before anything is written. `check`:
 * throws if the program cannot begin with the savepoint.
 */
export async function beginFrom(
  { savepoint, acceptDuplicates, resume, where }: Beginning,
  storage: CheckpointStorage,
  job: string,
  sinks: readonly CheckpointSink[],
  env: Env,
  check: () => void = () => undefined,
): Promise<void> {
  if ((await env.io('list slots', () => storage.listSlots(job))).length > 0) {
    if (resume) return;
    throw new TidemarkError(
      'BAD_OPTION',
      `${where}: ${storage.name} holds a job of this name already. Write resume: true to go on with that one; to begin with the savepoint give another storage.`,
    );
  }
  check();
  let seq = savepoint.checkpoint;
  for (const sink of sinks) {
    const held = await heldBy(sink, env);
    if (held > savepoint.checkpoint && !acceptDuplicates) throw behind(job, savepoint, sink, held);
    if (held > 0 && held < savepoint.checkpoint && sink.mode === 'sink-decides') throw ahead(job, savepoint, sink, held);
    seq = Math.max(seq, held);
  }
  const from = { storage: savepoint.split, job: savepoint.slot.job };
  await copyCheckpoint(from, { seq: savepoint.checkpoint, slot: savepoint.slot }, { storage, job, seq }, env);
}

/** Nobody has a lower epoch than 0: a sink that is fenced by it gets ready to answer, and keeps off nobody. */
async function heldBy(sink: CheckpointSink, env: Env): Promise<number> {
  try {
    await env.io(`fence ${sink.name}`, () => sink.fence(0));
  } catch (error) {
    if (!isFenced(error)) throw error;
  }
  return env.io(`ask ${sink.name}`, () => sink.lastCommitted());
}

function behind(job: string, { checkpoint, job: of }: Savepoint, { name }: CheckpointSink, held: number): TidemarkError {
  return needsOperator(
    job,
    `the savepoint is of checkpoint ${checkpoint} of job ${of}, and sink ${name} holds the rows up to checkpoint ${held}, so that those in between would be said again`,
    'Take those rows back from the sink; or give it an empty one; or say acceptDuplicates: true if they may come twice.',
  );
}

function ahead(job: string, { checkpoint }: Savepoint, { name }: CheckpointSink, held: number): TidemarkError {
  return needsOperator(
    job,
    `the savepoint is of checkpoint ${checkpoint}, and sink ${name} holds the rows up to checkpoint ${held} only, so that those in between would be missing`,
    'Bring back what the sink held, or give it an empty one.',
  );
}
